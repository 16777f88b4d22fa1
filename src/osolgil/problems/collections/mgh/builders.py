"""The 35 problems put together: residuals, standard starts and what the paper knows of the minima."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from osolgil.problems.collections.collected import Collected, Minimum, frozen
from osolgil.problems.collections.mgh import few, many
from osolgil.problems.function import Function
from osolgil.problems.least_squares import LeastSquares
from osolgil.protocol import pytree

SOURCE = "Moré, Garbow & Hillstrom 1981, ACM TOMS 7, problem"


@pytree
class SumOfSquares:
    """‖r(x)‖², the paper's f."""

    residuals: LeastSquares

    @property
    def __name__(self) -> str:
        return self.residuals.name

    def __call__(self, x: Any) -> Any:
        import jax.numpy as jnp

        return jnp.sum(self.residuals.residuals(x, *self.residuals.data) ** 2)


def collected(
    number: int, residuals: Callable[..., Any], start: Sequence[float] | np.ndarray, minima: Any, *data: Any
) -> Collected:
    """Problem `number`; each of the minima is (‖r‖², x or None), or with True after them where x is infinite."""
    problem = LeastSquares(residuals, tuple(frozen(each) for each in data))
    known = [(value, None if x is None else frozen(x), *rest) for value, x, *rest in minima]
    return Collected(
        name=residuals.__name__,
        title=residuals.__name__.replace("_", " ").capitalize(),
        problem=problem,
        starts=(frozen(start),),
        minima=tuple(Minimum(float(value) / 2, *rest) for value, *rest in known),
        source=f"{SOURCE} ({number})",
        squares=Function(SumOfSquares(problem)),
    )


def numbers(m: float) -> np.ndarray:
    """1, ..., m."""
    return np.arange(1, int(m) + 1, dtype=np.float64)


def whole(name: str, value: float, least: int, multiple: int = 1) -> int:
    """A whole number that the paper allows.

    Raises:
        ValueError: it is not.
    """
    if value != int(value) or value < least or int(value) % multiple:
        of = f", and a multiple of {multiple}" if multiple > 1 else ""
        raise ValueError(f"{name} must be a whole number, at least {least}{of}, but it is {value}.")
    return int(value)


def rosenbrock() -> Collected:
    """Problem 1."""
    return collected(1, few.rosenbrock, [-1.2, 1], [(0, [1, 1])])


def freudenstein_roth() -> Collected:
    """Problem 2."""
    # Of x₂ the gradient leaves 3x₂² − 4x₂ − 6 = 0 besides (5, 4): x₂ = (2 − √22)/3, and x₁ follows.
    second = (2 - np.sqrt(22)) / 3
    first = (42 - ((5 - second) * second - 2) * second - ((second + 1) * second - 14) * second) / 2
    apart = -13 + first + ((5 - second) * second - 2) * second
    other = -29 + first + ((second + 1) * second - 14) * second
    return collected(2, few.freudenstein_roth, [0.5, -2], [(0, [5, 4]), (apart**2 + other**2, [first, second])])


def powell_badly_scaled() -> Collected:
    """Problem 3."""
    return collected(3, few.powell_badly_scaled, [0, 1], [(0, [1.0981593296998e-05, 9.106146739867])])


def brown_badly_scaled() -> Collected:
    """Problem 4."""
    return collected(4, few.brown_badly_scaled, [1, 1], [(0, [1e6, 2e-6])])


def beale() -> Collected:
    """Problem 5."""
    return collected(5, few.beale, [1, 1], [(0, [3, 0.5])])


def jennrich_sampson() -> Collected:
    """Problem 6."""
    return collected(6, few.jennrich_sampson, [0.3, 0.4], [(124.36218235561, [0.257825213, 0.257825213])], numbers(10))


def helical_valley() -> Collected:
    """Problem 7."""
    return collected(7, few.helical_valley, [-1, 0, 0], [(0, [1, 0, 0])])


def bard() -> Collected:
    """Problem 8."""
    minima = [(8.2148773065790e-3, None), (17.428692733704, None, True)]
    return collected(8, few.bard, [1, 1, 1], minima, few.BARD, numbers(15))


def gaussian() -> Collected:
    """Problem 9."""
    y = [*few.GAUSSIAN, *few.GAUSSIAN[-2::-1]]
    return collected(9, few.gaussian, [0.4, 1, 0], [(1.1279327696188e-8, None)], y, (8 - numbers(15)) / 2)


