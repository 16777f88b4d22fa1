"""Races as a whole: the same numbers however they are run, and going on where they were left."""

import json
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

import jax
import numpy as np
import pytest
from support.small_races import BOWL, CONTESTANTS, NOISY, PROBLEMS, SMALL, flat_draw, numbers, small, without_tuning

from osolgil.methods import GradientDescent, Momentum
from osolgil.problems import Function
from osolgil.races.race import race, read
from osolgil.races.suites import race_problem
from osolgil.races.workers import InTurn


def test_the_numbers_do_not_depend_on_the_number_of_workers():
    spread = race(PROBLEMS, CONTESTANTS, protocol=SMALL, workers=2, cache=jax.config.jax_compilation_cache_dir)
    assert numbers(spread) == numbers(small())


def test_the_numbers_do_not_depend_on_the_order_of_problems_and_contestants():
    assert numbers(race(PROBLEMS[::-1], CONTESTANTS[::-1], protocol=SMALL)) == numbers(small())


def test_the_numbers_of_one_contestant_do_not_depend_on_who_else_races():
    alone = race([BOWL], ["adam"], protocol=SMALL).runs
    among = small().runs.where(contestant="adam", problem="bowl")
    for name in ("final", "reached_1e-3", "settings"):
        np.testing.assert_array_equal(alone[name], among[name])


def test_any_executor_of_the_standard_library_runs_a_race():
    with ThreadPoolExecutor(2) as pool:
        assert numbers(race(PROBLEMS, CONTESTANTS, protocol=SMALL, executor=pool)) == numbers(small())


class Interrupted(InTurn):
    """An executor that somebody interrupts when so many jobs are done; it counts them."""

    def __init__(self, after=10**6):
        self.after, self.done = after, 0

    def submit(self, function, /, *arguments, **named):
        if self.done == self.after:
            raise KeyboardInterrupt
        self.done += 1
        return super().submit(function, *arguments, **named)


def test_an_interrupted_race_goes_on_where_it_was_and_gives_the_same_numbers(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        race(PROBLEMS, CONTESTANTS, protocol=SMALL, folder=tmp_path, executor=Interrupted(after=3))
    assert len(list((tmp_path / "cells").glob("*.curves.parquet"))) == 3
    with pytest.raises(ValueError, match="has not ended"):
        read(tmp_path)
    rest = Interrupted()
    whole = race(PROBLEMS, CONTESTANTS, protocol=SMALL, folder=tmp_path, executor=rest)
    assert rest.done == 1
    assert numbers(whole) == numbers(small())
    again = Interrupted(after=0)
    assert numbers(race(PROBLEMS, CONTESTANTS, protocol=SMALL, folder=tmp_path, executor=again)) == numbers(small())
    kept = read(tmp_path)
    assert numbers(kept) == numbers(small())
    assert kept.manifest == whole.manifest == small().manifest


def test_progress_tells_every_cell():
    told = []
    race([BOWL], CONTESTANTS, protocol=SMALL, progress=lambda *said: told.append(said))
    assert told == [(0, 2, ""), (1, 2, "momentum on bowl"), (2, 2, "adam on bowl")]


def test_under_common_seeds_a_method_is_identical_to_itself():
    twins = {"one": "adam", "other": "adam"}
    found = race([BOWL], twins, protocol=SMALL).judged()
    assert [verdict.kind for verdict in found.verdicts] == ["identical"]


def test_winners_at_the_edge_widen_the_range_once_for_everybody():
    # so flat that the largest rate of the declared range is far from enough
    flat = replace(BOWL, name="flat", draw=flat_draw)
    found = race([flat, BOWL], CONTESTANTS, protocol=SMALL)
    spaces = found.manifest["divisions"]["learning_rate_tuned"]["spaces"]
    for space in spaces.values():
        [rate] = space["dimensions"]
        assert (rate["low"], rate["high"], rate["widened"]) == (1e-6, 1e3, 1)
    rates = [settings["learning_rate"] for settings in found.runs.where(phase="tuning").settings()]
    assert max(rates) > 10.0
    assert not [each for each in found.judged().objections if each.finding.cause in ("spaces changed", "picked trials")]


def test_a_contestant_that_always_diverges_is_beaten_and_counted():
    wild = {"wild": GradientDescent(learning_rate=1e9), "calm": GradientDescent(learning_rate=0.01)}
    found = race([BOWL], wild, protocol=without_tuning(evaluation_seeds=7, evaluations=60, measure="gap"))
    assert found.runs.where(contestant="wild")["failed"].all()
    assert np.isnan(found.runs.where(contestant="wild")["final"]).all()
    [verdict] = found.judged().verdicts
    assert (verdict.kind, verdict.comparison.failed_a) == ("worse", 7)


def test_where_all_diverge_nobody_reached_the_target():
    wild = {"wild": GradientDescent(learning_rate=1e9), "wilder": Momentum(learning_rate=1e12)}
    found = race([BOWL], wild, protocol=without_tuning(evaluation_seeds=7, evaluations=60))
    assert [verdict.kind for verdict in found.judged().verdicts] == ["not_reached"]


def test_a_problem_that_is_not_finite_where_it_begins_is_refused():
    nowhere = race_problem(
        Function(lambda x: x[0] / 0.0 * 0.0), name="nowhere", start=np.ones(2), f_star=0.0, source="-"
    )
    with pytest.raises(ValueError, match="nowhere is nan at the start that seed 1000000 draws"):
        race([nowhere], ["adam"], protocol=SMALL)


def test_a_loss_that_cannot_be_pickled_is_named_with_a_remedy():
    local = race_problem(Function(lambda x: x @ x), name="local", start=np.ones(2), f_star=0.0, source="closed form")
    with pytest.raises(RuntimeError, match=r"adam on local cannot be sent to another process .* workers=1"):
        race([local], ["adam"], protocol=SMALL, workers=2)


class Broken(Executor):
    """An executor whose jobs fail."""

    def submit(self, function, /, *arguments, **named):
        def fail():
            raise ArithmeticError("no power")

        return InTurn().submit(fail)


def test_a_job_that_fails_is_named_and_what_others_finished_is_kept(tmp_path):
    with pytest.raises(RuntimeError, match=f"momentum on noisy_bowl failed: no power; .* kept in {tmp_path}"):
        race(PROBLEMS, CONTESTANTS, protocol=SMALL, executor=Broken(), folder=tmp_path)


@pytest.mark.parametrize("workers", [0, 1.5, True, "2"])
def test_a_number_of_workers_that_is_none_is_refused(workers):
    with pytest.raises(ValueError, match=f"workers={workers!r} must be a whole number"):
        race([BOWL], ["adam"], workers=workers)


def test_a_rule_that_compares_values_is_refused_on_mini_batches():
    with pytest.raises(ValueError, match="bfgs compares values between points, which mini-batches of noisy_bowl"):
        race([NOISY], ["bfgs"], protocol=SMALL)


def test_the_manifest_is_json_that_tells_everything():
    manifest = json.loads(json.dumps(small().manifest))
    assert manifest["seeds"] == {"tuning": [1000000, 1000001], "evaluation": list(range(7)), "common": True}
    assert manifest["problems"]["noisy_bowl"]["batch_size"] == 64
    assert manifest["budget"] == {"evaluations_value": 60, "evaluations_gradient": 60}
    assert {"osolgil", "jax", "numpy", "python"} <= set(manifest["versions"])
