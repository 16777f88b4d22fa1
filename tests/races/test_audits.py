"""Every audit catches the cheat planted for it, and nothing in an honest race."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from support.made_up_race import honest, picked, run

from osolgil.methods import Adam, ClipByNorm, ClipByValue, PolyakAveraging, WeightDecay
from osolgil.races.audits import AUDITS, audit
from osolgil.races.audits_of_tuning import precedence
from osolgil.races.declared import space_of
from osolgil.races.manifest import layers_of, sealed
from osolgil.races.objections import UNDER_TUNED
from osolgil.races.sayings import SAYINGS
from osolgil.races.tables import TARGETS, Runs, reached_column


def audited(rows, manifest):
    return audit(Runs.of(rows), manifest)


def causes(rows, manifest):
    return [objection.finding.cause for objection in audited(rows, manifest)]


def test_an_honest_race_has_nothing_to_object_to():
    assert audited(*honest()) == []


def test_a_best_learning_rate_at_the_edge_is_caught_for_whom_it_is_and_where():
    found = audited(*honest(best_rate=0.9))
    edges = [objection for objection in found if objection.finding.cause == "edge"]
    assert {(e.problem, *e.contestants) for e in edges} == {
        (problem, name) for problem in ("bowl", "valley") for name in ("gradient_descent", "momentum", "adam")
    }
    assert "learning_rate" in edges[0].finding.evidence
    assert edges[0].kind == "under_tuned"


def test_at_an_edge_that_was_widened_already_it_says_so():
    rows, manifest = honest(("gradient_descent",), best_rate=0.9)
    manifest["divisions"]["fully_tuned"]["spaces"]["gradient_descent"]["dimensions"][0]["widened"] = 1
    assert causes(rows, sealed(manifest)) == ["edge again", "edge again"]


def an_unlucky_trial():
    """A trial of adam at an edge of some other hyperparameter, whose learning rate is as good as any."""
    space = space_of("adam", "fully_tuned")
    for trial, settings in enumerate(space.trials(24, seed=1)):
        edges = {edge.dimension for edge in space.edges(settings)}
        if edges and edges <= {"beta1", "beta2", "epsilon"} and 1e-4 < settings["learning_rate"] < 0.1:
            return trial, math.log10(settings["learning_rate"])
    raise AssertionError("no trial lies at such an edge; take another seed")


def test_a_winner_at_the_edge_of_a_hyperparameter_that_does_not_matter_is_chance():
    """In this race nothing but the learning rate matters."""
    trial, best_rate = an_unlucky_trial()
    rows, manifest = honest(best_rate=best_rate)
    for row in picked(rows, contestant="adam", phase="tuning", trial=trial):
        row["final"] = row["best"] = min(row["final"], 1e-9 + row["f_star"])
        row |= {reached_column(tau): 2000.0 for tau in TARGETS}
    for row in picked(rows, contestant="adam", phase="evaluation"):
        row["trial"] = trial
    manifest["divisions"]["fully_tuned"]["winners"] = {}
    assert audited(rows, manifest) == []


def test_at_the_edge_of_a_hyperparameter_that_matters_the_better_trials_crowd():
    rows, manifest = honest()
    for row in picked(rows, contestant="adam", phase="tuning"):
        settings = json.loads(row["settings"])
        off = abs(math.log10(settings["learning_rate"]) + 2.4)
        row |= {"final": -math.log10(settings["epsilon"]) + off / 10, "failed": False}
    found = [o for o in audited(rows, manifest) if o.finding.cause == "edge"]
    assert len(found) == 2
    assert all("the best epsilon of adam" in o.finding.evidence for o in found)


def test_of_the_learning_rate_the_winner_alone_is_enough():
    """The others crowd at the other side; a learning rate always matters."""
    rows, manifest = honest(("gradient_descent",), best_rate=-4.5)
    space = space_of("gradient_descent", "fully_tuned")
    rates = [settings["learning_rate"] for settings in space.trials(24, seed=1)]
    for row in picked(rows, phase="tuning", trial=int(np.argmax(rates))):
        row |= {"final": row["f_star"], "failed": False}
    found = [o for o in audited(rows, manifest) if o.finding.cause == "edge"]
    assert [o.finding.number for o in found] == [max(rates)] * 2


def test_a_general_method_that_loses_to_its_special_case_is_caught():
    rows, manifest = honest()
    for row in picked(rows, contestant="momentum", phase="tuning", problem="bowl"):
        row["final"] = 7.0
    [objection] = [o for o in audited(rows, manifest) if o.finding.cause == "inclusion"]
    assert (objection.problem, objection.contestants, objection.kind) == ("bowl", ("momentum",), "under_tuned")
    assert "momentum contains gradient_descent as a special case" in objection.finding.evidence


def test_losing_to_the_special_case_by_a_little_is_noise_of_tuning():
    rows, manifest = honest()
    special = picked(rows, contestant="gradient_descent", phase="tuning", problem="bowl", seed=100)
    finals = sorted(row["final"] for row in special if not row["failed"])
    for row in picked(rows, contestant="momentum", phase="tuning", problem="bowl"):
        row["final"] = (finals[2] + finals[3]) / 2  # about three trials are better
    assert "inclusion" not in causes(rows, manifest)


def test_where_both_converged_losing_by_rounding_is_no_loss():
    rows, manifest = honest()
    for name, final in (("gradient_descent", 1e-30), ("momentum", 1e-28)):
        for row in picked(rows, contestant=name, phase="tuning", problem="bowl"):
            row |= {"final": final, "failed": False}
    assert "inclusion" not in causes(rows, manifest)


def test_where_the_special_case_is_not_in_the_space_losing_to_it_is_allowed():
    rows, manifest = honest()
    for row in picked(rows, contestant="adam", phase="tuning"):
        row["final"] = 7.0
    assert "inclusion" not in causes(rows, manifest)


def test_precedence_is_the_chance_of_an_order():
    """Of three and two trials, the two best are both the special one's in 3 of 10 orders."""
    assert precedence(np.asarray([1, 2, 9]), np.asarray([3, 4])) == (2, 0.3)


