"""Standings: a table for every problem and one for all, with the verdicts as a matrix and in sentences."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from osolgil.races.evidence import Evidence, target_measures
from osolgil.races.intervals import median, median_interval
from osolgil.races.manifest import space_in
from osolgil.races.report.markup import Column, Html, Table, Text, Writer, joined
from osolgil.races.report.words import (
    CONTESTANT,
    COUNT_WORDS,
    Words,
    count_words,
    division_words,
    measure_words,
    number,
    protocol_words,
)
from osolgil.races.verdicts import KINDS, Kind, Verdict, across_sentence

SIGNS: dict[Kind, str] = {
    "better": "▲",
    "worse": "▼",
    "no_difference_shown": "~",
    "identical": "≡",
    "under_tuned": "!",
    "not_reached": "∅",
    "blocked": "✕",
}
"""By kind of verdict."""

FEW = 6
"""So many sentences are shown without being asked for."""

NO_VERDICT: tuple[Kind, ...] = ("under_tuned", "not_reached", "blocked")


def seen_by(verdict: Verdict, contestant: str) -> Kind:
    """The verdict as this contestant sees it: what is better for one is worse for the other."""
    turned: dict[Kind, Kind] = {"better": "worse", "worse": "better"}
    return verdict.kind if verdict.pairing.a == contestant else turned.get(verdict.kind, verdict.kind)


def tally(verdicts: Iterable[Verdict], contestant: str) -> Counter[Kind]:
    """How often a contestant is better, worse and so on."""
    return Counter(
        seen_by(verdict, contestant) for verdict in verdicts if contestant in (verdict.pairing.a, verdict.pairing.b)
    )


def tallied(counts: Counter[Kind]) -> tuple[str, ...]:
    """Better, worse, no difference shown or identical, no verdict."""
    return (
        str(counts["better"]),
        str(counts["worse"]),
        str(counts["no_difference_shown"] + counts["identical"]),
        str(sum(counts[kind] for kind in NO_VERDICT)),
    )


TALLIES = (
    Column(Words("better than", "우세")),
    Column(Words("worse than", "열세")),
    Column(Words("no difference shown, or identical", "차이 미확인·동일")),
    Column(Words("no verdict", "판정 없음")),
)


def middle(cost: np.ndarray) -> float:
    """The median cost; ∞ where nothing was run."""
    return median(cost) if cost.size else np.inf


def problem_table(evidence: Evidence, division: str, problem: str) -> Table:
    """Who is how dear on a problem, sorted by the median."""
    others = [name for name in target_measures(evidence.manifest) if name != evidence.measure]
    rows = []
    for name in evidence.contestants(division):
        cost = evidence.cost(division, problem, name)
        lost = f"{int(np.isinf(cost).sum())} / {cost.size}"
        beside = [number(middle(evidence.cost(division, problem, name, other))) for other in others]
        settings = tuned_to(evidence, division, problem, name)
        rows.append((middle(cost), (name, *with_interval(cost), lost, *beside, settings)))
    rows.sort(key=lambda row: (row[0], str(row[1][0])))
    measure = measure_words(evidence.measure)
    return Table(
        Words(
            f"{problem}: {measure.en}, median over seeds with its distribution-free 95 % interval. Sorted by the "
            "median; the order alone is no verdict.",
            f"{problem}: {measure.ko}. 시드별 중앙값과, 분포를 가정하지 않은 95% 구간입니다. 중앙값 순서로 늘어놓았을 "
            "뿐, 순서가 곧 판정은 아닙니다.",
        ),
        (
            Column(CONTESTANT, text=True),
            Column(Words("median", "중앙값")),
            Column(Words("95 % interval", "95% 구간")),
            Column(Words("never got there", "미도달")),
            *(Column(short(other)) for other in others),
            Column(Words("hyperparameters", "하이퍼파라미터"), text=True),
        ),
        tuple(row for _, row in rows),
    )


def short(measure: str) -> Words:
    """A target's column, beside the one that is compared."""
    tau = measure.removeprefix("reached_")
    # a blank and a hyphen that do not break
    kept = f"τ = {tau}".replace("-", "\u2011").replace(" ", "\u00a0")
    return Words(f"median to {kept}", f"{kept}까지 중앙값")


