"""as_scipy: a method for scipy.optimize.minimize."""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.descent.minimize import Snapshot, minimize
from osolgil.descent.setup import as_method
from osolgil.descent.stop import Stop
from osolgil.problems import BlackBox, Function
from osolgil.protocol import Needs

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult


def as_scipy(method: Any) -> Callable[..., "OptimizeResult"]:
    """A method in the form that ``scipy.optimize.minimize(f, x0, method=...)`` takes.

    SciPy's ``tol`` becomes the optimality tolerance; the options ``maxiter``, ``maxfev``, ``gtol`` limit steps,
    evaluations and optimality. Bounds and constraints, SciPy's objects as well as its dictionaries, reach the methods
    that keep them. The function may be plain NumPy where the method needs no more than its slope; what is
    differentiated twice, and what constraints ask for, has to be written with jax.numpy.

    >>> import numpy as np
    >>> import scipy.optimize
    >>> f = lambda x: np.sum((x - 3.0) ** 2)
    >>> result = scipy.optimize.minimize(f, np.zeros(2), jac=lambda x: 2 * (x - 3.0), method=as_scipy("momentum"))
    >>> result.success, result.x.round(4).tolist()
    (True, [3.0, 3.0])
    """
    chosen = as_method(method)

    def scipy_method(
        fun: Callable[..., Any],
        x0: Any,
        args: tuple[Any, ...] = (),
        jac: Any = None,
        callback: Callable[..., Any] | None = None,
        bounds: Any = None,
        constraints: Any = (),
        **options: Any,
    ) -> "OptimizeResult":
        from scipy.optimize import OptimizeResult

        stop = Stop(
            optimality=options.pop("gtol", options.pop("tol", None)),
            steps=options.pop("maxiter", None),
            evaluations=options.pop("maxfev", None),
        )
        for name in ("hess", "hessp"):
            options.pop(name, None)
        if unknown := sorted(options):
            raise ValueError(f"Unknown option {unknown[0]!r}; known are 'maxiter', 'maxfev' and 'gtol'.")
        gradient = None if jac is None or jac is False else (lambda x: jac(x, *args))
        seen = chosen.needs & ~Needs.CONSTRAINTS & ~BlackBox.offers
        problem = Function(fun, args) if seen else BlackBox(lambda x: fun(x, *args), gradient)
        report = None if callback is None else reporting(callback)
        every = None if callback is None else 1
        result = minimize(
            problem,
            np.asarray(x0, float),
            chosen,
            stop=stop,
            bounds=bounds,
            constraints=constraints,
            callback=report,
            callback_every=every,
        )
        names = ("x", "fun", "jac", "success", "message", "nit", "nfev", "njev", "nhev", "multipliers")
        found = {name: getattr(result, name) for name in names}
        return OptimizeResult(**found, status=int(result.status), trace=result.trace)

    return scipy_method


def reporting(callback: Callable[..., Any]) -> Callable[[Snapshot], Any]:
    """A SciPy callback, called with the point, or with an `intermediate_result` if that is its only parameter."""
    from scipy.optimize import OptimizeResult

    try:
        modern = set(inspect.signature(callback).parameters) == {"intermediate_result"}
    except (TypeError, ValueError):
        modern = False
    if modern:
        return lambda snapshot: callback(intermediate_result=OptimizeResult(x=snapshot.x, fun=snapshot.fun))
    return lambda snapshot: callback(snapshot.x)