def test_more_trials_for_one_contestant_are_caught():
    rows, manifest = honest()
    extra = picked(rows, contestant="adam", phase="tuning", trial=0, problem="bowl")
    rows += [{**row, "trial": 24} for row in extra]
    found = audited(rows, manifest)
    [objection] = [o for o in found if o.finding.cause == "unequal trials"]
    assert (objection.problem, objection.contestants) == ("bowl", ("adam",))
    assert "50 tuning runs" in objection.finding.evidence
    assert "48 were declared" in objection.finding.evidence


def test_trials_picked_by_hand_are_caught():
    rows, manifest = honest()
    for row in picked(rows, contestant="adam", phase="tuning", trial=3):
        row["settings"] = json.dumps({**json.loads(row["settings"]), "learning_rate": 3.7e-3})
    assert causes(rows, manifest) == ["picked trials", "picked trials"]


def test_a_narrower_range_for_a_rival_is_caught():
    rows, manifest = honest()
    manifest["divisions"]["fully_tuned"]["spaces"]["adam"]["dimensions"][0]["low"] = 1e-5
    found = audited(rows, sealed(manifest))
    assert [o.contestants for o in found if o.finding.cause == "unequal spaces"] == [("adam",)]


def test_spaces_changed_after_the_seal_are_caught():
    rows, manifest = honest(("gradient_descent",))
    manifest["divisions"]["fully_tuned"]["spaces"]["gradient_descent"]["dimensions"][0]["high"] = 1e2
    assert "spaces changed" in causes(rows, manifest)


def test_a_run_beyond_the_budget_is_caught():
    rows, manifest = honest()
    picked(rows, contestant="adam", phase="evaluation", problem="valley")[4]["evaluations_gradient"] = 4000
    [objection] = audited(rows, manifest)
    assert objection.finding.cause == "unequal budget"
    assert "used 4,000 of evaluations_gradient" in objection.finding.evidence
    assert (objection.problem, objection.contestants) == ("valley", ("adam",))