def with_interval(cost: np.ndarray) -> tuple[Text, Text]:
    """The median and its interval."""
    if not cost.size:
        return Words("not run", "실행 없음"), ""
    found = median_interval(cost)
    if found.rank == 0:
        return number(found.median), Words("too few seeds", "시드 부족")
    return number(found.median), f"[{number(found.low)}, {number(found.high)}]"


def tuned_to(evidence: Evidence, division: str, problem: str, contestant: str) -> Text:
    """The hyperparameters that a contestant was evaluated with: those that were tuned, and those set by hand."""
    by_hand = evidence.manifest["contestants"][contestant]["declared"]
    tuned = ""
    if space_in(evidence.manifest, division, contestant).dimensions:
        runs = evidence.evaluated(division, problem, contestant)
        if not len(runs):
            return ""
        tuned = ", ".join(f"{name} {value:.3g}" for name, value in runs.settings()[0].items())
    if not by_hand:
        return tuned or Words("defaults", "기본값")
    declared = ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in by_hand.items()
    )
    before = f"{tuned}; " if tuned else ""
    return Words(f"{before}by hand: {declared}", f"{before}직접 정함: {declared}")


def overall_table(evidence: Evidence, division: str) -> Table:
    """All problems of a division together: nobody's mean of unlike things, but counts of verdicts and of arrivals."""
    problems = list(evidence.manifest["problems"])
    rows = []
    for name in evidence.contestants(division):
        counts = tally(evidence.judged(division), name)
        unbeaten = sum(not tally(evidence.judged(division, problem), name)["worse"] for problem in problems)
        cost = np.concatenate([evidence.cost(division, problem, name) for problem in problems])
        there = float(np.isfinite(cost).mean()) if cost.size else 0.0
        failed = sum(int(evidence.evaluated(division, problem, name)["failed"].sum()) for problem in problems)
        key = (counts["worse"] - counts["better"], -there, name)
        rows.append((key, (name, *tallied(counts), f"{unbeaten} / {len(problems)}", f"{there:.0%}", str(failed))))
    rows.sort(key=lambda row: row[0])
    measure = measure_words(evidence.measure)
    return Table(
        Words(
            f"All problems, {division_words(division).en.lower()}, by {measure.en}: how often a contestant was shown "
            "to be better or worse than another one. Sorted by better minus worse.",
            f"모든 문제, {division_words(division).ko}, 비교 기준은 {measure.ko}. 다른 참가자보다 낫거나 못하다고 "
            "판정된 횟수입니다. 우세에서 열세를 뺀 순서입니다.",
        ),
        (
            Column(CONTESTANT, text=True),
            *TALLIES,
            Column(Words("problems on which nobody is better", "더 나은 참가자가 없는 문제")),
            Column(Words("runs that got there", "도달한 실행")),
            Column(Words("runs that failed", "실패한 실행")),
        ),
        tuple(row for _, row in rows),
    )


def cost_table(evidence: Evidence, division: str, problem: str) -> Table:
    """What the runs used, each cost by itself."""
    rows = []
    for name in evidence.contestants(division):
        found = evidence.evaluated(division, problem, name)
        rows.append((name, *(number(middle(found[count].astype(float))) for count in COUNT_WORDS)))
    return Table(
        Words(f"{problem}: what a run used, median over seeds", f"{problem}: 실행 하나가 쓴 자원(시드별 중앙값)"),
        (Column(CONTESTANT, text=True), *(Column(count_words(count)) for count in COUNT_WORDS)),
        tuple(rows),
    )


