"""Residuals of the problems with few variables, numbers 1 to 20, as the paper prints them."""

import math
from typing import Any

import jax.numpy as jnp
import numpy as np


def rosenbrock(x: Any) -> Any:
    """(1) 10(x₂ − x₁²), 1 − x₁."""
    return jnp.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def freudenstein_roth(x: Any) -> Any:
    """(2)."""
    return jnp.stack(
        [-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]],
    )


def powell_badly_scaled(x: Any) -> Any:
    """(3)."""
    return jnp.stack([1e4 * x[0] * x[1] - 1, jnp.exp(-x[0]) + jnp.exp(-x[1]) - 1.0001])


def brown_badly_scaled(x: Any) -> Any:
    """(4)."""
    return jnp.stack([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2])


def beale(x: Any) -> Any:
    """(5) yᵢ − x₁(1 − x₂ⁱ)."""
    return jnp.stack([y - x[0] * (1 - x[1] ** (i + 1)) for i, y in enumerate((1.5, 2.25, 2.625))])


def jennrich_sampson(x: Any, i: Any) -> Any:
    """(6) 2 + 2i − (exp(ix₁) + exp(ix₂))."""
    return 2 + 2 * i - (jnp.exp(i * x[0]) + jnp.exp(i * x[1]))


def helical_valley(x: Any) -> Any:
    """(7) 10(x₃ − 10θ), 10(√(x₁² + x₂²) − 1), x₃, with θ the angle in turns, from −¼ to ¾."""
    # The paper's arctan(x₂/x₁), and half a turn more where x₁ < 0, is the angle to the axis (−x₁) of no jump.
    right = jnp.arctan2(x[1], jnp.where(x[0] > 0, x[0], 1.0)) / (2 * math.pi)
    left = jnp.arctan2(-x[1], jnp.where(x[0] < 0, -x[0], 1.0)) / (2 * math.pi) + 0.5
    between = 0.25 * jnp.sign(x[1])
    theta = jnp.where(x[0] > 0, right, jnp.where(x[0] < 0, left, between))
    return jnp.stack([10 * (x[2] - 10 * theta), 10 * (jnp.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]])


def bard(x: Any, y: Any, u: Any) -> Any:
    """(8) yᵢ − (x₁ + uᵢ/(vᵢx₂ + wᵢx₃)), uᵢ = i, vᵢ = 16 − i, wᵢ = min(uᵢ, vᵢ)."""
    v = 16 - u
    return y - (x[0] + u / (v * x[1] + jnp.minimum(u, v) * x[2]))


def gaussian(x: Any, y: Any, t: Any) -> Any:
    """(9) x₁ exp(−x₂(tᵢ − x₃)²/2) − yᵢ."""
    return x[0] * jnp.exp(-x[1] * (t - x[2]) ** 2 / 2) - y


def meyer(x: Any, y: Any, t: Any) -> Any:
    """(10) x₁ exp(x₂/(tᵢ + x₃)) − yᵢ."""
    return x[0] * jnp.exp(x[1] / (t + x[2])) - y


def gulf(x: Any, t: Any) -> Any:
    """(11) exp(−|yᵢ − x₂|^x₃/x₁) − tᵢ, yᵢ = 25 + (−50 log tᵢ)^⅔. (The paper misprints yᵢ − x₂ as yᵢmix₂.)"""
    y = 25 + (-50 * jnp.log(t)) ** (2 / 3)
    return jnp.exp(-(jnp.abs(y - x[1]) ** x[2]) / x[0]) - t


def box(x: Any, t: Any) -> Any:
    """(12) exp(−tx₁) − exp(−tx₂) − x₃(exp(−t) − exp(−10t))."""
    return jnp.exp(-t * x[0]) - jnp.exp(-t * x[1]) - x[2] * (jnp.exp(-t) - jnp.exp(-10 * t))


def powell_singular(x: Any) -> Any:
    """(13)."""
    return jnp.stack(
        [
            x[0] + 10 * x[1],
            math.sqrt(5) * (x[2] - x[3]),
            (x[1] - 2 * x[2]) ** 2,
            math.sqrt(10) * (x[0] - x[3]) ** 2,
        ]
    )


def wood(x: Any) -> Any:
    """(14)."""
    return jnp.stack(
        [
            10 * (x[1] - x[0] ** 2),
            1 - x[0],
            math.sqrt(90) * (x[3] - x[2] ** 2),
            1 - x[2],
            math.sqrt(10) * (x[1] + x[3] - 2),
            (x[1] - x[3]) / math.sqrt(10),
        ]
    )


def kowalik_osborne(x: Any, y: Any, u: Any) -> Any:
    """(15) yᵢ − x₁(uᵢ² + uᵢx₂)/(uᵢ² + uᵢx₃ + x₄)."""
    return y - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3])


def brown_dennis(x: Any, t: Any) -> Any:
    """(16) (x₁ + tx₂ − eᵗ)² + (x₃ + x₄ sin t − cos t)²."""
    return (x[0] + t * x[1] - jnp.exp(t)) ** 2 + (x[2] + x[3] * jnp.sin(t) - jnp.cos(t)) ** 2


def osborne1(x: Any, y: Any, t: Any) -> Any:
    """(17) yᵢ − (x₁ + x₂ exp(−tx₄) + x₃ exp(−tx₅))."""
    return y - (x[0] + x[1] * jnp.exp(-t * x[3]) + x[2] * jnp.exp(-t * x[4]))


def biggs_exp6(x: Any, t: Any) -> Any:
    """(18) x₃ exp(−tx₁) − x₄ exp(−tx₂) + x₆ exp(−tx₅) − y, y = e⁻ᵗ − 5e⁻¹⁰ᵗ + 3e⁻⁴ᵗ."""
    y = jnp.exp(-t) - 5 * jnp.exp(-10 * t) + 3 * jnp.exp(-4 * t)
    return x[2] * jnp.exp(-t * x[0]) - x[3] * jnp.exp(-t * x[1]) + x[5] * jnp.exp(-t * x[4]) - y


def osborne2(x: Any, y: Any, t: Any) -> Any:
    """(19) yᵢ minus an exponential and three bells."""
    bells = sum(x[1 + k] * jnp.exp(-((t - x[8 + k]) ** 2) * x[5 + k]) for k in range(3))
    return y - (x[0] * jnp.exp(-t * x[4]) + bells)


def watson(x: Any) -> Any:
    """(20) Σ(j − 1)xⱼtʲ⁻² − (Σxⱼtʲ⁻¹)² − 1 at t = i/29; x₁; x₂ − x₁² − 1."""
    n = x.shape[0]
    powers = np.vander(np.arange(1, 30) / 29, n, increasing=True)
    slopes = np.zeros_like(powers)
    slopes[:, 1:] = powers[:, :-1] * np.arange(1, n)
    polynomial, slope = jnp.asarray(powers, x.dtype) @ x, jnp.asarray(slopes, x.dtype) @ x
    return jnp.concatenate([slope - polynomial**2 - 1, x[:1], (x[1] - x[0] ** 2 - 1)[None]])


BARD = (0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39)

GAUSSIAN = (0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989)
"""The first eight of fifteen, which are symmetric."""

MEYER = (
    *(34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872),
)  # fmt: skip

KOWALIK_OSBORNE = (0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246)
KOWALIK_OSBORNE_AT = (4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625)

OSBORNE1 = (
    *(0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751),
    *(0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490),
    *(0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406),
)

OSBORNE2 = (
    *(1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608),
    *(0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661),
    *(0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428),
    *(0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559),
    *(0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054),
)
