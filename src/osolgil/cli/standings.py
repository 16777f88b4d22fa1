"""A race that is over, in the terminal and as JSON."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from osolgil.cli.terminal import cell, console, say, table
from osolgil.protocol.findings import Finding
from osolgil.races.evidence import Evidence
from osolgil.races.intervals import median_interval
from osolgil.races.report import Words
from osolgil.races.report.markup import Table, Text
from osolgil.races.report.standings import SIGNS, middle, overall_table, problem_table, seen_by, tally
from osolgil.races.report.words import division_words, measure_words
from osolgil.races.verdicts import KINDS, Kind, Verdict

FEW = 6
"""So many verdicts are printed as sentences; of more, the signs are."""

MOST = 8
"""So many objections are printed in full."""

OVERALL = (
    Words("contestant", "참가자"),
    Words("▲ better", "▲ 우세"),
    Words("▼ worse", "▼ 열세"),
    Words("~ or ≡", "~ 또는 ≡"),
    Words("no verdict", "판정 없음"),
    Words("unbeaten on", "무패 문제"),
    Words("arrived", "도달"),
    Words("failed", "실패"),
)
"""Heads of the table of all problems, short enough for a terminal."""

ON_ONE = (
    Words("contestant", "참가자"),
    Words("median", "중앙값"),
    Words("95 % interval", "95% 구간"),
    Words("missed", "미도달"),
    Words("verdicts", "판정"),
    Words("hyperparameters", "하이퍼파라미터"),
)
"""Heads of the table of a problem."""


def print_standings(evidence: Evidence, language: str, report: object = None) -> None:
    """Who stands where, division by division, all problems first; then what the audits object to.

    Args:
        evidence: the race.
        language: "en" or "ko".
        report: where the report is; None if there is none.
    """
    measure = measure_words(evidence.measure)
    say(Words(f"Compared: {measure.en}", f"비교 기준: {measure.ko}").in_(language), "bold")
    for division in evidence.manifest["divisions"]:
        print_division(evidence, division, language)
    kinds: list[Kind] = [kind for found in evidence.verdicts for kind in (found.kind, seen_by(found, found.pairing.b))]
    if kinds:
        signs = "   ".join(f"{SIGNS[kind]} {Words(*KINDS[kind]).in_(language)}" for kind in KINDS if kind in kinds)
        say("")
        say(signs, "dim")
    print_objections(evidence, language, report)


def print_division(evidence: Evidence, division: str, language: str) -> None:
    """The tables of one division."""
    say("")
    say(division_words(division).in_(language).upper(), "bold")
    problems = list(evidence.manifest["problems"])
    if len(problems) > 1:
        print_rows(OVERALL, overall_table(evidence, division), language)
    for problem in problems:
        say("")
        say(problem, "bold")
        whole = problem_table(evidence, division, problem)
        rows = []
        for name, middle_one, interval, lost, *_, settings in whole.rows:
            rows.append((name, middle_one, interval, lost, marks(evidence, division, problem, str(name)), settings))
        print_rows(ON_ONE, Table(whole.caption, whole.columns, tuple(rows)), language, text=(0, 4, 5))
        verdicts = list(evidence.judged(division, problem))
        if len(verdicts) <= FEW:
            for verdict in verdicts:
                say(verdict.sentence(language))


def print_rows(heads: Sequence[Words], found: Table, language: str, text: Sequence[int] = (0,)) -> None:
    """A table of the report under heads that fit."""
    names = [head.in_(language) for head in heads]
    made = table(*names, right=tuple(name for place, name in enumerate(names) if place not in text))
    for row in found.rows:
        made.add_row(*(cell(said(each, language)) for each in row))
    console().print(made)


def said(text: Text, language: str) -> str:
    """A cell of a report's table, as plain text."""
    return text.in_(language) if isinstance(text, Words) else str(text)


def marks(evidence: Evidence, division: str, problem: str, contestant: str) -> str:
    """How often a contestant is better, worse and so on, by the signs of the report."""
    counts: Counter[Kind] = tally(evidence.judged(division, problem), contestant)
    return " ".join(f"{SIGNS[kind]}{counts[kind]}" for kind in KINDS if counts[kind])


