"""Residuals of the problems with any number of variables, numbers 21 to 35, as the paper prints them."""

import math
from typing import Any

import jax.numpy as jnp
import numpy as np

PENALTY = math.sqrt(1e-5)
"""√a of the penalty functions."""


def count(x: Any) -> Any:
    """1, ..., n in the precision of x."""
    return jnp.arange(1, x.shape[0] + 1, dtype=x.dtype)


def extended_rosenbrock(x: Any) -> Any:
    """(21) 10(x₂ᵢ − x₂ᵢ₋₁²), 1 − x₂ᵢ₋₁."""
    odd, even = x[0::2], x[1::2]
    return jnp.stack([10 * (even - odd**2), 1 - odd], axis=1).ravel()


def extended_powell(x: Any) -> Any:
    """(22) Powell's singular function of each four variables."""
    a, b, c, d = x[0::4], x[1::4], x[2::4], x[3::4]
    parts = [a + 10 * b, math.sqrt(5) * (c - d), (b - 2 * c) ** 2, math.sqrt(10) * (a - d) ** 2]
    return jnp.stack(parts, axis=1).ravel()


def penalty1(x: Any) -> Any:
    """(23) √a(xᵢ − 1); Σxⱼ² − ¼."""
    return jnp.concatenate([PENALTY * (x - 1), (jnp.sum(x**2) - 0.25)[None]])


def penalty2(x: Any) -> Any:
    """(24)."""
    n = x.shape[0]
    j = count(x)
    grown = jnp.exp(x / 10)
    y = jnp.exp(j[1:] / 10) + jnp.exp(j[:-1] / 10)
    return jnp.concatenate(
        [
            x[:1] - 0.2,
            PENALTY * (grown[1:] + grown[:-1] - y),
            PENALTY * (grown[1:] - math.exp(-0.1)),
            (jnp.sum((n - j + 1) * x**2) - 1)[None],
        ]
    )


def variably_dimensioned(x: Any) -> Any:
    """(25) xᵢ − 1; s = Σj(xⱼ − 1); s²."""
    s = jnp.sum(count(x) * (x - 1))
    return jnp.concatenate([x - 1, jnp.stack([s, s**2])])


def trigonometric(x: Any) -> Any:
    """(26) n − Σcos xⱼ + i(1 − cos xᵢ) − sin xᵢ."""
    return x.shape[0] - jnp.sum(jnp.cos(x)) + count(x) * (1 - jnp.cos(x)) - jnp.sin(x)


def brown_almost_linear(x: Any) -> Any:
    """(27) xᵢ + Σxⱼ − (n + 1); Πxⱼ − 1."""
    return jnp.concatenate([x[:-1] + jnp.sum(x) - (x.shape[0] + 1), (jnp.prod(x) - 1)[None]])


def discrete_boundary_value(x: Any) -> Any:
    """(28) 2xᵢ − xᵢ₋₁ − xᵢ₊₁ + h²(xᵢ + tᵢ + 1)³/2, x₀ = xₙ₊₁ = 0."""
    h = 1 / (x.shape[0] + 1)
    around = jnp.pad(x, 1)
    return 2 * x - around[:-2] - around[2:] + h**2 * (x + h * count(x) + 1) ** 3 / 2


def discrete_integral_equation(x: Any) -> Any:
    """(29) xᵢ + h((1 − tᵢ)Σ_{j≤i} tⱼcⱼ + tᵢΣ_{j>i}(1 − tⱼ)cⱼ)/2, cⱼ = (xⱼ + tⱼ + 1)³."""
    h = 1 / (x.shape[0] + 1)
    t = h * count(x)
    cubes = (x + t + 1) ** 3
    before, after = jnp.cumsum(t * cubes), (1 - t) * cubes
    return x + h * ((1 - t) * before + t * (jnp.sum(after) - jnp.cumsum(after))) / 2


def broyden_tridiagonal(x: Any) -> Any:
    """(30) (3 − 2xᵢ)xᵢ − xᵢ₋₁ − 2xᵢ₊₁ + 1, x₀ = xₙ₊₁ = 0."""
    around = jnp.pad(x, 1)
    return (3 - 2 * x) * x - around[:-2] - 2 * around[2:] + 1


def broyden_banded(x: Any) -> Any:
    """(31) xᵢ(2 + 5xᵢ²) + 1 − Σxⱼ(1 + xⱼ) over j ≠ i from i − 5 to i + 1."""
    n = x.shape[0]
    row, column = np.indices((n, n))
    band = (column != row) & (column >= row - 5) & (column <= row + 1)
    return x * (2 + 5 * x**2) + 1 - jnp.asarray(band, x.dtype) @ (x * (1 + x))


def linear_full_rank(x: Any, rows: Any) -> Any:
    """(32) xᵢ − (2/m)Σxⱼ − 1, and without xᵢ where i > n; `rows` are the numbers 1, ..., m."""
    m = rows.shape[0]
    return jnp.pad(x, (0, m - x.shape[0])) - 2 / m * jnp.sum(x) - 1


def linear_rank_1(x: Any, rows: Any) -> Any:
    """(33) iΣjxⱼ − 1."""
    return rows * jnp.sum(count(x) * x) - 1


def linear_rank_1_zeros(x: Any, rows: Any) -> Any:
    """(34) (i − 1)Σjxⱼ − 1 over 1 < j < n; −1 for the first and the last i."""
    inner = jnp.sum((count(x) * x)[1:-1])
    m = rows.shape[0]
    return jnp.where((rows > 1) & (rows < m), (rows - 1) * inner, 0.0) - 1


def chebyquad(x: Any, rows: Any) -> Any:
    """(35) the mean of Tᵢ(xⱼ) minus the integral of Tᵢ, Tᵢ the Chebyshev polynomial shifted to [0, 1]."""
    m = rows.shape[0]
    before, here = jnp.ones_like(x), 2 * x - 1
    means = []
    for i in range(1, m + 1):
        means.append(jnp.mean(here) + (1 / (i**2 - 1) if i % 2 == 0 else 0.0))
        before, here = here, 2 * (2 * x - 1) * here - before
    return jnp.stack(means)