@pytest.mark.parametrize("where", ["declared", "used"])
def test_seeds_for_tuning_and_evaluation_alike_are_caught(where):
    rows, manifest = honest()
    if where == "declared":
        manifest["seeds"]["tuning"] = [100, 3]
    else:
        for row in picked(rows, contestant="adam", phase="tuning", seed=101):
            row["seed"] = 3
    found = [o for o in audited(rows, manifest) if o.finding.cause == "overlapping seeds"]
    assert found[0].finding.evidence == "seeds 3 were used for tuning and for evaluation as well"
    assert found[0].concerns("fully_tuned", "bowl", "adam", "momentum")


def test_a_target_changed_in_the_manifest_breaks_its_seal():
    rows, manifest = honest()
    manifest["problems"]["bowl"]["targets"][0] = 0.5
    assert "target changed" in causes(rows, manifest)


def test_a_target_changed_and_sealed_again_contradicts_the_runs():
    rows, manifest = honest()
    manifest["problems"]["bowl"]["f_star"] = 1e-3
    [objection] = [o for o in audited(rows, sealed(manifest)) if o.finding.cause == "target changed"]
    assert objection.problem == "bowl"
    assert "the runs were measured against f* = 0, the manifest says 0.001" in objection.finding.evidence


def test_a_target_changed_everywhere_contradicts_what_was_reached():
    rows, manifest = honest()
    manifest["problems"]["bowl"]["f_star"] = 1e-2
    for row in picked(rows, problem="bowl"):
        row["f_star"] = 1e-2
    found = [o for o in audited(rows, sealed(manifest)) if o.finding.cause == "target changed"]
    assert found
    assert "contradict what they reached" in found[0].finding.evidence


@pytest.mark.parametrize("clip", [ClipByNorm, ClipByValue])
@pytest.mark.parametrize("hidden", [False, True])
def test_clipping_that_the_name_does_not_say_is_caught_however_deep(clip, hidden):
    rows, manifest = honest()
    manifest["contestants"]["adam"]["layers"] = layers_of(clip(Adam()))
    if hidden:
        layers = layers_of(WeightDecay(PolyakAveraging(clip(Adam()))))
        manifest["contestants"]["adam"]["layers"] = layers
        assert layers == ["WeightDecay", "PolyakAveraging", clip.__name__, "Adam"]
    found = [o for o in audited(rows, manifest) if o.finding.cause == "hidden clipping"]
    assert [o.contestants for o in found] == [("adam",)]
    assert clip.__name__ in found[0].finding.evidence


def test_other_transforms_that_the_name_does_not_say_are_caught():
    rows, manifest = honest()
    manifest["contestants"]["adam"]["layers"] = ["PolyakAveraging", "Adam"]
    assert causes(rows, manifest) == ["hidden transform"]


def test_clipping_that_the_name_says_is_fine():
    rows, manifest = honest(("gradient_descent", "momentum"))
    for row in picked(rows, contestant="momentum"):
        row["contestant"] = "momentum_clipped"
    text = json.dumps(manifest).replace('"momentum": {"method"', '"momentum_clipped": {"method"')
    manifest = json.loads(text)
    division = manifest["divisions"]["fully_tuned"]
    division["contestants"] = ["gradient_descent", "momentum_clipped"]
    division["spaces"]["momentum_clipped"] = division["spaces"].pop("momentum")
    for winners in division["winners"].values():
        winners["momentum_clipped"] = winners.pop("momentum")
    manifest["contestants"]["momentum_clipped"]["layers"] = ["ClipByNorm", "Momentum"]
    assert audited(rows, sealed(manifest)) == []


def test_selection_by_the_test_metric_is_caught():
    rows, manifest = honest()
    manifest["selection"]["metric"] = "test"
    assert causes(rows, manifest)[0] == "test in selection"


def test_reading_the_test_while_tuning_is_caught():
    rows, manifest = honest()
    picked(rows, phase="tuning", contestant="adam")[0]["test"] = 0.3
    [objection] = audited(rows, manifest)
    assert objection.finding.cause == "test in selection"
    assert "1 tuning runs read it" in objection.finding.evidence


