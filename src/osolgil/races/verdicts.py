"""Verdicts: what may be said about two contestants, in a sentence that carries its evidence."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from osolgil.protocol.words import checked_language, counted
from osolgil.races.intervals import Interval
from osolgil.races.objections import Objection, objection
from osolgil.races.pairings import MEASURES, Pairing
from osolgil.races.statistics import MIN_PAIRS, AcrossProblems, Comparison, holm
from osolgil.races.wilcoxon import least_p_value

Kind = Literal["better", "worse", "no_difference_shown", "identical", "under_tuned", "not_reached", "blocked"]

KINDS: dict[Kind, tuple[str, str]] = {
    "better": ("better", "우세"),
    "worse": ("worse", "열세"),
    "no_difference_shown": ("no difference shown", "차이를 보이지 못함"),
    "identical": ("identical", "동일"),
    "under_tuned": ("under-tuned", "튜닝 부족"),
    "not_reached": ("not reached", "도달하지 못함"),
    "blocked": ("blocked", "판정 보류"),
}
"""What a verdict can be, in English and Korean."""

ALPHA = 0.05
"""How often a family of comparisons may claim any difference where there is none."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What may be said about contestant a against contestant b.

    Attributes:
        kind: see `KINDS`; "better" says that a is.
        pairing: who met whom, and what each cost.
        comparison: the numbers; None where there are no pairs.
        p_value: of the exact signed-rank test, after Holm's adjustment; None where nothing was tested.
        family: how many comparisons were tested together.
        objections: why there is no verdict, where there is none.
        alpha: the level of the family.
    """

    kind: Kind
    pairing: Pairing
    comparison: Comparison | None
    p_value: float | None = None
    family: int = 0
    objections: tuple[Objection, ...] = ()
    alpha: float = ALPHA

    @property
    def could_show(self) -> bool:
        """Whether so few pairs among so many comparisons could have shown any difference."""
        if self.comparison is None or self.p_value is None:
            return False
        return least_p_value(self.comparison.test.ranks) * self.family <= self.alpha

    def sentence(self, language: str = "en") -> str:
        """The verdict with its number, interval, test, pairs and failures.

        Raises:
            ValueError: the language is neither "en" nor "ko".
        """
        checked_language(language)
        english = language == "en"
        met = self.pairing
        place = f"{met.problem} — " if english else f"{met.problem}: "
        return place + (self._english() if english else self._korean())

    def _english(self) -> str:
        met, numbers, (measure, _) = self.pairing, self.comparison, MEASURES[self.pairing.measure]
        if self.objections or numbers is None:
            why = "; moreover, ".join(found.finding.text("en") for found in self.objections)
            return f"no verdict on {met.a} against {met.b} ({KINDS[self.kind][0]}): {why}."
        if self.kind == "identical":
            return f"{met.a} and {met.b} are identical: {counted(met.pairs, 'pair')} of runs agree to the last bit."
        if self.kind == "not_reached":
            return f"neither {met.a} nor {met.b} got there ({measure}): all {counted(met.pairs, 'pair')} failed."
        facts = [
            f"median ratio {met.a}/{met.b} {shown(numbers.ratio)}, "
            f"{span(numbers.ratio_interval)} at {numbers.level:.0%}",
            f"P({met.a} beats {met.b}) = {numbers.chance:.2f}, {span(numbers.chance_interval)}",
            f"exact Wilcoxon signed-rank test, p = {self.p_value:.2g} after Holm for "
            f"{counted(self.family, 'comparison')}",
            counted(numbers.pairs, "pair"),
            f"failures: {numbers.failed_a} of {met.a} alone, {numbers.failed_b} of {met.b} alone, "
            f"{numbers.failed_both} of both",
        ]
        if self.kind == "no_difference_shown":
            claim = f"no difference shown between {met.a} and {met.b}"
            if not self.could_show:
                facts.append("so few untied pairs among so many comparisons could not have shown any")
        else:
            claim = f"{met.a} is {self.kind} than {met.b}"
        return f"{claim} in {measure}: {'; '.join(facts)}."

    def _korean(self) -> str:
        met, numbers, (_, measure) = self.pairing, self.comparison, MEASURES[self.pairing.measure]
        against = f"{met.a} 대 {met.b}"
        if self.objections or numbers is None:
            why = ". ".join(found.finding.text("ko") for found in self.objections)
            return f"{against}, {KINDS[self.kind][1]}. {why}."
        if self.kind == "identical":
            return f"{against}, 동일합니다. 실행 {met.pairs}쌍이 마지막 비트까지 같습니다."
        if self.kind == "not_reached":
            return f"{against}, 둘 다 도달하지 못했습니다({measure}). {met.pairs}쌍이 모두 실패했습니다."
        claim = {
            "better": f"{met.a} 쪽이 낫습니다",
            "worse": f"{met.b} 쪽이 낫습니다",
            "no_difference_shown": "차이를 보이지 못했습니다",
        }[self.kind]
        facts = [
            f"비율({met.a}/{met.b})의 중앙값 {shown(numbers.ratio)}, "
            f"{numbers.level:.0%} 구간 {span(numbers.ratio_interval)}",
            f"P({met.a} 승) = {numbers.chance:.2f}, 구간 {span(numbers.chance_interval)}",
            f"정확 윌콕슨 부호순위 검정 p = {self.p_value:.2g}(비교 {self.family}건에 홀름 보정)",
            f"{numbers.pairs}쌍",
            f"실패: {met.a}만 {numbers.failed_a}, {met.b}만 {numbers.failed_b}, 둘 다 {numbers.failed_both}",
        ]
        if self.kind == "no_difference_shown" and not self.could_show:
            facts.append("비교 수에 비해 값이 다른 쌍이 너무 적어 차이가 있어도 보일 수 없었습니다")
        return f"{against}, {claim}({measure}). {'; '.join(facts)}."


def judge(
    pairings: Iterable[Pairing], objections: Sequence[Objection] = (), *, alpha: float = ALPHA, level: float = 0.95
) -> list[Verdict]:
    """The verdicts on these pairings, one for each, in their order.

    In this order: whatever breaks the rules blocks the verdict, and so do fewer than six pairs; runs that agree to the
    last bit are identical; an under-tuned contestant is not compared; where all runs of both failed, the target was not
    reached. The others of a division are tested together, under Holm's adjustment. A difference is claimed where the
    adjusted p-value is at most α and the median ratio does not point the other way.

    Args:
        pairings: all that is claimed at once.
        objections: of the audits.
        alpha: the level of the family.
        level: of the intervals.
    """
    verdicts = [_untested(met, objections, alpha, level) for met in pairings]
    for division in dict.fromkeys(found.pairing.division for found in verdicts):
        tested = [
            (place, found.comparison)
            for place, found in enumerate(verdicts)
            if found.pairing.division == division
            and found.kind == "no_difference_shown"
            and found.comparison is not None
        ]
        adjusted = holm([numbers.test.p_value for _, numbers in tested])
        for (place, numbers), p_value in zip(tested, adjusted.tolist(), strict=True):
            kind = _claimed(numbers, p_value, alpha)
            verdicts[place] = replace(verdicts[place], kind=kind, p_value=p_value, family=len(tested))
    return verdicts


def across_sentence(a: str, b: str, measure: str, found: AcrossProblems, language: str = "en") -> str:
    """What the problems say together about contestants a and b, and whether they speak for others.

    Raises:
        ValueError: the language is neither "en" nor "ko".
    """
    checked_language(language)
    ratio = f"{shown(found.ratio)}, {span(found.ratio_interval)}"
    chance = f"{found.chance:.2f}, {span(found.chance_interval)}"
    if language == "en":
        few = "" if found.speaks_for_others else f"; fewer than {MIN_PAIRS} problems say nothing about other problems"
        return (
            f"across {found.problems} problems, {MEASURES[measure][0]}: median ratio {a}/{b} {ratio}; "
            f"P({a} beats {b}) = {chance}; intervals at {found.level:.0%}, by resampling problems and seeds{few}."
        )
    few = "" if found.speaks_for_others else f" 문제가 {MIN_PAIRS}개보다 적어 다른 문제에 대해서는 말할 수 없습니다."
    return (
        f"문제 {found.problems}개 전체, {MEASURES[measure][1]}: 비율({a}/{b})의 중앙값 {ratio}; P({a} 승) = {chance}. "
        f"{found.level:.0%} 구간은 문제를, 그리고 문제마다 시드를 재표집해 구했습니다.{few}"
    )


def _untested(met: Pairing, objections: Sequence[Objection], alpha: float, level: float) -> Verdict:
    """The verdict that needs no test; "no_difference_shown" where one is needed."""
    numbers = met.compared(level) if met.pairs else None
    against = [found for found in objections if found.concerns(met.division, met.problem, met.a, met.b)]
    blocked = tuple(found for found in against if found.kind == "blocked")
    tuning = tuple(found for found in against if found.kind == "under_tuned")
    if met.pairs < MIN_PAIRS:
        least = min(1.0, 2.0 ** (1 - met.pairs))
        blocked += (objection("few pairs", met.pairs, pairs=met.pairs, least=least, needed=MIN_PAIRS),)
    if blocked or numbers is None:
        return Verdict("blocked", met, numbers, objections=blocked, alpha=alpha)
    if met.identical:
        return Verdict("identical", met, numbers, alpha=alpha)
    if tuning:
        return Verdict("under_tuned", met, numbers, objections=tuning, alpha=alpha)
    if numbers.failed_both == numbers.pairs:
        return Verdict("not_reached", met, numbers, alpha=alpha)
    return Verdict("no_difference_shown", met, numbers, alpha=alpha)


def _claimed(numbers: Comparison, p_value: float, alpha: float) -> Kind:
    if p_value <= alpha:
        if numbers.test.negative > numbers.test.positive and numbers.ratio <= 1:
            return "better"
        if numbers.test.positive > numbers.test.negative and numbers.ratio >= 1:
            return "worse"
    return "no_difference_shown"


def shown(number: float) -> str:
    """A number as verdicts write it, infinities and the unknown included.

    >>> shown(0.123456), shown(math.inf), shown(math.nan)
    ('0.123', '∞', '?')
    """
    if math.isnan(number):
        return "?"
    return "∞" if number == math.inf else "−∞" if number == -math.inf else f"{number:.3g}"


def span(interval: Interval) -> str:
    """An interval as verdicts write it.

    >>> span(Interval(0.5, math.inf))
    '[0.5, ∞]'
    """
    return f"[{shown(interval.low)}, {shown(interval.high)}]"
