"""What tuning found, as charts: every trial over its learning rate, and the best of k trials."""

from collections.abc import Iterator

import numpy as np

from osolgil.races.evidence import Evidence
from osolgil.races.intervals import Interval
from osolgil.races.manifest import space_in, tuned_divisions
from osolgil.races.report.chart import Axis, Chart, Line, key_of, spanning
from osolgil.races.report.markup import Column, Table, Text
from osolgil.races.report.words import CONTESTANT, Words, division_words, measure_words, number, protocol_words
from osolgil.races.tuning import Sensitivity, hit_probability, sensitivity, tuning_curve
from osolgil.races.verdicts import span

RATE = Words("learning rate", "학습률")


def searched(evidence: Evidence, division: str) -> list[str]:
    """The contestants of a division that something was tuned for."""
    return [name for name in evidence.contestants(division) if space_in(evidence.manifest, division, name).dimensions]


def swept(evidence: Evidence, division: str, problem: str, contestant: str) -> Sensitivity | None:
    """How wide the learning rate may miss; None where other hyperparameters vary as well, or a cost is negative."""
    settings, cost = evidence.trials(division, problem, contestant)
    if any(set(each) != {"learning_rate"} for each in settings) or (cost < 0).any() or len(settings) < 2:
        return None
    return sensitivity([each["learning_rate"] for each in settings], cost)


def sensitivity_charts(evidence: Evidence, division: str) -> Iterator[Chart]:
    """For every problem, what every trial cost over its learning rate; nothing where none was tuned."""
    if division not in tuned_divisions(evidence.manifest):
        return
    measure, told = measure_words(evidence.tuning_measure), division_words(division)
    protocol = protocol_words(evidence.manifest, division)
    for problem in evidence.manifest["problems"]:
        lines, rows, rates = [], [], []
        for name in searched(evidence, division):
            if "learning_rate" not in space_in(evidence.manifest, division, name).names:
                continue
            settings, cost = evidence.trials(division, problem, name)
            rate = np.asarray([each["learning_rate"] for each in settings])
            order = np.argsort(rate)
            alone = all(len(each) == 1 for each in settings)
            lost = int(np.isinf(cost).sum())
            lines.append(
                Line(
                    name,
                    rate[order],
                    cost[order],
                    kind="both" if alone else "dots",
                    note=Words(*[f"{lost}/{cost.size} ∞"] * 2) if lost else None,
                )
            )
            rates.append(rate)
            rows.append(sensitivity_row(name, rate, cost, swept(evidence, division, problem, name)))
        if not lines:
            continue
        yield Chart(
            key=key_of("sensitivity", division, problem),
            title=Words(f"{problem}: how exact must the learning rate be?", f"{problem}: 학습률에 얼마나 민감한가?"),
            caption=Words(
                f"{problem}, {told.en.lower()}. What every trial cost in tuning ({measure.en}, median over tuning "
                "seeds), over its learning rate: a dot is a trial, and no line joins them where other hyperparameters "
                "vary as well. Trials that failed or never got there cost ∞: the legend counts them. "
                f"{protocol.en}",
                f"{problem}, {told.ko}. 튜닝 시행마다 든 비용({measure.ko}, 튜닝 시드의 중앙값)을 학습률에 따라 "
                "그렸습니다. 점 하나가 시행 하나이고, 다른 하이퍼파라미터도 함께 바뀐 경우에는 선으로 잇지 않았습니다. "
                f"실패했거나 도달하지 못한 시행의 비용은 ∞이며, 범례에 개수로 적었습니다. {protocol.ko}",
            ),
            x=spanning(RATE, np.concatenate(rates), log=True),
            y=spanning(measure, np.concatenate([line.y for line in lines])),
            lines=tuple(lines),
            table=Table(
                Words(
                    f"{problem}: the best learning rate, and the decades within twice its cost",
                    f"{problem}: 가장 좋은 학습률과, 비용이 그 2배 이내인 자릿수",
                ),
                (
                    Column(CONTESTANT, text=True),
                    Column(Words("best rate", "가장 좋은 학습률")),
                    Column(Words("its cost", "그때 비용")),
                    Column(Words("decades within 2×", "2배 이내 자릿수")),
                    Column(Words("from, to", "범위"), text=True),
                    Column(Words("trials at ∞", "∞인 시행")),
                ),
                tuple(rows),
            ),
        )


