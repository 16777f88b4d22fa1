"""A few basins: local and global minima that can be counted. Which minimum was reached depends on start and method."""

from itertools import product

import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.function import Function
from osolgil.problems.surfaces.surface import Box, Surface, cube, point, square_window, whole


def double_well(x: Array) -> Array:
    """f(x) = (x² − 1)² + 0.3x."""
    return jnp.sum((x * x - 1) ** 2 + 0.3 * x)


def double_well_surface() -> Surface:
    """Global minimum left at −1.036, local minimum right at 0.960, barrier at 0.075."""
    return Surface(
        name="double_well",
        title="Tilted double well",
        formula=r"f(x) = (x^2 - 1)^2 + 0.3\,x",
        problem=Function(double_well),
        start=point(2.0),
        starts=cube(1, -2.0, 2.0),
        window=((-2.2, 2.2),),
        minima=(point(-1.0355787140888537),),
        minimum_value=-0.30542848374391596,
        local_minima=(point(0.9601495555191055),),
        maxima=(point(0.07542915856974822),),
        teaches=(
            "A local minimum (right, 0.294) and the global one (left, −0.305). Gradient descent with small steps stays "
            "in the well where it starts; from x = 2, momentum can carry it over the barrier of 1.011."
        ),
        teaches_ko=(
            "지역 최솟값(오른쪽, 0.294)과 전역 최솟값(왼쪽, −0.305). 작은 스텝의 경사하강법은 출발한 우물에 머문다. "
            "x = 2에서 출발한 모멘텀은 높이 1.011의 언덕을 넘을 수 있다."
        ),
        source="The double-well potential of physics, tilted.",
    )


def himmelblau(x: Array) -> Array:
    """f(x) = (x₁² + x₂ − 11)² + (x₁ + x₂² − 7)²."""
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def himmelblau_surface() -> Surface:
    """Four minima of 0, four saddle points, one maximum."""
    return Surface(
        name="himmelblau",
        title="Himmelblau's function",
        formula=r"f(x) = (x_1^2 + x_2 - 11)^2 + (x_1 + x_2^2 - 7)^2",
        problem=Function(himmelblau),
        start=point(0.0, 0.0),
        starts=cube(2, -5.0, 5.0),
        window=((-6.0, 6.0), (-6.0, 6.0)),
        minima=(
            point(3.0, 2.0),
            point(-2.805118086952745, 3.131312518250573),
            point(-3.779310253377747, -3.2831859912861696),
            point(3.5844283403304917, -1.8481265269644036),
        ),
        minimum_value=0.0,
        saddles=(
            point(-3.0730257507643897, -0.08135304428796751),
            point(0.08667750455539636, 2.884254701174776),
            point(3.385154183607021, 0.07385187983774928),
            point(-0.12796134673068008, -1.9537149802445763),
        ),
        maxima=(point(-0.2708445906673476, -0.9230385564799815),),
        teaches=(
            "Four minima, all equally low, with four saddle points between them and a hill in the middle: all nine "
            "critical points. Two starts side by side can end in different minima, and the same start can, too, "
            "with another learning rate."
        ),
        teaches_ko=(
            "똑같이 낮은 최소점 넷, 그 사이의 안장점 넷, 가운데의 언덕: 임계점이 모두 아홉이다. 바로 옆에서 출발해도 "
            "다른 최소점에 닿을 수 있고, 같은 출발점에서도 학습률이 다르면 그럴 수 있다."
        ),
        source="Himmelblau (1972), Applied Nonlinear Programming, McGraw-Hill.",
    )


def three_hump_camel(x: Array) -> Array:
    """f(x) = 2x₁² − 1.05x₁⁴ + x₁⁶/6 + x₁x₂ + x₂²."""
    return 2 * x[0] ** 2 - 1.05 * x[0] ** 4 + x[0] ** 6 / 6 + x[0] * x[1] + x[1] ** 2