def print_objections(evidence: Evidence, language: str, report: object) -> None:
    """What the audits found."""
    found = evidence.objections
    if not found:
        say(Words("The audits object to nothing.", "점검에서 이의가 없었습니다.").in_(language))
        return
    say("")
    say(Words(f"Objections of the audits: {len(found)}", f"점검 이의 {len(found)}건").in_(language), "yellow")
    for each in found[:MOST]:
        say(f"- {sentence(each.finding, language)}")
    if len(found) > MOST:
        rest = len(found) - MOST
        where = Words("--json prints all", "--json이 모두 출력합니다") if report is None else Words(*[str(report)] * 2)
        say(Words(f"- and {rest} more: {where.en}", f"- 그 밖에 {rest}건: {where.ko}").in_(language))


def sentence(finding: Finding, language: str) -> str:
    """What was found, with its full stop."""
    return f"{finding.text(language)}."


def as_dict(evidence: Evidence, report: object = None) -> dict[str, Any]:
    """The race for programs: what was declared, standings, verdicts and objections."""
    manifest = evidence.manifest
    kept = ("suite", "versions", "search", "seeds", "selection", "budget", "hashes")
    return {
        "manifest": {name: manifest[name] for name in kept}  # type: ignore[literal-required]
        | {"problems": list(manifest["problems"]), "contestants": manifest["contestants"]},
        "measure": evidence.measure,
        "standings": {division: division_as_dict(evidence, division) for division in manifest["divisions"]},
        "verdicts": [verdict_as_dict(verdict) for verdict in evidence.verdicts],
        "across": [
            {
                "division": division,
                "a": a,
                "b": b,
                "problems": found.problems,
                "ratio": found.ratio,
                "ratio_interval": [found.ratio_interval.low, found.ratio_interval.high],
                "chance": found.chance,
                "chance_interval": [found.chance_interval.low, found.chance_interval.high],
                "speaks_for_others": found.speaks_for_others,
            }
            for (division, a, b), found in evidence.across.items()
        ],
        "objections": [
            {
                "cause": each.finding.cause,
                "kind": each.kind,
                "division": each.division,
                "problem": each.problem,
                "contestants": each.contestants,
                "sentence": sentence(each.finding, "en"),
            }
            for each in evidence.objections
        ],
        "report": None if report is None else str(report),
    }


def division_as_dict(evidence: Evidence, division: str) -> dict[str, Any]:
    """The standings of a division; divisions are never put together."""
    return {
        "overall": [
            {"contestant": row[0], "verdicts": counted_kinds(list(evidence.judged(division)), str(row[0]))}
            for row in overall_table(evidence, division).rows
        ],
        "problems": {
            problem: [
                standing(evidence, division, problem, str(row[0]))
                for row in problem_table(evidence, division, problem).rows
            ]
            for problem in evidence.manifest["problems"]
        },
    }


def standing(evidence: Evidence, division: str, problem: str, contestant: str) -> dict[str, Any]:
    """How one contestant stands on one problem; infinite costs are null."""
    cost = evidence.cost(division, problem, contestant)
    runs = evidence.evaluated(division, problem, contestant)
    interval = median_interval(cost) if cost.size else None
    return {
        "contestant": contestant,
        "median": middle(cost),
        "interval": None if interval is None or interval.rank == 0 else [interval.low, interval.high],
        "missed": int(np.isinf(cost).sum()),
        "failed": int(runs["failed"].sum()),
        "runs": cost.size,
        "settings": runs.settings()[0] if len(runs) else {},
        "verdicts": counted_kinds(list(evidence.judged(division, problem)), contestant),
    }


def counted_kinds(verdicts: Sequence[Verdict], contestant: str) -> dict[str, int]:
    """How often a contestant is better, worse and so on."""
    counts = tally(verdicts, contestant)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def verdict_as_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict with its evidence."""
    met, numbers = verdict.pairing, verdict.comparison
    told: dict[str, Any] = {
        "kind": verdict.kind,
        "division": met.division,
        "problem": met.problem,
        "a": met.a,
        "b": met.b,
        "sentence": verdict.sentence(),
    }
    if numbers is not None:
        told |= {
            "pairs": numbers.pairs,
            "ratio": numbers.ratio,
            "ratio_interval": [numbers.ratio_interval.low, numbers.ratio_interval.high],
            "chance": numbers.chance,
            "chance_interval": [numbers.chance_interval.low, numbers.chance_interval.high],
            "p_value": verdict.p_value,
            "failed": {"a": numbers.failed_a, "b": numbers.failed_b, "both": numbers.failed_both},
        }
    return told