def matrix(writer: Writer, evidence: Evidence, division: str, problem: str) -> Html:
    """Who is better than whom: a row against a column."""
    names = sorted(
        evidence.contestants(division), key=lambda name: (middle(evidence.cost(division, problem, name)), name)
    )
    found = {}
    for verdict in evidence.judged(division, problem):
        for one, other in ((verdict.pairing.a, verdict.pairing.b), (verdict.pairing.b, verdict.pairing.a)):
            found[one, other] = sign(writer, seen_by(verdict, one))
    rows = tuple(
        (f"{number} {one}", *(found.get((one, other), Html("·")) for other in names))
        for number, one in enumerate(names, 1)
    )
    heads = [Html(f'{number}<span class="hidden"> {writer.say(name)}</span>') for number, name in enumerate(names, 1)]
    drawn = Table(
        Words(f"{problem}: the row against the column", f"{problem}: 행의 참가자를 열의 참가자와 견주면"),
        (Column(CONTESTANT, text=True), *(Column(head) for head in heads)),
        rows,
    )
    return Html(f'<div class="matrix">{writer.table(drawn)}</div>')


def sign(writer: Writer, kind: Kind) -> Html:
    """A verdict as a sign, which a screen reader reads in words."""
    words = writer.say(Words(*KINDS[kind]))
    return Html(f'<span class="sign {kind}" aria-hidden="true">{SIGNS[kind]}</span><span class="hidden">{words}</span>')


def key(writer: Writer, kinds: Sequence[Kind]) -> Html:
    """What the signs mean."""
    told = joined(
        f'<li><span class="sign {kind}" aria-hidden="true">{SIGNS[kind]}</span> {writer.say(Words(*KINDS[kind]))}</li>'
        for kind in KINDS
        if kind in kinds
    )
    return Html(f'<ul class="key">{told}</ul>')


def sentences(writer: Writer, verdicts: Sequence[Verdict]) -> Html:
    """All verdicts with their evidence."""
    lines = joined(
        writer.element("li", Words(verdict.sentence("en"), verdict.sentence("ko")), f' class="{verdict.kind}"')
        for verdict in verdicts
    )
    summary = Words(
        f"The verdicts in sentences: {len(verdicts)}",
        f"판정문 {len(verdicts)}개",
    )
    return writer.folded(summary, f'<ul class="verdicts">{lines}</ul>', unfolded=len(verdicts) <= FEW)


def across_sentences(writer: Writer, evidence: Evidence, division: str) -> Html:
    """What the problems say together, in sentences; nothing where there is one problem only."""
    found = {pair: each for pair, each in evidence.across.items() if pair[0] == division}
    lines = joined(
        writer.element(
            "li",
            Words(*(across_sentence(a, b, evidence.measure, each, language) for language in ("en", "ko"))),
        )
        for (_, a, b), each in found.items()
    )
    if not lines:
        return Html("")
    summary = Words(f"Across problems, in sentences: {len(found)}", f"문제 전체를 두고 본 문장 {len(found)}개")
    return writer.folded(summary, f'<ul class="verdicts">{lines}</ul>')


def standings(writer: Writer, evidence: Evidence, division: str) -> Html:
    """The tables and verdicts of a division."""
    protocol = protocol_words(evidence.manifest, division)
    parts: list[str] = [writer.say(protocol, "p"), writer.table(overall_table(evidence, division))]
    parts.append(across_sentences(writer, evidence, division))
    for problem in evidence.manifest["problems"]:
        verdicts = list(evidence.judged(division, problem))
        parts.append(writer.element("h4", problem))
        parts.append(writer.table(problem_table(evidence, division, problem)))
        if verdicts:
            parts += [
                matrix(writer, evidence, division, problem),
                key(writer, [kind for v in verdicts for kind in (v.kind, seen_by(v, v.pairing.b))]),
            ]
            parts.append(sentences(writer, verdicts))
        parts.append(
            writer.folded(
                Words("What the runs used", "실행이 쓴 자원"), writer.table(cost_table(evidence, division, problem))
            )
        )
    return joined(parts)
