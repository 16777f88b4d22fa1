import json

import numpy as np
import pytest
from oracles.glm import TABLE as COUNTS
from oracles.regression import SPECTOR, WOMEN

from osolgil.regression import NegativeBinomial, NoInference, fit, load
from osolgil.rows.factors import UnsafeFormula

GROUP = np.array(["가", "나[x]", "나[x]"] * 5)
TABLE = {**WOMEN, "조": GROUP}


@pytest.fixture(scope="module")
def model():
    return fit("height ~ weight + 조", TABLE)


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "model.json"
    model.save(path)
    return path


def test_a_loaded_model_predicts_to_the_same_bits(model, saved):
    loaded = load(saved)
    for kind in ("mean", "link"):
        np.testing.assert_array_equal(loaded.predict(TABLE, kind=kind), model.predict(TABLE, kind=kind))
    for ours, theirs in zip(loaded.predict(TABLE, kind="interval"), model.predict(TABLE, kind="interval"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert loaded.coefficients == model.coefficients
    assert loaded.standard_errors == model.standard_errors
    assert loaded.goodness == model.goodness
    assert (loaded.aic, loaded.distance, loaded.formula) == (model.aic, model.distance, model.formula)


def test_classes_survive(tmp_path):
    table = {**SPECTOR, "GRADE": np.array(["no", "yes"])[SPECTOR["GRADE"].astype(int)]}
    model = fit("GRADE ~ GPA + TUCE + PSI", table, family="bernoulli")
    model.save(tmp_path / "m.json")
    loaded = load(tmp_path / "m.json")
    np.testing.assert_array_equal(loaded.predict(SPECTOR, kind="class"), model.predict(kind="class"))
    assert set(loaded.predict(SPECTOR, kind="class")) == {"no", "yes"}
    assert loaded.classes == ("no", "yes")
    np.testing.assert_array_equal(loaded.confusion, model.confusion)


def test_a_person_can_read_the_file(saved):
    text = saved.read_text(encoding="utf-8")
    found = json.loads(text)
    assert "조[T.나[x]]" in text
    assert (found["formula"], found["family"]) == ("height ~ weight + 조", "gaussian")
    assert found["coefficients"]["weight"]["estimate"] == pytest.approx(0.287, abs=0.01)
    assert found["coefficients"]["weight"]["standard_error"] > 0


def test_models_of_arrays_and_models_without_inference_come_back_too(tmp_path):
    x = np.arange(15.0)
    model = fit(X=x, y=2 * x + 1)  # exact: its log-likelihood is infinite
    model.save(tmp_path / "m.json")
    loaded = load(tmp_path / "m.json")
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    assert (loaded.log_likelihood, loaded.formula) == (model.log_likelihood, None)
    with pytest.raises(NoInference, match="exact up to rounding"):
        _ = loaded.standard_errors
    with pytest.raises(ValueError, match="X has 2 columns; the model was fitted to 1"):
        loaded.predict(np.ones((3, 2)))


def test_a_family_with_its_settings_offset_and_covariance_comes_back(tmp_path):
    model = fit(
        "count ~ one", COUNTS, family="negative_binomial(alpha=0.5)", exposure="years", covariance="HC1",
    )  # fmt: skip
    path = tmp_path / "m.json"
    model.save(path)
    loaded = load(path)
    assert (loaded.family, loaded.offsets) == (NegativeBinomial(alpha=0.5), model.offsets)
    assert (loaded.inference.kind, loaded.standard_errors) == ("HC1", model.standard_errors)
    np.testing.assert_array_equal(loaded.predict(COUNTS), model.predict(COUNTS))
    assert loaded.goodness == model.goodness
    found = json.loads(path.read_text(encoding="utf-8"))
    for damage, words in [
        ({"family_settings": {"alpha": -1}}, "alpha=-1 of the negative binomial must be a finite number above 0"),
        ({"family_settings": {"link": ["log"]}}, "is none of the negative binomial family"),
        ({"family_settings": {"__class__": 1}}, "has no setting '__class__'"),
        ({"family": "negative_binomial(alpha=2)"}, "its family 'negative_binomial.alpha=2.' with"),
        ({"exposure": 3}, "its offset 3 is neither a column's name nor true"),
        ({"inference": {**found["inference"], "covariance": "HC9"}}, "its covariance 'HC9' is none of"),
    ]:
        path.write_text(json.dumps(found | damage), encoding="utf-8")
        with pytest.raises(ValueError, match=words):
            load(path)


def test_a_file_of_the_version_before_is_read(saved, model):
    found = json.loads(saved.read_text(encoding="utf-8"))
    for name in ("family_settings", "offset", "exposure"):
        del found[name]
    del found["inference"]["covariance"], found["goodness"]["dispersion"]
    saved.write_text(json.dumps(found | {"version": 2}), encoding="utf-8")
    assert load(saved).standard_errors == model.standard_errors


def test_what_a_loaded_model_lacks_is_said(saved):
    loaded = load(saved)
    for use, words in [
        (lambda: loaded.trace, "no trace; fit it again"),
        (lambda: loaded.polish(), "no rows to polish it on"),
        (lambda: loaded.predict(), "no rows of its own; give the rows"),
    ]:
        with pytest.raises(ValueError, match=words):
            use()


def test_a_formula_in_a_file_passes_the_whitelist_and_is_never_executed(saved, tmp_path):
    proof = tmp_path / "executed"
    attack = f"height ~ weight + I(__import__('pathlib').Path({str(proof)!r}).touch())"
    found = json.loads(saved.read_text(encoding="utf-8"))
    found["formula"] = found["design"]["formula"] = attack
    saved.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(UnsafeFormula):
        load(saved)
    assert not proof.exists()


def changed(**parts):
    return lambda found: {**found, **parts}


@pytest.mark.parametrize(
    "damage",
    [
        changed(format="something else"),
        changed(coefficients={"Intercept": {"estimate": 1.0}}),
        changed(formula="height ~ weight"),
        changed(design="none"),
        changed(inference=None),
        changed(goodness={}),
        changed(family="poison"),
        changed(message=3),
        changed(inference={"sigma": 1.0, "degrees_of_freedom": 3, "covariance_is_LLt_with_L": [[1.0]]}),
        lambda found: [found],
        lambda found: {name: value for name, value in found.items() if name != "troubles"},
    ],
)
def test_a_damaged_file_is_refused_in_one_sentence_and_left_alone(saved, damage):
    text = json.dumps(damage(json.loads(saved.read_text(encoding="utf-8"))))
    saved.write_text(text, encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"model\.json' is damaged, or no model of osolgil: .+[^.]; it was left untouched\.$"
    ):
        load(saved)
    assert saved.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("place", ["version", "troubles", "levels"])
def test_what_a_damaged_file_lacks_is_named(saved, place):
    found = json.loads(saved.read_text(encoding="utf-8"))
    del (found["design"] if place == "levels" else found)[place]
    saved.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"it has no '{place}'; it was left untouched\.$"):
        load(saved)


def test_other_files_are_refused(saved, tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(ValueError, match="is damaged, or no model of osolgil: it is not JSON; it was left untouched"):
        load(tmp_path / "picture.png")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match="is damaged, or no model"):
        load(tmp_path / "deep.json")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere.json")
    found = json.loads(saved.read_text(encoding="utf-8"))
    saved.write_text(json.dumps({**found, "version": 99}))
    with pytest.raises(ValueError, match="is a model of format 99; this osolgil reads 2 and 3"):
        load(saved)


def test_saving_writes_all_or_nothing(model, saved, tmp_path, monkeypatch):
    before = saved.read_text(encoding="utf-8")

    def full(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        with pytest.raises(OSError, match="disk full"):
            model.save(saved)
    assert saved.read_text(encoding="utf-8") == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.json"]
    with pytest.raises(ValueError, match="is a folder; name a file"):
        model.save(tmp_path)
    with pytest.raises(ValueError, match="does not exist; create it first"):
        model.save(tmp_path / "nowhere" / "model.json")
