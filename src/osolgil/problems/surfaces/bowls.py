"""Bowls: convex quadratics. What the learning rate, the condition number and noisy gradients do."""

from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.function import Function
from osolgil.problems.surfaces.surface import Box, Interval, Surface, cube, finite, generator, point, whole
from osolgil.protocol import data_pytree


@data_pytree
class Quadratic:
    """f(x) = ½ Σ λᵢ xᵢ². The eigenvalues λ, shape (n,), are a leaf: bowls of one size share their compiled program."""

    eigenvalues: Any

    __name__: ClassVar[str] = "bowl"

    def __call__(self, x: Array) -> Array:
        return 0.5 * jnp.sum(jnp.asarray(self.eigenvalues, x.dtype) * x * x)


@data_pytree
class NoisyQuadratic:
    """The loss of row i is ½ Σ λⱼ xⱼ² − cᵢᵀx, so its gradient is that of the bowl less cᵢ."""

    eigenvalues: Any

    __name__: ClassVar[str] = "noisy_bowl"

    def __call__(self, x: Array, rows: Array) -> Array:
        return Quadratic(self.eigenvalues)(x) - rows @ x


def square(x: Array) -> Array:
    """f(x) = x²."""
    return jnp.sum(x * x)


def square_surface() -> Surface:
    """The lecture's parabola: minimum 0 at 0."""
    return Surface(
        name="square",
        title="The parabola x²",
        formula=r"f(x) = x^2",
        problem=Function(square),
        start=point(2.0),
        starts=cube(1, -3.0, 3.0),
        window=((-3.5, 3.5),),
        minima=(point(0.0),),
        minimum_value=0.0,
        teaches=(
            "What one step does: with learning rate η, x becomes (1 − 2η)x. Below 0.5 it creeps in from one side, "
            "above 0.5 it hops from side to side, at 1 it hops for ever, and beyond 1 it diverges."
        ),
        teaches_ko=(
            "한 스텝이 하는 일: 학습률이 η이면 x는 (1 − 2η)x가 된다. 0.5보다 작으면 한쪽에서 천천히 다가가고, "
            "0.5보다 크면 좌우로 진동하며, 1이면 끝없이 왕복하고, 1을 넘으면 발산한다."
        ),
        source="The first example of every course on gradient descent.",
    )


def eigenvalues_of(condition: float, n: int) -> np.ndarray:
    """Eigenvalues from 1 to the condition number, evenly spaced in the logarithm, shape (n,)."""
    return np.geomspace(1.0, condition, n)


def bowl_formula(condition: float, n: int) -> str:
    """½ Σ λᵢ xᵢ² in LaTeX."""
    if n == 2:
        return rf"\tfrac{{1}}{{2}}\left(x_1^2 + {condition:.15g}\,x_2^2\right)"
    return rf"\tfrac{{1}}{{2}}\sum_{{i=1}}^{{{n}}} {condition:.15g}^{{(i-1)/{n - 1}}}\,x_i^2"


def bowl_start(eigenvalues: np.ndarray) -> np.ndarray:
    """The point where every coordinate adds the same 50 to the value."""
    return point(10.0 / np.sqrt(eigenvalues))


def bowl_window(start: np.ndarray) -> tuple[Interval, Interval]:
    """Room around the start, at half the scale for the second axis unless the bowl is nearly round."""
    half = max(6.0, 1.2 * float(start[1]))
    return (-12.0, 12.0), (-half, half)


def bowl_surface(condition: float = 10.0, n: int = 2) -> Surface:
    """f(x) = ½ Σ λᵢ xᵢ² with eigenvalues from 1 to `condition`, evenly spaced in the logarithm."""
    condition, n = finite("condition", condition, least=1.0), whole("n", n, least=2)
    eigenvalues = point(eigenvalues_of(condition, n))
    start = bowl_start(eigenvalues)
    return Surface(
        name="bowl",
        title=f"Quadratic bowl, condition number {condition:g}",
        formula=rf"f(x) = {bowl_formula(condition, n)}",
        problem=Function(Quadratic(eigenvalues)),
        start=start,
        starts=Box(point(-start), start),
        window=bowl_window(start),
        minima=(point(np.zeros(n)),),
        minimum_value=0.0,
        teaches=(
            "Ill-conditioning. The condition number is the ratio of the largest to the smallest eigenvalue of the "
            "Hessian; the axes of the ellipses have its square root as their ratio. The steepest direction limits "
            "the learning rate (below 2/λmax), and the flattest one then crawls: the path zig-zags."
        ),
        teaches_ko=(
            "불량 조건. 조건수는 헤세 행렬의 가장 큰 고윳값과 가장 작은 고윳값의 비이고, 등고선 타원의 두 축의 비는 "
            "조건수의 제곱근이다. 가장 가파른 방향이 학습률을 제한하므로(2/λmax 미만) 가장 완만한 방향은 느리게 "
            "나아가고, 경로는 지그재그가 된다."
        ),
        source="Nocedal and Wright, Numerical Optimization, 2nd ed., section 3.3.",
    )