def test_validation_does_not_select_for_a_claim_on_optimization_nor_training_for_one_on_learning():
    for claim, metric in (("optimization", "validation"), ("learning", "final")):
        rows, manifest = honest()
        manifest["selection"] |= {"claim": claim, "metric": metric}
        assert "test in selection" in causes(rows, manifest)


def test_another_winner_than_the_metric_selects_is_caught():
    rows, manifest = honest()
    for row in picked(rows, phase="evaluation", contestant="adam", problem="bowl"):
        row["trial"] += 1
    [objection] = audited(rows, manifest)
    assert objection.finding.cause == "other winner"
    assert (objection.problem, objection.contestants) == ("bowl", ("adam",))


def test_a_winner_stated_in_the_manifest_that_was_not_selected_is_caught():
    rows, manifest = honest()
    winners = manifest["divisions"]["fully_tuned"]["winners"]["valley"]
    winners["adam"] = stated = (winners["adam"] + 1) % 24
    [objection] = audited(rows, manifest)
    assert (objection.finding.cause, objection.finding.number, objection.problem) == ("other winner", stated, "valley")


@pytest.mark.parametrize("phase", ["tuning", "evaluation"])
def test_missing_runs_are_caught(phase):
    rows, manifest = honest()
    gone = picked(rows, phase=phase, contestant="momentum", problem="valley")[-1]
    found = audited([row for row in rows if row is not gone], manifest)
    [objection] = [o for o in found if o.finding.cause == "missing runs"]
    assert (objection.problem, objection.contestants, objection.finding.number) == ("valley", ("momentum",), 1)
    assert phase in objection.finding.evidence


def test_a_contestant_without_any_run_is_caught():
    rows, manifest = honest()
    found = audited([row for row in rows if row["contestant"] != "adam"], manifest)
    assert {o.contestants for o in found if o.finding.cause == "missing runs"} == {("adam",)}


def test_a_run_done_twice_is_caught():
    rows, manifest = honest()
    again = picked(rows, phase="evaluation", contestant="adam", problem="bowl")[0]
    assert causes([*rows, {**again, "final": 0.0}], manifest) == ["doubled runs"]


def test_a_contestant_that_fails_everywhere_is_no_reason_to_object():
    rows, manifest = honest()
    for row in picked(rows, contestant="adam"):
        settings = json.loads(row["settings"])
        place = {name: row[name] for name in ("problem", "contestant", "phase", "trial", "seed")}
        row |= run(**place, settings=settings, share=2.0)
        if row["phase"] == "evaluation":
            row["trial"] = 0
    manifest["divisions"]["fully_tuned"]["winners"] = {}
    assert audited(rows, manifest) == []


def test_every_objection_is_said_in_both_languages():
    rows, manifest = honest(best_rate=0.9)
    for objection in audited(rows, manifest):
        evidence, remedy = objection.finding.said("ko")
        assert any("가" <= letter <= "힣" for letter in evidence)
        assert any("가" <= letter <= "힣" for letter in remedy)


def test_an_objection_concerns_its_contestants_only():
    rows, manifest = honest()
    picked(rows, contestant="adam", phase="evaluation", problem="valley")[4]["evaluations_gradient"] = 4000
    [objection] = audited(rows, manifest)
    assert objection.concerns("fully_tuned", "valley", "momentum", "adam")
    assert not objection.concerns("fully_tuned", "valley", "momentum", "gradient_descent")
    assert not objection.concerns("fully_tuned", "bowl", "momentum", "adam")
    assert not objection.concerns("defaults", "valley", "momentum", "adam")


def test_every_cause_has_its_cheat_in_this_file():
    here = Path(__file__).read_text(encoding="utf-8")
    assert [cause for cause in SAYINGS if cause != "few pairs" and f'"{cause}"' not in here] == []
    assert set(SAYINGS) >= UNDER_TUNED
    assert len(AUDITS) == 10
