"""Links: how the mean μ of a target hangs on the linear predictor η = g(μ)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


@dataclass(frozen=True)
class Link:
    """A link g, with μ = g⁻¹(η).

    Attributes:
        name: what people type.
        formula: g(μ), as tables show it.
        mean: g⁻¹, written with JAX's functions.
        predictor: g in NumPy, for where a descent starts.
        positive: whether only η > 0 stands for a mean.
    """

    name: str
    formula: str
    mean: Callable[[Any], Any]
    predictor: Callable[[Any], Any]
    positive: bool = False


def above_zero(eta: Any, f: Callable[[Any], Any], outside: float) -> Any:
    """f(η) where η > 0 and a constant elsewhere, with derivatives that are never NaN for that."""
    inside = eta > 0
    return jnp.where(inside, f(jnp.where(inside, eta, 1.0)), outside)


def mean_of_cloglog(eta: Any) -> Any:
    """1 − exp(−e^η), exact where it is small."""
    # Above 7, exp(−e^η) < 1e-475 is zero, and e^η could overflow.
    return -jnp.expm1(-jnp.exp(jnp.minimum(eta, 7.0)))


def logit(mean: Any) -> Any:
    """log(μ/(1 − μ))."""
    return np.log(mean) - np.log1p(-mean)


def probit(mean: Any) -> Any:
    """Φ⁻¹(μ)."""
    from scipy import special

    return special.ndtri(mean)


def cloglog(mean: Any) -> Any:
    """log(−log(1 − μ))."""
    return np.log(-np.log1p(-mean))


LINKS: dict[str, Link] = {
    link.name: link
    for link in (
        Link("identity", "μ", lambda eta: eta, lambda mean: mean),
        Link("log", "log μ", jnp.exp, np.log),
        Link("logit", "log(μ/(1 − μ))", jax.nn.sigmoid, logit),
        Link("probit", "Φ⁻¹(μ)", jax.scipy.special.ndtr, probit),
        Link("cloglog", "log(−log(1 − μ))", mean_of_cloglog, cloglog),
        Link("sqrt", "√μ", lambda eta: eta**2, np.sqrt),
        Link("inverse", "1/μ", lambda eta: above_zero(eta, lambda x: 1 / x, jnp.nan), lambda mean: 1 / mean, True),
        Link(
            "inverse_squared",
            "1/μ²",
            lambda eta: above_zero(eta, lambda x: 1 / jnp.sqrt(x), jnp.nan),
            lambda mean: 1 / mean**2,
            True,
        ),
    )
}
"""Every link by its name."""
