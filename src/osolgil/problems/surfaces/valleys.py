"""Valleys: curved, flat and long. Why following the gradient is slow where the floor hardly slopes."""

import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.function import Function
from osolgil.problems.surfaces.surface import Box, Surface, point, whole


def beale(x: Array) -> Array:
    """f(x) = Σ (yᵢ − x₁(1 − x₂ⁱ))² for i = 1, 2, 3 with y = (1.5, 2.25, 2.625)."""
    return (1.5 - x[0] * (1 - x[1])) ** 2 + (2.25 - x[0] * (1 - x[1] ** 2)) ** 2 + (2.625 - x[0] * (1 - x[1] ** 3)) ** 2


def beale_surface() -> Surface:
    """Walls around a flat floor: minimum 0 at (3, ½), saddle point at (0, 1)."""
    return Surface(
        name="beale",
        title="Beale's function",
        formula=r"f(x) = (1.5 - x_1 + x_1x_2)^2 + (2.25 - x_1 + x_1x_2^2)^2 + (2.625 - x_1 + x_1x_2^3)^2",
        problem=Function(beale),
        start=point(1.0, 1.0),
        starts=Box(point(0.5, -1.5), point(3.5, 1.0)),
        window=((-4.5, 4.5), (-4.5, 4.5)),
        minima=(point(3.0, 0.5),),
        minimum_value=0.0,
        saddles=(point(0.0, 1.0),),
        teaches=(
            "Walls of a height of 10⁵ around a floor that is nearly flat: one learning rate is too large for the "
            "walls and too small for the floor (condition number 162 at the minimum). (0, 1) is a saddle point. A "
            "path that strays into the valley left of it never arrives: that one sinks only to 0.45, at infinity."
        ),
        teaches_ko=(
            "높이가 10⁵에 이르는 벽이 거의 평평한 바닥을 둘러싼다. 하나의 학습률은 벽에서는 너무 크고 바닥에서는 너무 "
            "작다(최소점에서 조건수 162). (0, 1)은 안장점이다. 그 왼쪽 골짜기로 빠진 경로는 도착하지 못한다: "
            "그 골짜기는 무한히 멀리 가야 겨우 0.45까지 낮아진다."
        ),
        source="Beale (1958); Moré, Garbow and Hillstrom (1981), ACM TOMS 7, 17-41, no. 5.",
    )


def rosenbrock(x: Array) -> Array:
    """f(x) = Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)² over i = 1, ..., n − 1."""
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_surface(n: int = 2) -> Surface:
    """The banana valley in n ≥ 2 coordinates: minimum 0 at (1, ..., 1)."""
    n = whole("n", n, least=2)
    return Surface(
        name="rosenbrock",
        title="Rosenbrock's banana valley",
        formula=(
            r"f(x) = 100\,(x_2 - x_1^2)^2 + (1 - x_1)^2"
            if n == 2
            else rf"f(x) = \sum_{{i=1}}^{{{n - 1}}} \left(100\,(x_{{i+1}} - x_i^2)^2 + (1 - x_i)^2\right)"
        ),
        problem=Function(rosenbrock),
        start=point(np.resize((-1.2, 1.0), n)),
        starts=Box(point([-2.0, *[-1.5] * (n - 1)]), point([2.0, *[3.0] * (n - 1)])),
        window=((-2.5, 2.5), (-2.0, 3.5)),
        minima=(point(np.ones(n)),),
        minimum_value=0.0,
        teaches=(
            "A curved valley: reaching its floor is easy, following it is not, because the direction keeps turning. "
            "The condition number is 2508 at the minimum for n = 2. Gradient descent needs thousands of steps where "
            "methods that learn the curvature need dozens. From n = 4 on there is a second, local minimum, with x₁ < 0 "
            "and a value near 4."
        ),
        teaches_ko=(
            "굽은 골짜기: 바닥에 닿기는 쉽지만 방향이 계속 바뀌어 바닥을 따라가기가 어렵다. n = 2일 때 최소점의 "
            "조건수는 2508이다. 경사하강법은 수천 스텝이 필요하고, 곡률을 배우는 방법은 수십 스텝이면 된다. "
            "n이 4 이상이면 x₁ < 0인 쪽에 값이 4에 가까운 지역 최소점이 또 있다."
        ),
        source="Rosenbrock (1960), The Computer Journal 3, 175-184; Moré, Garbow and Hillstrom (1981), no. 1.",
    )


def long_valley(x: Array) -> Array:
    """f(x) = 10x₂² + 1 − exp(−(x₁ − 4)²/8)."""
    # expm1 keeps the digits near the minimum, where 1 − exp(−z) would lose them.
    return 10 * x[1] ** 2 - jnp.expm1(-((x[0] - 4) ** 2) / 8)


def long_valley_surface() -> Surface:
    """Steep walls and a long floor: minimum 0 at (4, 0)."""
    return Surface(
        name="long_valley",
        title="Long valley",
        formula=r"f(x) = 10\,x_2^2 + 1 - \exp\left(-\tfrac{1}{8}(x_1 - 4)^2\right)",
        problem=Function(long_valley),
        start=point(-3.0, 1.0),
        starts=Box(point(-4.0, -1.5), point(-2.0, 1.5)),
        window=((-5.0, 7.0), (-2.0, 2.0)),
        minima=(point(4.0, 0.0),),
        minimum_value=0.0,
        teaches=(
            "Steep walls (slope 20 at the start) and a long floor whose slope is 0.004 there. The walls force a small "
            "learning rate, with which the floor takes for ever; a rate per coordinate, as in AdaGrad, RMSProp and "
            "Adam, walks along the floor at once."
        ),
        teaches_ko=(
            "가파른 벽(출발점에서 기울기 20)과 기울기가 0.004뿐인 긴 바닥. 벽 때문에 학습률을 작게 잡으면 바닥에서는 "
            "한없이 느리다. AdaGrad, RMSProp, Adam처럼 좌표마다 학습률을 조정하면 바닥을 곧바로 걸어간다."
        ),
        source="Made for this package, after the well-known animation of optimizers in a long valley.",
    )
