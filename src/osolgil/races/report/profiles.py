"""Performance and data profiles as charts."""

from collections.abc import Iterator

import numpy as np

from osolgil.races.evidence import Evidence
from osolgil.races.pairings import costs
from osolgil.races.profiles import Profile, data_profile, performance_profile
from osolgil.races.report.chart import Axis, Chart, Line, key_of
from osolgil.races.report.markup import Column, Table
from osolgil.races.report.words import CONTESTANT, Words, division_words, measure_words, protocol_words

SHARE = Words("share of the runs", "실행의 비율")


def profile_costs(evidence: Evidence, division: str) -> tuple[np.ndarray, list[str]]:
    """Costs of reaching the target on all seeds that everybody has run, and the problem of each.

    Returns:
        costs of shape (runs, contestants), and so many names of problems.
    """
    names = evidence.contestants(division)
    blocks, problems = [], []
    for problem in evidence.manifest["problems"]:
        tables = [evidence.evaluated(division, problem, name) for name in names]
        shared = sorted(set.intersection(*(set(table["seed"].tolist()) for table in tables)))
        first = [{seed: row for row, seed in reversed(list(enumerate(t["seed"].tolist())))} for t in tables]
        columns = [
            costs(table, evidence.target_measure)[[rows[seed] for seed in shared]]
            for table, rows in zip(tables, first, strict=True)
        ]
        blocks.append(np.stack(columns, axis=1).reshape(len(shared), len(names)))
        problems += [problem] * len(shared)
    return np.concatenate(blocks), problems


def profile_charts(evidence: Evidence, division: str) -> Iterator[Chart]:
    """The performance profile and the data profile of a division; nothing where problems share no target."""
    names = evidence.contestants(division)
    if not evidence.target_measure or len(names) < 2:
        return
    found, problems = profile_costs(evidence, division)
    if not np.isfinite(found).any():
        return
    sizes = [evidence.manifest["problems"][problem]["dimension"] for problem in problems]
    told, measure = division_words(division), measure_words(evidence.target_measure)
    protocol = protocol_words(evidence.manifest, division)
    bands = Words(
        f"The bands (95 %) resample problems; there are {len(set(problems))}.",
        f"띠(95%)는 문제를 재표집해 구했습니다. 문제는 {len(set(problems))}개입니다.",
    )
    yield profile_chart(
        performance_profile(found, names, problems),
        key_of("performance-profile", division),
        Words(
            "Performance profile: how close to the cheapest?",
            "성능 프로파일: 가장 싼 참가자에 얼마나 가까운가?",
        ),
        Words(
            f"All problems, {told.en.lower()}. The share of the runs on which a contestant costs at most so many times "
            f"the cheapest, in {measure.en}. At 1: how often it is the cheapest; at the right: how often it gets there "
            "at all. With more than two contestants it ranks each against the best of this company only. "
            f"{bands.en} {protocol.en}",
            f"모든 문제, {told.ko}. 비용({measure.ko})이 가장 싼 참가자의 몇 배 이내인 실행의 비율입니다. 1에서는 가장 "
            "싼 참가자였던 비율, 오른쪽 끝에서는 목표에 도달한 비율입니다. 참가자가 셋 이상이면 함께 겨룬 참가자 "
            f"가운데 가장 나은 쪽과만 견줍니다. {bands.ko} {protocol.ko}",
        ),
        Words("times the cheapest", "가장 싼 비용의 배수"),
        (1.0, 2.0, 5.0, 10.0, 100.0),
    )
    yield profile_chart(
        data_profile(found, names, sizes, problems),
        key_of("data-profile", division),
        Words(
            "Data profile: done within which budget?",
            "데이터 프로파일: 얼마의 예산 안에 끝나는가?",
        ),
        Words(
            f"All problems, {told.en.lower()}. The share of the runs that are done within so many times n + 1 "
            f"evaluations, n the number of parameters; done is: {measure.en}. It does not depend on who else takes "
            f"part. {bands.en} {protocol.en}",
            f"모든 문제, {told.ko}. n + 1번(n은 매개변수의 수) 평가의 몇 배 안에 목표에 도달한 실행의 "
            f"비율입니다({measure.ko}). 다른 참가자가 누구인지에 영향을 받지 않습니다. {bands.ko} {protocol.ko}",
        ),
        Words("evaluations / (n + 1)", "평가 횟수 / (n + 1)"),
        (1.0, 10.0, 100.0, 1000.0),
    )


def profile_chart(
    found: Profile, key: str, title: Words, caption: Words, label: Words, places: tuple[float, ...]
) -> Chart:
    """A profile as a chart: stairs, drawn from the left edge to a little beyond the last change."""
    first = 1.0 if found.at[0] == 1 else float(found.at[0]) / 1.5
    last = float(found.at[-1]) * 1.5
    x = np.concatenate([[first], found.at, [last]])

    def whole(shares: np.ndarray) -> np.ndarray:
        return np.concatenate([[shares[0] if found.at[0] <= first else 0.0], shares, [shares[-1]]])

    lines = tuple(
        Line(name, x, whole(found.share[k]), whole(found.low[k]), whole(found.high[k]), kind="steps")
        for k, name in enumerate(found.contestants)
    )
    at = [place for place in places if place < last] + [last]
    columns = [f"≤ {place:g}" for place in at[:-1]] + [Words("ever", "끝까지")]
    rows = tuple((name, *(f"{found.shares(place)[name]:.2f}" for place in at)) for name in found.contestants)
    table = Table(title, (Column(CONTESTANT, text=True), *(Column(each) for each in columns)), rows)
    return Chart(key, title, caption, Axis(label, first, last, log=True), Axis(SHARE, 0.0, 1.03), lines, table)
