"""maximum_likelihood: the parameters under which the data are most likely."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from osolgil.descent import Stop
from osolgil.descent.setup import as_method
from osolgil.likelihood.candidates import BestCandidate, among
from osolgil.likelihood.density import as_density
from osolgil.likelihood.distribution import Distribution
from osolgil.likelihood.distributions import named
from osolgil.likelihood.function import LikelihoodFunction
from osolgil.likelihood.maximum import NEAR, MaximumLikelihood


def maximum_likelihood(
    distribution: str | Distribution | Callable[..., Any],
    data: Any,
    candidates: Iterable[Any] | None = None,
    *,
    trials: int | None = None,
    sigma: float | None = None,
    start: Any = None,
    domains: Any = None,
    method: Any = "newton",
    stop: Stop | None = None,
) -> "MaximumLikelihood | BestCandidate":
    r"""The parameters θ̂ under which the data are most likely, found by descent, with their uncertainty.

    .. math:: \hat\theta = \operatorname{argmax}_\theta \ell(\theta), \qquad \ell(\theta) = \sum_i \log f(y_i; \theta)

    What is minimized is −ℓ/rows, in coordinates that may go anywhere: logarithms of positive parameters, logits of
    probabilities. Standard errors are those of the observed information, −∂²ℓ/∂θ² at θ̂.

    Args:
        distribution: "binomial" (with `trials`), "bernoulli", "normal" (with `sigma` where it is known), "poisson",
            "exponential" (its rate), "geometric" (trials until the first success); one of `osolgil.likelihood`'s
            distributions; or a function ``log_density(parameters, rows)`` that gives one log-density per row, shape
            (rows,), written with JAX's functions.
        data: one number or one per row, shape (rows,); for a function of your own, any arrays with one leading length.
        candidates: a finite set of parameters to choose from, such as ``[1/2, 3/4]`` or fractions; a tuple each where
            there are two parameters.
        trials: of each row, for the binomial distribution.
        sigma: of the normal distribution, where it is known.
        start: for a function of your own: a dict of numbers, one number, or a vector.
        domains: for a function of your own: "real", "positive" or "unit" for each parameter, in order or by name.
        method: any method of `minimize`; Newton's by default.
        stop: when to stop; by default the steps go on to rounding.

    Returns:
        a `MaximumLikelihood`; with candidates a `BestCandidate`.

    Raises:
        ValueError: the data lie outside the support, the likelihood has no maximum, or something is missing.

    >>> found = maximum_likelihood("poisson", [3, 5, 2, 4])
    >>> round(found.estimate["rate"], 9), round(found.standard_errors["rate"], 9)
    (3.5, 0.935414347)
    >>> print(maximum_likelihood("binomial", 4, [1/2, 3/4], trials=5).estimate)
    3/4
    """
    found = resolved(distribution, trials, sigma, start, domains)
    rows = found.checked(data)
    if candidates is not None:
        return among(found, rows, candidates)
    chosen = as_method(method)
    edge = found.boundary(rows)
    function = LikelihoodFunction.of(found, rows)
    if edge is not None:
        name, end = found.names[0], f"{edge.theta[0]:g}"
        return MaximumLikelihood(
            distribution=found,
            function=function,
            vector=np.array(edge.theta),
            log_likelihood=function.log_likelihood(edge.theta),
            covariance=None,
            refusal=(
                f"There is no standard error: the estimate {name} = {end} lies on the boundary of its "
                "domain, where the likelihood need not be flat. Its likelihood interval has one end there."
            ),
            distance=None,
            run=None,
            message=f"On the boundary: {edge.reason}, so the likelihood grows all the way to {name} = {end}.",
            walked=None,
        )
    walked, run = function.maximized(chosen, stop)
    covariance, distance = function.covariance(walked)
    refusal = ""
    if not distance <= NEAR:
        far = (
            "the log-likelihood does not bend down in every direction there"
            if math.isinf(distance)
            else f"the estimate is {distance:.2g} standard errors from the maximum (at most {NEAR} count as there)"
        )
        refusal, covariance = f"There are no standard errors: {far}; allow more steps, or take Newton's method.", None
    return MaximumLikelihood(
        distribution=found,
        function=function,
        vector=function.theta(walked),
        log_likelihood=-function.count * run.fun,
        covariance=covariance,
        refusal=refusal,
        distance=distance,
        run=run,
        message=run.message,
        walked=walked,
    )


def resolved(distribution: Any, trials: int | None, sigma: float | None, start: Any, domains: Any) -> Distribution:
    """What a person named, or wrote, as a distribution."""
    own = not isinstance(distribution, str | Distribution)
    for name, given, why in (
        ("trials", trials, isinstance(distribution, str)),
        ("sigma", sigma, isinstance(distribution, str)),
        ("start", start, own),
        ("domains", domains, own),
    ):
        if given is not None and not why:
            whom = "a log-density of your own" if name in ("start", "domains") else "a distribution by name"
            raise ValueError(f"{name}={given!r} is for {whom}; {distribution!r} is none.")
    if isinstance(distribution, str):
        return named(distribution, trials, sigma)
    if isinstance(distribution, Distribution):
        return distribution
    if not callable(distribution):
        raise TypeError(f"{distribution!r} is no distribution: give a name, a distribution or a log-density.")
    return as_density(distribution, start, domains)
