"""Minima without number: surfaces on which descent finds the nearest dip and nothing else."""

import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.function import Function
from osolgil.problems.surfaces.surface import Surface, cube, point, square_window, whole


def rastrigin(x: Array) -> Array:
    """f(x) = 10n + Σ xᵢ² − 10 cos 2πxᵢ."""
    # 10 − 10 cos 2πx = 20 sin² πx: no cancellation near the minimum.
    return jnp.sum(x * x + 20 * jnp.sin(jnp.pi * x) ** 2)


def rastrigin_surface(n: int = 2) -> Surface:
    """The egg carton in n ≥ 1 coordinates: minimum 0 at the origin."""
    n = whole("n", n, least=1)
    return Surface(
        name="rastrigin",
        title="Rastrigin's egg carton",
        formula=rf"f(x) = {10 * n} + \sum_{{i=1}}^{{{n}}} \left(x_i^2 - 10\cos 2\pi x_i\right)",
        problem=Function(rastrigin),
        start=point(np.resize((3.3, -2.2), n)),
        starts=cube(n, -5.12, 5.12),
        window=square_window(n, -5.12, 5.12),
        minima=(point(np.zeros(n)),),
        minimum_value=0.0,
        teaches=(
            "A bowl full of dips, one near every point of whole numbers. The gradient points into the nearest dip and "
            "knows nothing of the bowl; only noise, restarts or steps that are longer than a dip is wide see it."
        ),
        teaches_ko=(
            "그릇 안에 정수점마다 홈이 파여 있다. 기울기는 가장 가까운 홈을 가리킬 뿐 그릇 전체를 알지 못한다. "
            "잡음이나 재출발, 홈의 폭보다 긴 스텝이 있어야 전체 모양이 보인다."
        ),
        source="Rastrigin (1974); for any n, Mühlenbein, Schomisch and Born (1991), Parallel Computing 17, 619-632.",
    )


def ackley(x: Array) -> Array:
    """f(x) = −20 exp(−0.2 √(mean x²)) − exp(mean cos 2πx) + 20 + e."""
    mean_square = jnp.mean(x * x)
    at_origin = mean_square == 0
    # √ has no derivative at 0, and a `where` around its result only would still pass 0·∞ = NaN back: it must never be
    # asked. The gradient there is 0, which belongs to the subdifferential because the origin is a minimum.
    root = jnp.where(at_origin, 0.0, jnp.sqrt(jnp.where(at_origin, 1.0, mean_square)))
    # 1 − cos 2πx = 2 sin² πx and expm1: exactly 0 at the origin, and no cancellation near it.
    return -20 * jnp.expm1(-0.2 * root) - jnp.e * jnp.expm1(-2 * jnp.mean(jnp.sin(jnp.pi * x) ** 2))


def ackley_surface(n: int = 2) -> Surface:
    """A funnel in a plain, in n ≥ 1 coordinates: minimum 0 at the origin, where 0 stands for the missing gradient."""
    n = whole("n", n, least=1)
    mean = rf"\tfrac{{1}}{{{n}}}\sum_{{i=1}}^{{{n}}}"
    return Surface(
        name="ackley",
        title="Ackley's function",
        formula=(
            rf"f(x) = -20\exp\left(-0.2\sqrt{{{mean} x_i^2}}\right)"
            rf" - \exp\left({mean} \cos 2\pi x_i\right) + 20 + e"
        ),
        problem=Function(ackley),
        start=point(np.resize((-3.3, 2.2), n)),
        starts=cube(n, -5.0, 5.0),
        window=square_window(n, -5.0, 5.0),
        minima=(point(np.zeros(n)),),
        minimum_value=0.0,
        smooth=False,
        teaches=(
            "A nearly flat plain full of dips around one deep funnel. The funnel ends in a tip: there is no gradient "
            f"at the minimum itself (0 is reported there), and beside it its norm is {4 / np.sqrt(n):.3g}, however "
            "close, so no run can be judged by its gradient norm; a constant learning rate hops around the tip."
        ),
        teaches_ko=(
            "홈이 가득한 평원 한가운데에 깊은 깔때기가 하나 있다. 깔때기 끝은 뾰족하다: 최소점에서는 기울기가 정의되지 "
            f"않고(0으로 알린다), 아무리 가까이 가도 기울기의 크기가 {4 / np.sqrt(n):.3g}이므로 기울기의 크기로 수렴을 "
            "판정할 수 없다. 학습률이 일정하면 끝점 둘레를 맴돈다."
        ),
        source="Ackley (1987), A Connectionist Machine for Genetic Hillclimbing; Bäck (1996).",
    )