def meyer() -> Collected:
    """Problem 10."""
    return collected(10, few.meyer, [0.02, 4000, 250], [(87.945855170883, None)], few.MEYER, 45 + 5 * numbers(16))


def gulf(m: float = 99) -> Collected:
    """Problem 11."""
    m = whole("m", m, 3)
    if m > 100:
        raise ValueError(f"m must be at most 100, but it is {m}.")
    return collected(11, few.gulf, [5, 2.5, 0.15], [(0, [50, 25, 1.5])], numbers(m) / 100)


def box(m: float = 10) -> Collected:
    """Problem 12."""
    minima = [(0, [1, 10, 1]), (0, [10, 1, -1])]
    return collected(12, few.box, [0, 10, 20], minima, numbers(whole("m", m, 3)) / 10)


def powell_singular() -> Collected:
    """Problem 13."""
    return collected(13, few.powell_singular, [3, -1, 0, 1], [(0, [0, 0, 0, 0])])


def wood() -> Collected:
    """Problem 14."""
    return collected(14, few.wood, [-3, -1, -3, -1], [(0, [1, 1, 1, 1])])


def kowalik_osborne() -> Collected:
    """Problem 15."""
    minima = [(3.0750560385e-4, None), (1.0273381e-3, None, True)]
    start = [0.25, 0.39, 0.415, 0.39]
    return collected(15, few.kowalik_osborne, start, minima, few.KOWALIK_OSBORNE, few.KOWALIK_OSBORNE_AT)


def brown_dennis() -> Collected:
    """Problem 16."""
    return collected(16, few.brown_dennis, [25, 5, -5, -1], [(85822.20162635, None)], numbers(20) / 5)


def osborne1() -> Collected:
    """Problem 17."""
    start = [0.5, 1.5, -1, 0.01, 0.02]
    return collected(17, few.osborne1, start, [(5.4648946975e-5, None)], few.OSBORNE1, 10 * (numbers(33) - 1))


def biggs_exp6(m: float = 13) -> Collected:
    """Problem 18."""
    m = whole("m", m, 6)
    local = [(5.6556499255e-3, None)] if m == 13 else []
    minima = [(0, [1, 10, 1, 5, 4, 3]), *local]
    return collected(18, few.biggs_exp6, [1, 2, 1, 1, 1, 1], minima, numbers(m) / 10)


def osborne2() -> Collected:
    """Problem 19."""
    start = [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5]
    return collected(19, few.osborne2, start, [(4.0137736294e-2, None)], few.OSBORNE2, (numbers(65) - 1) / 10)


WATSON = {6: 2.2876700536e-3, 9: 1.3997601383e-6, 12: 4.722381e-10}


def watson(n: float = 6) -> Collected:
    """Problem 20."""
    if n not in WATSON:
        raise ValueError(f"n must be 6, 9 or 12, for which the minimum is known, but it is {n}.")
    return collected(20, few.watson, np.zeros(int(n)), [(WATSON[int(n)], None)])


