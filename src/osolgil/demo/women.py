"""The lecture's example: height on weight, by descent on the raw scale, by descent on the standardized one, "
"exactly."""

from pathlib import Path
from typing import Any

import numpy as np

from osolgil.demo.part import Part, Words, drawn, spoken
from osolgil.descent import Stop
from osolgil.methods import GradientDescent
from osolgil.plots import batch_paths, curves, fitted_line, panels
from osolgil.regression import fit
from osolgil.regression.coordinates import identity
from osolgil.regression.families import Gaussian
from osolgil.regression.objective import mean_loss

HEIGHTS = np.arange(58.0, 73.0)
WEIGHTS = np.array([115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164], dtype=np.float64)
"""Average inches and pounds of American women aged 30-39: McNeil (1977), from the World Almanac of 1975."""

TABLE = {"height": HEIGHTS, "weight": WEIGHTS}
START = {"Intercept": 0.0, "weight": 1.0}
RAW_RATE, RAW_STEPS = 5e-5, 1000
RATE = 0.3
BATCH_RATES = {15: 0.3, 5: 0.1, 1: 0.05}
EPOCHS = 30

COEFFICIENTS = Words("intercept b (in)", "절편 b (in)"), Words("slope a (in/lb)", "기울기 a (in/lb)")
COLUMNS = Words("weight (lb)", "몸무게 (lb)"), Words("height (in)", "키 (in)")


