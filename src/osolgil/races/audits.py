"""Audits: the ways in which a comparison goes wrong without anybody noticing, looked for in what was written down.

Every audit is a pure function of the table of runs and the manifest, and returns its objections. An objection stands in
the way of every verdict that it concerns.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from osolgil.races.audits_of_tuning import at_the_edge, inclusion_violated
from osolgil.races.manifest import (
    METRICS,
    Manifest,
    promised,
    space_in,
    tuned_divisions,
    winner,
)
from osolgil.races.objections import Objection, objection
from osolgil.races.sayings import PHASES_KO
from osolgil.races.tables import Runs, reached_column, shown_target

Audit = Callable[[Runs, Manifest], Iterator[Objection]]

SLACK = 0.01
"""By how much of the way to the target a value may differ from it because of rounding (float32 networks)."""

TRANSFORMS = {
    "clip": ("clip", "hidden clipping"),
    "weightdecay": ("decay", "hidden transform"),
    "averaging": ("averag", "hidden transform"),
    "noise": ("noise", "hidden transform"),
}
"""What a layer's name contains; what the contestant's name must then contain, and what it is called otherwise."""


def audit(runs: Runs, manifest: Manifest) -> list[Objection]:
    """All objections of all audits, in the order of `AUDITS`."""
    return [found for look in AUDITS for found in look(runs, manifest)]


def cells(manifest: Manifest) -> Iterator[tuple[str, str, str]]:
    """Every division, problem and contestant that the manifest promises to race."""
    for division, entry in manifest["divisions"].items():
        for problem in manifest["problems"]:
            for contestant in entry["contestants"]:
                yield division, problem, contestant


def unequal_search(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """Trials, ranges or points that are not the same for everybody, or not those declared."""
    if manifest["hashes"].get("spaces") != promised(manifest)["spaces"]:
        yield objection("spaces changed", 0.0)
    declared = manifest["search"]["trials"] * len(manifest["seeds"]["tuning"])
    for division, problem, contestant in cells(manifest):
        space = space_in(manifest, division, contestant)
        tuning = runs.where(division=division, problem=problem, contestant=contestant, phase="tuning")
        expected = declared if space.dimensions else 0
        place: dict[str, Any] = {"division": division, "problem": problem, "contestants": (contestant,)}
        if len(tuning) != expected:
            yield objection("unequal trials", len(tuning), found=len(tuning), expected=expected, **place)
        if not space.dimensions:
            continue
        drawn = space.trials(manifest["search"]["trials"], manifest["search"]["seed"])
        for trial, settings in sorted(
            zip(tuning["trial"].tolist(), tuning.settings(), strict=True), key=lambda t: t[0]
        ):
            if not 0 <= trial < len(drawn) or any(
                not np.isclose(settings.get(name, np.nan), value, rtol=1e-9, atol=0)
                for name, value in drawn[trial].items()
            ):
                yield objection("picked trials", trial, trial=trial, **place)
                break


def unequal_spaces(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """A hyperparameter whose range is another one for another contestant of the division."""
    for division in tuned_divisions(manifest):
        entry = manifest["divisions"][division]
        ranges: dict[str, dict[str, str]] = {}
        for contestant in entry["contestants"]:
            for dimension in space_in(manifest, division, contestant).dimensions:
                ranges.setdefault(dimension.name, {})[contestant] = repr(dimension)
        for name, by_contestant in ranges.items():
            usual = Counter(by_contestant.values()).most_common(1)[0][0]
            for contestant, found in by_contestant.items():
                if found != usual:
                    yield objection("unequal spaces", 0.0, division=division, contestants=(contestant,), dimension=name)


def unequal_budget(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """Runs that used more than everybody's budget."""
    for count, budget in manifest["budget"].items():
        over = runs.take(runs[count] > budget)
        for division, problem, contestant in cells(manifest):
            found = over.where(division=division, problem=problem, contestant=contestant)
            if len(found):
                most = int(found[count].max())
                yield objection(
                    "unequal budget",
                    most,
                    division=division,
                    problem=problem,
                    contestants=(contestant,),
                    found=f"{most:,}",
                    count=count,
                    budget=f"{budget:,}",
                )


