"""SciPy's methods, which drive themselves and find their own steps."""

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from osolgil.protocol import Needs
from osolgil.races.contestants.arguments import picked, plain_options
from osolgil.races.contestants.contestant import Contestant, Lane, Outcome
from osolgil.races.contestants.host import SLOPE, Host
from osolgil.races.declared import DIMENSIONS, VERSION, nothing_searched
from osolgil.races.problem import RaceProblem
from osolgil.races.spaces import Dimension, Space

TINY = sys.float_info.min
"""Some methods stop where what should be zero is below a tolerance, others where it is at most that."""


class Known(NamedTuple):
    """What a method of SciPy asks for, and the options by which it never stops because it is near enough.

    "evaluations" stands for a number beyond those that a run is allowed.
    """

    needs: Needs
    endless: Mapping[str, Any]


LIMITED = {"maxiter": "evaluations"}
FREE = {"maxfev": "evaluations"}

METHODS: MappingProxyType[str, Known] = MappingProxyType(
    {
        "BFGS": Known(SLOPE, {"gtol": TINY, **LIMITED}),
        "L-BFGS-B": Known(SLOPE, {"gtol": 0.0, "ftol": 0.0, "maxfun": "evaluations", **LIMITED}),
        "CG": Known(SLOPE, {"gtol": TINY, **LIMITED}),
        "TNC": Known(SLOPE, {"gtol": 0.0, "ftol": 0.0, "xtol": 0.0, "maxfun": "evaluations"}),
        "SLSQP": Known(SLOPE, {"ftol": TINY, **LIMITED}),
        "Newton-CG": Known(SLOPE | Needs.PRODUCT, {"xtol": 0.0, **LIMITED}),
        "trust-ncg": Known(SLOPE | Needs.PRODUCT, {"gtol": TINY, **LIMITED}),
        "trust-exact": Known(SLOPE | Needs.HESSIAN, {"gtol": TINY, **LIMITED}),
        "dogleg": Known(SLOPE | Needs.HESSIAN, {"gtol": TINY, **LIMITED}),
        "Nelder-Mead": Known(Needs.VALUE, {"xatol": 0.0, "fatol": 0.0, **LIMITED, **FREE}),
        "Powell": Known(Needs.VALUE, {"xtol": 0.0, "ftol": 0.0, **LIMITED, **FREE}),
        "COBYLA": Known(Needs.VALUE, {"tol": TINY, **LIMITED}),
    }
)
"""Methods of `scipy.optimize.minimize` for problems without constraints, by SciPy's names.

Without "trust-krylov": close to a solution its steps are NaN, whatever the tolerance.
"""


@dataclass(frozen=True, eq=False)
class ScipyContestant(Contestant):
    """A method of `scipy.optimize.minimize`, computed in float64.

    Attributes:
        name: that it races by.
        algorithm: SciPy's name of the method.
        options: those that differ from SciPy's defaults.

    Raises:
        TypeError: the method has no such option.
        ValueError: an option says when to stop, which the race does.
    """

    name: str
    algorithm: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for option in self.options:
            if option in METHODS[self.algorithm].endless:
                raise ValueError(
                    f"{self.name}: {option} says when to stop, which in a race the evaluations allowed do; leave it "
                    "out."
                )
        check_options(self.name, self.algorithm, self.options)

    @property
    def method(self) -> str:  # type: ignore[override]
        return f"scipy.{self.algorithm}"

    @property
    def declared(self) -> dict[str, Any]:
        return plain_options(self.options)

    @property
    def layers(self) -> list[str]:
        return [self.algorithm]

    @property
    def needs(self) -> Needs:
        """What it asks a problem for."""
        return METHODS[self.algorithm].needs

    def enters(self, division: str) -> bool:
        return division == "self_tuning"

    def space(self, division: str, dimensions: Mapping[str, Dimension] = DIMENSIONS) -> Space:
        nothing_searched(self.name, division)
        return Space((), VERSION)

    def check(self, problem: RaceProblem) -> None:
        if problem.batch_size is not None:
            raise ValueError(
                f"{self.name} compares values between points, which mini-batches of {problem.name} only estimate; "
                "leave one of the two out, or give the problem batch_size=None."
            )
        lacking = self.needs & ~problem.draw(0).problem.offers
        if lacking:
            raise ValueError(
                f"{self.name} needs the {' and '.join(lacking.words)}, which {problem.name} does not offer; leave one "
                "of the two out."
            )

    def run(self, problem: RaceProblem, lanes: Sequence[Lane], evaluations: int) -> list[Outcome]:
        return [self.run_one(problem, lane, evaluations) for lane in lanes]

    def run_one(self, problem: RaceProblem, lane: Lane, evaluations: int) -> Outcome:
        """One run."""
        from scipy.optimize import minimize

        host = Host(problem, lane, evaluations, dtype=np.float64)
        options = limited(self.algorithm, 2 * evaluations + 10) | dict(self.options)

        def moved(x: Any, *state: Any) -> None:
            host.steps += 1

        def library() -> tuple[str, Any]:
            found = minimize(
                callback=moved,
                x0=host.x0,
                method=self.algorithm,
                options=options,
                **asking(self.needs, host),
            )
            return "CONVERGED" if found.success else str(found.message).splitlines()[0], found.x

        return host.drive(library)


def limited(algorithm: str, beyond: int) -> dict[str, Any]:
    """The options by which a method never stops by itself before so many evaluations."""
    endless = METHODS[algorithm].endless.items()
    return {name: beyond if value == "evaluations" else value for name, value in endless}


def asking(needs: Needs, host: Host) -> dict[str, Callable[..., Any]]:
    """Whom SciPy asks for what it needs."""
    if Needs.GRADIENT not in needs:
        return {"fun": host.value_alone}
    slope = {"fun": host.value, "jac": host.gradient}
    if Needs.HESSIAN in needs:
        return {**slope, "hess": host.hessian}
    return {**slope, "hessp": host.product} if Needs.PRODUCT in needs else slope


def check_options(name: str, algorithm: str, options: Mapping[str, Any]) -> None:
    """Refuse an option that the method does not have: SciPy only warns of it."""
    from scipy.optimize import OptimizeWarning, minimize

    given: dict[str, Any] = {"fun": lambda x: float(x @ x)}
    if Needs.GRADIENT in METHODS[algorithm].needs:
        given |= {"jac": lambda x: 2 * x}
    if METHODS[algorithm].needs & (Needs.HESSIAN | Needs.PRODUCT):
        given |= {"hess": lambda x: 2 * np.eye(2)}
    with warnings.catch_warnings(record=True) as seen, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        minimize(x0=np.ones(2), method=algorithm, options=limited(algorithm, 3) | dict(options), **given)
    for warning in seen:
        told = str(warning.message)
        if issubclass(warning.category, OptimizeWarning) and told.startswith("Unknown solver options"):
            raise TypeError(f"{name}: SciPy's {algorithm} has no option {told.partition(': ')[2]}.")


def scipy_contestant(text: str, **options: Any) -> ScipyContestant:
    """The contestant of this name: a method of `scipy.optimize.minimize`, such as "scipy.L-BFGS-B".

    Args:
        text: its name, with or without "scipy.".
        options: of the method, where they differ from SciPy's defaults.

    Raises:
        ValueError: there is none, with the nearest name.
        TypeError: it has no such option.

    >>> scipy_contestant("scipy.l-bfgs-b", maxcor=5).declared
    {'maxcor': 5}
    """
    algorithm = picked("scipy", METHODS, text)
    return ScipyContestant(f"scipy.{algorithm}", algorithm, options)