def women(folder: Path) -> Part:
    """Fit, draw, and say what is to be seen."""
    exact = fit("height ~ weight", TABLE, start=START)
    raw = descended(GradientDescent(RAW_RATE), standardize=False, stop=Stop(steps=RAW_STEPS))
    scaled = descended(GradientDescent(RATE), standardize=True)
    batches = [
        (batch_label(size), descended(GradientDescent(rate), batch_size=rows_of(size), epochs=EPOCHS).result)
        for size, rate in BATCH_RATES.items()
    ]
    X = np.stack([np.ones_like(WEIGHTS), WEIGHTS], axis=1)
    loss = mean_loss(Gaussian(), X, HEIGHTS, None, identity(2))
    least = float(np.mean((HEIGHTS - X @ exact.vector) ** 2) / 2)
    flat, steep = np.linalg.eigvalsh(X.T @ X / len(X))
    needed = np.log(1e-6) / np.log1p(-RAW_RATE * flat)
    rawly = Words(f"raw scale, {raw.result.nit:,} steps", f"원래 척도, {raw.result.nit:,}스텝")
    well = Words(f"standardized, {scaled.result.nit} steps", f"표준화, {scaled.result.nit}스텝")
    exactly = Words("exact", "정확한 해")
    away = max(raw.distance.values())
    near = max(scaled.distance.values())
    text = (
        Words(
            f"Average height on weight of American women: height = a·weight + b, from a = 1, b = 0. Exact: "
            f"a = {exact.vector[1]:.6f} ± {exact.standard_errors['weight']:.6f}, b = {exact.vector[0]:.4f} ± "
            f"{exact.standard_errors['Intercept']:.4f} (± one standard error).",
            f"미국 여성의 평균 몸무게로 평균 키를 예측한다: 키 = a·몸무게 + b, 출발점은 a = 1, b = 0. 정확한 해는 "
            f"a = {exact.vector[1]:.6f} ± {exact.standard_errors['weight']:.6f}, b = {exact.vector[0]:.4f} ± "
            f"{exact.standard_errors['Intercept']:.4f}이다(± 표준오차).",
        ),
        Words(
            f"On the raw scale gradient descent crawls. The learning rate must stay below 2/{steep:,.0f} = "
            f"{2 / steep:.2g}, "
            f"because that is how steep one direction is; the other is {steep / flat:,.0f} times flatter (the "
            "condition "
            f"number). After {raw.result.nit:,} steps at {RAW_RATE:g}, a = {raw.vector[1]:.4f} and b = "
            f"{raw.vector[0]:.4f}: "
            f"{away:,.0f} standard errors from the optimum. To bring the error down to a millionth would take "
            f"{needed / 1e6:.0f} million steps.",
            f"원래 척도에서 경사하강법은 기어간다. 한 방향이 가팔라 학습률을 2/{steep:,.0f} = {2 / steep:.2g} "
            "미만으로 "
            f"잡아야 하는데, 다른 방향은 그보다 {steep / flat:,.0f}배 완만하다(조건수). 학습률 {RAW_RATE:g}로 "
            f"{raw.result.nit:,}스텝을 가도 a = {raw.vector[1]:.4f}, b = {raw.vector[0]:.4f}로, 최적점에서 "
            "표준오차의 "
            f"{away:,.0f}배만큼 떨어져 있다. 오차를 백만분의 일로 줄이려면 {needed / 1e6:.0f}백만 스텝이 필요하다.",
        ),
        Words(
            "Standardized, both directions are equally steep, and the same method arrives in "
            f"{scaled.result.nit} steps at "
            f"{RATE:g}: {near:.1g} standard errors from the optimum.",
            f"표준화하면 두 방향의 곡률이 같아져, 같은 방법이 학습률 {RATE:g}로 {scaled.result.nit}스텝 만에 "
            "도착한다: "
            f"최적점까지 표준오차의 {near:.1g}배.",
        ),
    )
    part = Part(Words("1. A line through heights and weights", "1. 키와 몸무게를 지나는 직선"), text)

    def line(language: str) -> Any:
        start = Words("start: a = 1, b = 0", "출발: a = 1, b = 0")
        fits = [(start, np.array([0.0, 1.0])), (rawly, raw), (well, scaled), (exactly, exact)]
        return fitted_line(WEIGHTS, HEIGHTS, spoken(fits, language), names=said(COLUMNS, language), language=language)

    def paths(language: str) -> Any:
        runs = spoken([(rawly, raw.result), (well, scaled.result)], language)
        return panels(loss, runs, names=said(COEFFICIENTS, language), minimum=exact.vector, language=language)

    def values(language: str) -> Any:
        runs = spoken([(rawly, raw.result), (well, scaled.result)], language)
        return curves(runs, reference=least * (1 - 1e-12), language=language)

    def units(language: str) -> Any:
        return batch_paths(
            loss,
            spoken(batches, language),
            names=said(COEFFICIENTS, language),
            minimum=exact.vector,
            language=language,
        )

    def unit_values(language: str) -> Any:
        return curves(spoken(batches, language), against="rows", language=language)

    part.shows.extend([
        drawn(folder, "women-line", line, Words(
            "The fitted lines and the data. The line of the standardized run lies on the exact one; that of the "
            "raw run "
            f"still cuts the axis at {raw.vector[0]:.2g}, where it started.",
            "데이터와 적합된 직선. 표준화한 직선은 정확한 해와 겹치고, 원래 척도의 직선은 "
            f"절편이 {raw.vector[0]:.2g}로 아직 출발점에 머물러 있다.",
        )),
        drawn(folder, "women-paths", paths, Words(
            "The same loss surface, the same method. On the raw scale it falls into the valley at once, and "
            "then stands "
            "still on its floor; standardized, it goes to the minimum in a straight line.",
            "같은 손실 곡면, 같은 방법. 원래 척도에서는 단번에 골짜기로 떨어진 뒤 바닥에 멈춰 서고, 표준화하면 "
            "최소점까지 "
            "곧게 간다.",
        )),
        drawn(folder, "women-values", values, Words(
            "How far the loss is above its minimum, step by step.",
            "손실이 최솟값보다 얼마나 높은지, 스텝마다.",
        )),
        drawn(folder, "women-batches", units, Words(
            f"Batch, mini-batch and stochastic descent, standardized, {EPOCHS} epochs each (learning rates "
            f"{', '.join(f'{rate:g}' for rate in BATCH_RATES.values())}): the fewer rows in a step, the more it "
            "wanders.",
            f"배치, 미니배치, 확률적 경사하강. 표준화, 각각 {EPOCHS}에폭(학습률 "
            f"{', '.join(f'{rate:g}' for rate in BATCH_RATES.values())}): 한 스텝에 쓰는 행이 적을수록 더 헤맨다.",
        )),
        drawn(folder, "women-batch-values", unit_values, Words(
            "The same three runs against the rows seen. Bold: the loss of all rows; thin: what each batch said.",
            "같은 세 실행을 본 행의 수에 대해 그렸다. 굵은 선은 전체 행의 손실, 가는 선은 배치마다의 손실.",
        )),
    ])  # fmt: skip
    return part


def descended(method: GradientDescent, **options: Any) -> Any:
    """The lecture's model by a method, from the lecture's start, with its path."""
    return fit("height ~ weight", TABLE, method=method, start=START, record="path", **options)


def rows_of(size: int) -> int | None:
    """`batch_size` for batches of this size: None for all rows."""
    return None if size == len(HEIGHTS) else size


def batch_label(size: int) -> Words:
    """What a run with batches of this size is called."""
    if size == len(HEIGHTS):
        return Words(f"batch: all {size} rows", f"배치: {size}행 전부")
    if size == 1:
        return Words("stochastic: 1 row", "확률적: 1행")
    return Words(f"mini-batch: {size} rows", f"미니배치: {size}행")


def said(pair: tuple[Words, Words], language: str) -> tuple[str, str]:
    """Two words in this language."""
    return pair[0].in_(language), pair[1].in_(language)