def noisy_bowl_surface(
    condition: float = 10.0, n: int = 2, rows: int = 256, deviation: float = 1.0, seed: int = 0
) -> Surface:
    """The bowl as a mean over rows: the loss of row i is ½ Σ λⱼ xⱼ² − cᵢᵀx.

    The cᵢ are normal draws, centred and decorrelated: to rounding, their mean is 0 and their covariance (a mean over
    the rows) is deviation² I. So all rows together are the bowl, and the gradient of a row drawn at random has the
    bowl's gradient as mean and that covariance, at every x.
    """
    condition, n = finite("condition", condition, least=1.0), whole("n", n, least=2)
    rows, deviation = whole("rows", rows, least=n + 1), finite("deviation", deviation, least=0.0)
    eigenvalues = point(eigenvalues_of(condition, n))
    draws = generator(seed).standard_normal((rows, n))
    # Columns of Q span those of the centred draws, so they are centred too, and they are orthonormal.
    Q, _ = np.linalg.qr(draws - draws.mean(axis=0))
    shifts = point(deviation * np.sqrt(rows) * Q)
    start = bowl_start(eigenvalues)
    return Surface(
        name="noisy_bowl",
        title=f"Noisy bowl, condition number {condition:g}, noise {deviation:g}",
        formula=(
            rf"f(x) = \tfrac{{1}}{{{rows}}}\sum_{{i=1}}^{{{rows}}} \left({bowl_formula(condition, n)} - c_i^{{\top}} x"
            rf"\right),\quad c_i \text{{ with mean }} 0 \text{{ and covariance }} {deviation:g}^2 I"
        ),
        problem=FiniteSum(NoisyQuadratic(eigenvalues), shifts, reduction="mean"),
        start=start,
        starts=Box(point(-start), start),
        window=bowl_window(start),
        minima=(point(np.zeros(n)),),
        minimum_value=0.0,
        teaches=(
            "Sampled gradients are noisy: the path wanders, and with a constant learning rate η it never settles. "
            "It ends in a cloud around the minimum with variance ησ²/(λ(2 − ηλ)) along each axis (σ² divided by the "
            "batch size), so halve η or double the batch to halve the cloud's variance."
        ),
        teaches_ko=(
            "뽑은 행으로 구한 기울기에는 잡음이 있다: 경로가 헤매고, 학습률 η가 일정하면 끝내 멈추지 않는다. 최소점 "
            "둘레에 각 축의 분산이 ησ²/(λ(2 − ηλ))인 구름으로 남는다(σ²은 배치 크기로 나눈다). η를 반으로 줄이거나 "
            "배치를 두 배로 늘리면 구름의 분산이 반이 된다."
        ),
        source="Bottou, Curtis and Nocedal (2018), SIAM Review 60, 223-311, section 4.",
    )


def booth(x: Array) -> Array:
    """f(x) = (x₁ + 2x₂ − 7)² + (2x₁ + x₂ − 5)²."""
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


def booth_surface() -> Surface:
    """A bowl whose axes are not the coordinates: minimum 0 at (1, 3)."""
    return Surface(
        name="booth",
        title="Booth's function",
        formula=r"f(x) = (x_1 + 2x_2 - 7)^2 + (2x_1 + x_2 - 5)^2",
        problem=Function(booth),
        start=point(-8.0, 0.0),
        starts=cube(2, -10.0, 10.0),
        window=((-10.0, 10.0), (-10.0, 10.0)),
        minima=(point(1.0, 3.0),),
        minimum_value=0.0,
        teaches=(
            "A mild bowl (eigenvalues 2 and 18, condition number 9) turned by 45 degrees: methods with one learning "
            "rate per coordinate gain nothing, because the axes of the ellipses are not the coordinates."
        ),
        teaches_ko=(
            "45도 돌려놓은 완만한 그릇(고윳값 2와 18, 조건수 9). 타원의 축이 좌표축과 어긋나 있으므로 "
            "좌표마다 학습률을 달리하는 방법도 얻는 것이 없다."
        ),
        source="Jamil and Yang (2013), Int. J. Math. Modelling and Numerical Optimisation 4, 150-194, no. 17.",
    )


def matyas(x: Array) -> Array:
    """f(x) = 0.26(x₁² + x₂²) − 0.48x₁x₂."""
    # The usual 0.26(x₁² + x₂²) − 0.48x₁x₂ cancels along the valley; this sum of squares is the same and does not.
    return 0.01 * (x[0] + x[1]) ** 2 + 0.25 * (x[0] - x[1]) ** 2


def matyas_surface() -> Surface:
    """A diagonal trough: minimum 0 at (0, 0)."""
    return Surface(
        name="matyas",
        title="Matyas' function",
        formula=r"f(x) = 0.26\,(x_1^2 + x_2^2) - 0.48\,x_1 x_2",
        problem=Function(matyas),
        start=point(-8.0, 4.0),
        starts=cube(2, -10.0, 10.0),
        window=((-10.0, 10.0), (-10.0, 10.0)),
        minima=(point(0.0, 0.0),),
        minimum_value=0.0,
        teaches=(
            "A diagonal trough, almost flat along x₁ = x₂ (eigenvalues 0.04 and 1, condition number 25): the first "
            "steps lower the value quickly, and nearly the whole distance is still to go."
        ),
        teaches_ko=(
            "x₁ = x₂ 방향으로 거의 평평한 대각선 골짜기(고윳값 0.04와 1, 조건수 25). 처음 몇 스텝에 함숫값은 빠르게 "
            "줄지만 가야 할 거리는 거의 그대로 남아 있다."
        ),
        source="Jamil and Yang (2013), Int. J. Math. Modelling and Numerical Optimisation 4, 150-194, no. 71.",
    )