def sensitivity_row(name: str, rate: np.ndarray, cost: np.ndarray, found: Sensitivity | None) -> tuple[Text, ...]:
    """A contestant in the table below the chart."""
    best = int(np.argmin(cost))
    lost = f"{int(np.isinf(cost).sum())} / {cost.size}"
    if np.isinf(cost[best]):
        return name, "–", "∞", "–", "–", lost
    if found is None:
        varied = Words("other hyperparameters vary too", "다른 하이퍼파라미터도 바뀜")
        return name, f"{rate[best]:.3g}", number(float(cost[best])), "–", varied, lost
    decades = f"{'≥ ' if found.open_ended else ''}{found.decades:.2f}"
    pieces = ", ".join(span(Interval(*piece)) for piece in found.pieces)
    return name, f"{found.best_rate:.3g}", number(found.best_cost), decades, pieces, lost


def tuning_charts(evidence: Evidence, division: str) -> Iterator[Chart]:
    """For every problem, what the best of k trials costs; nothing where nothing was tuned."""
    if division not in tuned_divisions(evidence.manifest):
        return
    trials = evidence.manifest["search"]["trials"]
    measure, told = measure_words(evidence.tuning_measure), division_words(division)
    protocol, chance = protocol_words(evidence.manifest, division), hit_probability(trials)
    at = [k for k in (1, 2, 4, 8, 16, 32, 64) if k < trials] + [trials]
    for problem in evidence.manifest["problems"]:
        lines, rows = [], []
        for name in searched(evidence, division):
            found = tuning_curve(evidence.trials(division, problem, name)[1])
            k = np.arange(1, found.median.size + 1).astype(float)
            lines.append(Line(name, k, found.median, found.lower, found.upper))
            rows.append((name, *(number(float(found.median[k - 1])) for k in at), f"{found.failing[0]:.0%}"))
        yield Chart(
            key=key_of("tuning", division, problem),
            title=Words(f"{problem}: what does tuning bring?", f"{problem}: 튜닝하면 얼마나 나아지나?"),
            caption=Words(
                f"{problem}, {told.en.lower()}. What the best of k trials costs ({measure.en}): the median over all "
                "choices of k of the trials, the band from quartile to quartile. Trials that failed cost ∞. The "
                f"best of {trials} random trials is among the best tenth of the space with a chance of {chance:.0%}. "
                f"{protocol.en}",
                f"{problem}, {told.ko}. 시행 k회 가운데 가장 좋은 것의 비용({measure.ko})입니다. 선은 시행 k개를 "
                "고르는 모든 방법에 대한 중앙값, 띠는 사분위수 사이입니다. 실패한 시행의 비용은 ∞입니다. 무작위 시행 "
                f"{trials}회 가운데 가장 좋은 것이 탐색 공간의 상위 10% 안에 들 확률은 {chance:.0%}입니다. "
                f"{protocol.ko}",
            ),
            x=Axis(Words("trials k", "시행 횟수 k"), 1.0, float(max(trials, 2))),
            y=spanning(
                measure, np.concatenate([np.concatenate([each.y, each.low]) for each in lines if each.low is not None])
            ),
            lines=tuple(lines),
            table=Table(
                Words(
                    f"{problem}: the median cost of the best of k trials",
                    f"{problem}: 시행 k회 중 가장 좋은 것의 비용(중앙값)",
                ),
                (
                    Column(CONTESTANT, text=True),
                    *(Column(f"k = {each}") for each in at),
                    Column(Words("one trial fails", "한 번에 실패할 확률")),
                ),
                tuple(rows),
            ),
        )
