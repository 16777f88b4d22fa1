"""`osolgil diagnose`: findings of a point and of a run, in two languages, and as JSON."""

import pytest


def flat(text):
    """What was printed, as if no line had been broken."""
    return " ".join(text.split())


def test_a_saddle_is_named_with_its_direction(osolgil):
    out = flat(osolgil("diagnose", "beale", "--at", "0,1").out)
    assert "This is a saddle point: the Hessian's eigenvalues are -27.75 to 27.75" in out
    assert "→ Start a little off it" in out


def test_expressions_keep_their_names(osolgil):
    out = flat(osolgil("diagnose", "x**2 - y**2", "--at", "x=0,y=0", "--ko").out)
    assert "안장점" in out
    assert "y 방향으로" in out


def test_a_run_is_diagnosed_along_its_path(osolgil):
    run = ("--method", "sgd", "--learning-rate", "0.21", "--steps", "30")
    out = flat(osolgil("diagnose", "bowl", "--condition", "10", *run).out)
    assert "! The learning rate 0.21 is 1.05 of the largest stable one, 0.2 = 2/10" in out


def test_json_has_the_numbers(osolgil):
    told = osolgil("diagnose", "beale", "--at", "3,0.5", "--json").json
    assert told["condition"] == pytest.approx(162.4733, rel=1e-6)
    assert told["eigenvalues"]["exact"] is True
    assert [finding["cause"] for finding in told["findings"]] == ["ill-conditioned", "minimum", "largest rate"]
    assert all(finding["evidence_ko"] for finding in told["findings"])


def test_convexity_is_searched_for(osolgil):
    assert "Beale is not convex" in osolgil("diagnose", "beale", "--convexity").out
    assert osolgil("diagnose", "bowl", "--convexity", "--json").json["violated"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("beale", "--at", "nan,1"), "The point is not finite: x[0] = nan"),
        (("beale", "--learning-rate", "0.1"), "belong to a --method"),
        (("beale", "--convexity", "--method", "sgd"), "Give either --convexity or --method"),
        (("beale", "--method", "sgd", "--steps", "-3"), "must not be negative"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(osolgil, arguments, sentence):
    ended = osolgil("diagnose", *arguments)
    assert ended.status == 2
    assert sentence in flat(ended.err)
