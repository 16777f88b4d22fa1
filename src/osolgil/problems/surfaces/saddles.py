"""Saddle points: the gradient is zero, and yet it goes down. Most of these surfaces have no minimum at all."""

from jax import Array

from osolgil.problems.function import Function
from osolgil.problems.surfaces.surface import Box, Gaussian, Surface, point


def x2y(x: Array) -> Array:
    """f(x) = x₁²x₂."""
    return x[0] * x[0] * x[1]


def x2y_surface() -> Surface:
    """The lecture's example of partial derivatives: unbounded below."""
    return Surface(
        name="x2y",
        title="x²y",
        formula=r"f(x) = x_1^2\,x_2",
        problem=Function(x2y),
        start=point(1.0, 0.5),
        starts=Box(point(1.0, -0.5), point(2.0, 0.5)),
        window=((-2.5, 2.5), (-2.5, 2.5)),
        saddles=(point(0.0, 0.0),),
        exit_level=-10.0,
        teaches=(
            "Partial derivatives (2x₁x₂, x₁²), and a surface without a bottom: the path leaves downwards, and faster "
            "and faster. The whole line x₁ = 0 has zero gradient; small steps from (1, 1) end on it, near (0, 0.71), "
            "which is as low as it gets around there, though it is no lowest value."
        ),
        teaches_ko=(
            "편미분 (2x₁x₂, x₁²), 그리고 바닥이 없는 곡면: 경로는 점점 빠르게 아래로 빠져나간다. 직선 x₁ = 0 위에서는 "
            "기울기가 모두 0이다. (1, 1)에서 작은 스텝으로 내려가면 그 위의 (0, 0.71) 부근에서 멈춘다. 그 근처에서는 "
            "가장 낮지만 최솟값은 아니다."
        ),
        source="A textbook example of partial derivatives.",
    )


def race_saddle(x: Array) -> Array:
    """f(x) = ½x₁² − ½x₂² + ¼x₂⁴."""
    return 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4


def race_saddle_surface() -> Surface:
    """A saddle point at 0 between two minima, −¼ at (0, ±1)."""
    return Surface(
        name="race_saddle",
        title="Saddle between two minima",
        formula=r"f(x) = \tfrac{1}{2}x_1^2 - \tfrac{1}{2}x_2^2 + \tfrac{1}{4}x_2^4",
        problem=Function(race_saddle),
        start=point(1.5, 0.01),
        starts=Gaussian(point(1.5, 0.0), 0.1),
        window=((-2.0, 2.0), (-1.6, 1.6)),
        minima=(point(0.0, 1.0), point(0.0, -1.0)),
        minimum_value=-0.25,
        saddles=(point(0.0, 0.0),),
        teaches=(
            "A saddle point that can be passed and a finish line behind it, so that methods can be raced: all of them "
            "run to the saddle first, and what tells them apart is how long they stay there."
        ),
        teaches_ko=(
            "지나갈 수 있는 안장점과 그 뒤의 결승선이 있어 방법들을 경주시킬 수 있다. 모두 먼저 안장점으로 달려가고, "
            "거기서 얼마나 머무는지가 승부를 가른다."
        ),
        source="Made for this package: the saddle x² − y² with a quartic that bounds it.",
    )


def saddle(x: Array) -> Array:
    """f(x) = x₁² − x₂²."""
    return x[0] ** 2 - x[1] ** 2


def saddle_surface() -> Surface:
    """The plain saddle: unbounded below."""
    return Surface(
        name="saddle",
        title="Saddle x² − y²",
        formula=r"f(x) = x_1^2 - x_2^2",
        problem=Function(saddle),
        start=point(1.0, 0.001),
        starts=Gaussian(point(1.0, 0.0), 0.01),
        window=((-1.5, 1.5), (-1.5, 1.5)),
        saddles=(point(0.0, 0.0),),
        exit_level=-1.0,
        teaches=(
            "Descent stalls at a saddle point. From x₂ = 0 exactly it never leaves; from x₂ = δ the distance grows by "
            "the factor 1 + 2η with each step, so the time to leave grows like ln(1/δ). Newton's method even jumps "
            "onto the saddle point."
        ),
        teaches_ko=(
            "안장점에서 하강이 멈춘다. 정확히 x₂ = 0에서 출발하면 영영 떠나지 못한다. x₂ = δ에서 출발하면 스텝마다 "
            "거리가 1 + 2η배가 되므로 벗어나는 시간은 ln(1/δ)에 비례한다. 뉴턴 방법은 오히려 안장점으로 뛰어든다."
        ),
        source="The hyperbolic paraboloid of every calculus course.",
    )


def monkey_saddle(x: Array) -> Array:
    """f(x) = x₁³ − 3x₁x₂²."""
    return x[0] ** 3 - 3 * x[0] * x[1] ** 2


def monkey_saddle_surface() -> Surface:
    """A saddle point with a Hessian of zero: unbounded below."""
    return Surface(
        name="monkey_saddle",
        title="Monkey saddle",
        formula=r"f(x) = x_1^3 - 3\,x_1 x_2^2",
        problem=Function(monkey_saddle),
        start=point(1.0, 0.05),
        starts=Gaussian(point(1.0, 0.0), 0.05),
        window=((-1.5, 1.5), (-1.5, 1.5)),
        saddles=(point(0.0, 0.0),),
        exit_level=-1.0,
        teaches=(
            "A degenerate saddle point: three ways down (two for the legs, one for the tail) and a Hessian of zero, "
            "so neither its eigenvalues nor Newton's method can tell that it is a saddle point. The gradient vanishes "
            "quadratically, so descent stalls far longer than at x² − y²."
        ),
        teaches_ko=(
            "퇴화된 안장점: 내려가는 길이 셋(두 다리와 꼬리)이고 헤세 행렬이 0이어서 고윳값으로도 뉴턴 방법으로도 "
            "안장점인지 알 수 없다. 기울기가 거리의 제곱으로 줄어들므로 x² − y²보다 훨씬 오래 머문다."
        ),
        source="Hilbert and Cohn-Vossen, Anschauliche Geometrie (1932), section 29.",
    )