def extended_rosenbrock(n: float = 10) -> Collected:
    """Problem 21."""
    n = whole("n", n, 2, 2)
    return collected(21, many.extended_rosenbrock, np.tile([-1.2, 1], n // 2), [(0, np.ones(n))])


def extended_powell(n: float = 12) -> Collected:
    """Problem 22."""
    n = whole("n", n, 4, 4)
    return collected(22, many.extended_powell, np.tile([3, -1, 0, 1], n // 4), [(0, np.zeros(n))])


def penalty1(n: float = 10) -> Collected:
    """Problem 23."""
    n = whole("n", n, 1)
    # All coordinates are equal there: 1e-5(z − 1) + 2z(nz² − ¼) = 0, whose only real root near ½/√n is the minimum.
    roots = np.roots([2 * n, 0, 1e-5 - 0.5, -1e-5])
    z = max(roots[np.abs(roots.imag) < 1e-9].real)
    return collected(23, many.penalty1, numbers(n), [(1e-5 * n * (z - 1) ** 2 + (n * z**2 - 0.25) ** 2, np.full(n, z))])


PENALTY2 = {4: 9.37629300736e-6, 10: 2.93660537457e-4}


def penalty2(n: float = 10) -> Collected:
    """Problem 24."""
    if n not in PENALTY2:
        raise ValueError(f"n must be 4 or 10, for which the minimum is known, but it is {n}.")
    return collected(24, many.penalty2, np.full(int(n), 0.5), [(PENALTY2[int(n)], None)])


def variably_dimensioned(n: float = 10) -> Collected:
    """Problem 25."""
    n = whole("n", n, 1)
    return collected(25, many.variably_dimensioned, 1 - numbers(n) / n, [(0, np.ones(n))])


def trigonometric(n: float = 10) -> Collected:
    """Problem 26."""
    n = whole("n", n, 1)
    local = [(2.79505612188e-5, None)] if n == 10 else []
    return collected(26, many.trigonometric, np.full(n, 1 / n), [(0, np.zeros(n)), *local])


def brown_almost_linear(n: float = 10) -> Collected:
    """Problem 27."""
    n = whole("n", n, 2)
    minima = [(0, np.ones(n)), (1, np.append(np.zeros(n - 1), n + 1))]
    return collected(27, many.brown_almost_linear, np.full(n, 0.5), minima)


def discrete_boundary_value(n: float = 10) -> Collected:
    """Problem 28."""
    t = numbers(whole("n", n, 1)) / (n + 1)
    return collected(28, many.discrete_boundary_value, t * (t - 1), [(0, None)])


def discrete_integral_equation(n: float = 10) -> Collected:
    """Problem 29."""
    t = numbers(whole("n", n, 1)) / (n + 1)
    return collected(29, many.discrete_integral_equation, t * (t - 1), [(0, None)])


def broyden_tridiagonal(n: float = 10) -> Collected:
    """Problem 30."""
    return collected(30, many.broyden_tridiagonal, -np.ones(whole("n", n, 1)), [(0, None)])


def broyden_banded(n: float = 10) -> Collected:
    """Problem 31."""
    return collected(31, many.broyden_banded, -np.ones(whole("n", n, 1)), [(0, None)])


def rows_and_columns(n: float, m: float) -> tuple[int, int]:
    """n and m of the linear functions, m ≥ n."""
    n, m = whole("n", n, 1), whole("m", m, 1)
    if m < n:
        raise ValueError(f"m must be at least n = {n}, but it is {m}.")
    return n, m


def linear_full_rank(n: float = 10, m: float = 20) -> Collected:
    """Problem 32."""
    n, m = rows_and_columns(n, m)
    return collected(32, many.linear_full_rank, np.ones(n), [(m - n, -np.ones(n))], numbers(m))


def linear_rank_1(n: float = 10, m: float = 20) -> Collected:
    """Problem 33."""
    n, m = rows_and_columns(n, m)
    return collected(33, many.linear_rank_1, np.ones(n), [(m * (m - 1) / (2 * (2 * m + 1)), None)], numbers(m))


def linear_rank_1_zeros(n: float = 10, m: float = 20) -> Collected:
    """Problem 34."""
    n, m = rows_and_columns(whole("n", n, 3), m)
    value = (m**2 + 3 * m - 6) / (2 * (2 * m - 3))
    return collected(34, many.linear_rank_1_zeros, np.ones(n), [(value, None)], numbers(m))


CHEBYQUAD = {**dict.fromkeys((1, 2, 3, 4, 5, 6, 7, 9), 0.0), 8: 3.5168737257e-3, 10: 6.50395480088e-3}


def chebyquad(n: float = 8) -> Collected:
    """Problem 35."""
    if n not in CHEBYQUAD:
        raise ValueError(f"n must be a whole number from 1 to 10, for which the minimum is known, but it is {n}.")
    start = numbers(n) / (n + 1)
    local = [(4.7727138e-3, None)] if n == 10 else []
    return collected(35, many.chebyquad, start, [(CHEBYQUAD[int(n)], None), *local], numbers(n))


BUILDERS: dict[str, Callable[..., Collected]] = {
    each.__name__: each
    for each in (
        rosenbrock, freudenstein_roth, powell_badly_scaled, brown_badly_scaled, beale, jennrich_sampson,
        helical_valley, bard, gaussian, meyer, gulf, box, powell_singular, wood, kowalik_osborne, brown_dennis,
        osborne1, biggs_exp6, osborne2, watson, extended_rosenbrock, extended_powell, penalty1, penalty2,
        variably_dimensioned, trigonometric, brown_almost_linear, discrete_boundary_value, discrete_integral_equation,
        broyden_tridiagonal, broyden_banded, linear_full_rank, linear_rank_1, linear_rank_1_zeros, chebyquad,
    )
}  # fmt: skip
"""The problems in the paper's order."""