def three_hump_camel_surface() -> Surface:
    """Minimum 0 at (0, 0) between two local minima."""
    local = (1.7475523458302888, -0.8737761729151444)
    pass_ = (1.07054229182366, -0.53527114591183)
    return Surface(
        name="three_hump_camel",
        title="Three-hump camel",
        formula=r"f(x) = 2x_1^2 - 1.05\,x_1^4 + \tfrac{1}{6}x_1^6 + x_1x_2 + x_2^2",
        problem=Function(three_hump_camel),
        start=point(2.0, -1.5),
        starts=cube(2, -2.0, 2.0),
        window=((-2.5, 2.5), (-2.5, 2.5)),
        minima=(point(0.0, 0.0),),
        minimum_value=0.0,
        local_minima=(point(*local), point(-local[0], -local[1])),
        saddles=(point(*pass_), point(-pass_[0], -pass_[1])),
        teaches=(
            "A global minimum between two local ones that are 0.299 higher, over passes at 0.877: from the outside, "
            "descent falls into a local minimum first, and only momentum or large steps get any further."
        ),
        teaches_ko=(
            "전역 최소점 양옆에 0.299만큼 높은 지역 최소점이 둘 있고, 그 사이의 고개는 높이가 0.877이다. 바깥에서 "
            "출발한 하강은 지역 최소점에 먼저 빠지고, 모멘텀이나 큰 스텝이 있어야 더 나아간다."
        ),
        source="Dixon and Szegö (1978), Towards Global Optimisation 2; Jamil and Yang (2013), no. 29.",
    )


def goldstein_price(x: Array) -> Array:
    """f(x) = (1 + (x₁ + x₂ + 1)² q₁(x)) (30 + (2x₁ − 3x₂)² q₂(x)) with quadratics q₁ and q₂."""
    a, b = x[0], x[1]
    first = (a + b + 1) ** 2 * (19 - 14 * a + 3 * a**2 - 14 * b + 6 * a * b + 3 * b**2)
    second = (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a**2 + 48 * b - 36 * a * b + 27 * b**2)
    return (1 + first) * (30 + second)


def goldstein_price_surface() -> Surface:
    """Minimum 3 at (0, −1), three local minima; values from 3 to over a million in the window."""
    return Surface(
        name="goldstein_price",
        title="Goldstein and Price's function",
        formula=(
            r"f(x) = \left(1 + (x_1+x_2+1)^2 (19 - 14x_1 + 3x_1^2 - 14x_2 + 6x_1x_2 + 3x_2^2)\right)"
            r"\left(30 + (2x_1-3x_2)^2 (18 - 32x_1 + 12x_1^2 + 48x_2 - 36x_1x_2 + 27x_2^2)\right)"
        ),
        problem=Function(goldstein_price),
        start=point(-1.5, -1.5),
        starts=cube(2, -2.0, 2.0),
        window=((-2.0, 2.0), (-2.0, 2.0)),
        minima=(point(0.0, -1.0),),
        minimum_value=3.0,
        local_minima=(point(-0.6, -0.4), point(1.8, 0.2), point(1.2, 0.8)),
        saddles=(point(-0.4, -0.6), point(1.4, 0.6), point(1.2, -0.2), point(0.6, 0.4)),
        maxima=(point(0.8, 0.2),),
        teaches=(
            "Six orders of magnitude on one map: a learning rate that is safe on the slopes stands still in the "
            "basin, and a fixed clipping norm or a line search helps. Local minima at 30, 84 and 840; the global "
            "one is 3."
        ),
        teaches_ko=(
            "지도 한 장에 여섯 자릿수의 높이가 담겨 있다. 비탈에서 안전한 학습률은 바닥에서 제자리걸음이므로 기울기 "
            "자르기(clipping)나 직선 탐색이 도움이 된다. 지역 최솟값은 30, 84, 840이고 전역 최솟값은 3이다."
        ),
        source="Goldstein and Price (1971), Mathematics of Computation 25, 569-574.",
    )


