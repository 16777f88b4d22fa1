"""Virginica or not: logistic regression, exactly and by mini-batch Adam."""

from pathlib import Path
from typing import Any

import numpy as np

from osolgil.demo.part import Part, Table, Words, drawn, spoken
from osolgil.methods import Adam
from osolgil.plots import curves, decision_boundary
from osolgil.regression import fit

FORMULA = "virginica ~ petal_length + petal_width"
RATE, BATCH, EPOCHS = 0.1, 16, 200


def iris(folder: Path) -> Part:
    """Fit, draw, and say what is to be seen."""
    from sklearn.datasets import load_iris

    bunch = load_iris()
    features, virginica = bunch.data[:, 2:4], (bunch.target == 2).astype(np.float64)
    table = {"petal_length": features[:, 0], "petal_width": features[:, 1], "virginica": virginica}
    exact: Any = fit(FORMULA, table, family="bernoulli", record="path")
    adam: Any = fit(
        FORMULA, table, family="bernoulli", method=Adam(RATE), batch_size=BATCH, epochs=EPOCHS, record="path", seed=0
    )
    exactly = Words("exact (Newton)", "정확한 해 (Newton)")
    sampled = Words(f"Adam, {BATCH} rows a step", f"Adam, 스텝마다 {BATCH}행")
    away = max(adam.distance.values())
    wrong = round((1 - float(exact.accuracy or 0)) * len(virginica))
    text = (
        Words(
            f"Is an iris a virginica? From the length and width of its petals, {len(virginica)} flowers. The "
            "exact fit "
            f"(Newton's method, {exact.result.nit} steps) calls {wrong} of them wrongly: accuracy "
            f"{exact.accuracy:.1%}.",
            f"꽃잎의 길이와 너비로 붓꽃이 virginica인지 맞힌다. 꽃 {len(virginica)}송이. 정확한 해(뉴턴 방법, "
            f"{exact.result.nit}스텝)는 그 가운데 {wrong}송이를 틀린다: 정확도 {exact.accuracy:.1%}.",
        ),
        Words(
            f"Mini-batch Adam ({BATCH} rows a step, learning rate {RATE:g}, {EPOCHS} epochs) is {adam.accuracy:.1%} "
            f"accurate, yet its farthest coefficient is {away:.2g} standard errors from the optimum. Whether "
            "that is near "
            "enough is a question about the data's own uncertainty, which the standard error is; so the table "
            "counts in it. "
            "Standard errors themselves are given at the optimum only.",
            f"미니배치 Adam(스텝마다 {BATCH}행, 학습률 {RATE:g}, {EPOCHS}에폭)의 정확도는 "
            f"{adam.accuracy:.1%}이지만, 가장 먼 "
            f"계수는 최적점에서 표준오차의 {away:.2g}배만큼 떨어져 있다. 이만하면 충분한지는 데이터 자체의 "
            "불확실성, 곧 "
            "표준오차에 견주어 볼 일이므로 표는 그 단위로 센다. 표준오차는 최적점에서만 구한다.",
        ),
    )
    part = Part(Words("2. Virginica or not", "2. virginica인가 아닌가"), text)

    def boundary(language: str) -> Any:
        return decision_boundary(
            features,
            virginica,
            spoken([(exactly, exact), (sampled, adam)], language),
            names=("petal length (cm)", "petal width (cm)")
            if language == "en"
            else ("꽃잎 길이 (cm)", "꽃잎 너비 (cm)"),
            classes=("other", "virginica") if language == "en" else ("그 밖", "virginica"),
            language=language,
        )

    def values(language: str) -> Any:
        least = exact.result.fun
        runs = spoken([(exactly, exact.result), (sampled, adam.result)], language)
        return curves(runs, against="rows", reference=least * (1 - 1e-12), language=language)

    part.shows.extend([
        Table(
            (Words("coefficient", "계수"), Words("exact", "정확한 해"), Words("standard error", "표준오차"),
             Words("Adam", "Adam"), Words("distance in standard errors", "거리 (표준오차)")),
            tuple(
                (name, f"{exact.coefficients[name]:.4f}", f"{exact.standard_errors[name]:.4f}",
                 f"{adam.coefficients[name]:.4f}", f"{adam.distance[name]:.3g}")
                for name in exact.names
            ),
            Words(
                "Exact beside mini-batch Adam. The distance is |H⁻¹g| over the standard error, measured where "
                "Adam ended.",
                "정확한 해와 미니배치 Adam. 거리는 Adam이 끝난 곳에서 잰 |H⁻¹g|를 표준오차로 나눈 값이다.",
            ),
        ),
        drawn(folder, "iris-boundary", boundary, Words(
            "The boundary of each model, where the probability is one half; the ground is Adam's probability.",
            "각 모형의 경계, 곧 확률이 1/2인 곳. 바탕의 음영은 Adam의 확률이다.",
        )),
        drawn(folder, "iris-values", values, Words(
            "How far the loss is above its minimum, against the rows seen: Newton's method looks at all rows "
            "each step and "
            "is there in a few; Adam levels off at the noise of its batches.",
            "손실이 최솟값보다 얼마나 높은지, 본 행의 수에 대해. 뉴턴 방법은 스텝마다 모든 행을 보고 몇 번 만에 "
            "도착하며, "
            "Adam은 배치의 잡음 수준에서 멈춘다.",
        )),
    ])  # fmt: skip
    return part