def overlapping_seeds(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """Seeds on which a contestant was tuned and evaluated."""
    seeds = manifest["seeds"]
    both = set(seeds["tuning"]) & set(seeds["evaluation"])
    used = (set(runs.where(phase=phase)["seed"].tolist()) for phase in ("tuning", "evaluation"))
    if both := both | set.intersection(*used):
        yield objection("overlapping seeds", len(both), seeds=", ".join(map(str, sorted(both))))


def target_changed(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """Targets that differ from the sealed ones, from those of the runs, or from what the runs say they reached."""
    if manifest["hashes"].get("targets") != promised(manifest)["targets"]:
        told: dict[str, Any] = {"detail": "the seal does not fit them", "detail_ko": "봉인과 맞지 않습니다"}
        for problem in manifest["problems"]:
            yield objection("target changed", 0.0, problem=problem, **told)
    for problem, entry in manifest["problems"].items():
        found = runs.where(problem=problem)
        others = found["f_star"][found["f_star"] != entry["f_star"]]
        if others.size:
            values = f"{others[0]:.10g}", f"{entry['f_star']:.10g}"
            yield objection(
                "target changed",
                float(others[0]),
                problem=problem,
                detail="the runs were measured against f* = {}, the manifest says {}".format(*values),
                detail_ko="실행이 쓴 f*는 {}인데 매니페스트의 f*는 {}입니다".format(*values),
            )
            continue
        for tau in entry["targets"]:
            if reached_column(tau) not in runs.columns:
                told = {
                    "detail": f"nobody measured when τ = {shown_target(tau)} was reached",
                    "detail_ko": f"τ = {shown_target(tau)}에 언제 도달했는지 잰 기록이 없습니다",
                }
                yield objection("target changed", tau, problem=problem, **told)
                continue
            way = tau * (found["f0"] - found["f_star"])
            target, reached = found["f_star"] + way, np.isfinite(found[reached_column(tau)])
            slack = SLACK * np.abs(way) + 1e-6 * np.abs(target)
            wrong = np.where(reached, found["best"] > target + slack, found["best"] < target - slack)
            if wrong.any():
                contradicting = int(wrong.sum()), shown_target(tau)
                yield objection(
                    "target changed",
                    tau,
                    problem=problem,
                    detail="the lowest values of {} runs contradict what they reached of τ = {}".format(*contradicting),
                    detail_ko="실행 {}개의 최저값이 τ = {} 도달 기록과 어긋납니다".format(*contradicting),
                )


def hidden_clipping(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """Transforms, clipping first of all, that a contestant's name does not say."""
    for contestant, entry in manifest["contestants"].items():
        for layer in entry["layers"]:
            for mark, (word, cause) in TRANSFORMS.items():
                if mark in layer.lower() and word not in contestant.lower():
                    yield objection(cause, 0.0, contestants=(contestant,), layer=layer)


def selected_by_test(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """A winner selected by the test metric, by another metric than the claim allows, or by hand."""
    selection = manifest["selection"]
    metric, allowed = selection["metric"], METRICS[selection["claim"]]
    names = " or ".join(allowed)
    if metric not in allowed:
        told: dict[str, Any] = {
            "detail": f"winners are selected by {metric}",
            "detail_ko": f"{metric} 기준으로 골랐습니다",
        }
        yield objection("test in selection", 0.0, allowed=names, **told)
        return
    seen = int(np.sum(~np.isnan(runs.where(phase="tuning")["test"])))
    if seen:
        told = {"detail": f"{seen} tuning runs read it", "detail_ko": f"튜닝 실행 {seen}개가 읽었습니다"}
        yield objection("test in selection", seen, allowed=names, **told)
    for division, problem, contestant in cells(manifest):
        evaluated = runs.where(division=division, problem=problem, contestant=contestant, phase="evaluation")
        expected = winner(runs, manifest, division, problem, contestant)
        stated = manifest["divisions"][division]["winners"].get(problem, {}).get(contestant, expected)
        others = sorted(({stated} | set(evaluated["trial"].tolist())) - {expected})
        if others:
            yield objection(
                "other winner",
                others[0],
                division=division,
                problem=problem,
                contestants=(contestant,),
                found=others[0],
                expected=expected,
                metric=metric,
            )


def missing_runs(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """Runs that were promised and are not there, and runs that are there twice."""
    for division, problem, contestant in cells(manifest):
        for phase in ("tuning", "evaluation"):
            found = runs.where(division=division, problem=problem, contestant=contestant, phase=phase)
            seeds = manifest["seeds"]["tuning" if phase == "tuning" else "evaluation"]
            trials: list[int | None] = [None]
            if phase == "tuning":
                searched = space_in(manifest, division, contestant).dimensions
                trials = list(range(manifest["search"]["trials"])) if searched else []
            expected = {(trial, seed) for trial in trials for seed in seeds}
            place = found["trial"].tolist() if phase == "tuning" else [None] * len(found)
            there = Counter(zip(place, found["seed"].tolist(), strict=True))
            told: dict[str, Any] = {
                "division": division,
                "problem": problem,
                "contestants": (contestant,),
                "phase": phase,
                "phase_ko": PHASES_KO[phase],
            }
            if missing := len(expected - set(there)):
                yield objection("missing runs", missing, missing=missing, expected=len(expected), **told)
            if doubled := sum(times - 1 for times in there.values()):
                yield objection("doubled runs", doubled, doubled=doubled, **told)


AUDITS: tuple[Audit, ...] = (
    missing_runs,
    unequal_search,
    unequal_spaces,
    unequal_budget,
    overlapping_seeds,
    target_changed,
    hidden_clipping,
    selected_by_test,
    at_the_edge,
    inclusion_violated,
)
"""Every audit there is."""