def mccormick(x: Array) -> Array:
    """f(x) = sin(x₁ + x₂) + (x₁ − x₂)² − 1.5x₁ + 2.5x₂ + 1."""
    return jnp.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1


def mccormick_surface() -> Surface:
    """Minimum −√3/2 − π/3 in the window; outside it, unbounded below."""
    third = np.pi / 3
    return Surface(
        name="mccormick",
        title="McCormick's function",
        formula=r"f(x) = \sin(x_1 + x_2) + (x_1 - x_2)^2 - 1.5\,x_1 + 2.5\,x_2 + 1",
        problem=Function(mccormick),
        start=point(0.0, 0.0),
        # Below x₁ + x₂ = −4π/3 the next basin begins, and it lies outside the window.
        starts=Box(point(-1.5, -2.5), point(4.0, 4.0)),
        window=((-1.5, 4.0), (-3.0, 4.0)),
        minima=(point(-0.5471975511965977, -1.5471975511965979),),
        minimum_value=-1.9132229549810364,
        local_minima=(point(2 * third + 0.5, 2 * third - 0.5),),
        saddles=(point(third + 0.5, third - 0.5),),
        exit_level=-2.0,
        teaches=(
            "A staircase of basins along the diagonal, each lower by π than the last, so that there is no lowest one: "
            "the minimum of the textbooks, −1.913, holds in the window only. A large step lands stairs below, and a "
            "lower value is then not a better answer to the question that was asked."
        ),
        teaches_ko=(
            "대각선을 따라 우물이 계단처럼 이어지며 하나마다 π씩 낮아져 가장 낮은 우물이란 없다. 교과서의 최솟값 "
            "−1.913은 이 창 안에서만 맞다. 큰 스텝은 몇 계단 아래로 떨어지는데, 값이 더 낮다고 "
            "해서 주어진 물음에 더 나은 답은 아니다."
        ),
        source="McCormick (1976), Mathematical Programming 10, 147-175; Adorio and Diliman (2005).",
    )


def styblinski_tang(x: Array) -> Array:
    """f(x) = ½ Σ xᵢ⁴ − 16xᵢ² + 5xᵢ."""
    return 0.5 * jnp.sum(x**4 - 16 * x**2 + 5 * x)


def styblinski_tang_surface(n: int = 2) -> Surface:
    """Two wells in each of n ≥ 1 coordinates: minimum −39.166n at (−2.9035, ...)."""
    n = whole("n", n, least=1)
    best, other, top = -2.903534027771177, 2.746802770990837, 0.1567312567803401
    corners = [point(*corner) for corner in product((best, other), repeat=n)] if n <= 3 else []
    return Surface(
        name="styblinski_tang",
        title="Styblinski and Tang's function",
        formula=rf"f(x) = \tfrac{{1}}{{2}}\sum_{{i=1}}^{{{n}}} \left(x_i^4 - 16x_i^2 + 5x_i\right)",
        problem=Function(styblinski_tang),
        start=point(np.full(n, 4.0)),
        starts=cube(n, -5.0, 5.0),
        window=square_window(n, -5.0, 5.0),
        minima=(point(np.full(n, best)),),
        minimum_value=-39.16616570377141 * n,
        local_minima=tuple(corners[1:]),
        maxima=(point(np.full(n, top)),),
        teaches=(
            f"Two wells in every coordinate, 2^{n} minima in all, and only one of them is the lowest. Each "
            "coordinate that settles in the wrong well costs 14.14."
        ),
        teaches_ko=(
            f"좌표마다 우물이 둘이므로 최소점은 모두 2^{n}개이고, 그 가운데 하나만 가장 낮다. 한 좌표가 틀린 "
            "우물에 빠질 때마다 14.14를 손해 본다."
        ),
        source="Styblinski and Tang (1990), Neural Networks 3, 467-483.",
    )
