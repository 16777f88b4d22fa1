"""Functions of one number with their slopes, and a driver that tells a line search about them."""

import jax
import numpy as np

from osolgil.methods.line_searches import SearchStatus


def rational(a):
    """Moré & Thuente (5.1), β = 2."""
    return -a / (a**2 + 2), (a**2 - 2) / (a**2 + 2) ** 2


def quintic(a):
    """(5.2), β = 0.004."""
    b = a + 0.004
    return b**5 - 2 * b**4, 5 * b**4 - 8 * b**3


def wavy(a):
    """(5.3), β = 0.01, l = 39."""
    beta, k = 0.01, 39
    if a <= 1 - beta:
        value, slope = 1 - a, -1.0
    elif a >= 1 + beta:
        value, slope = a - 1, 1.0
    else:
        value, slope = (a - 1) ** 2 / (2 * beta) + beta / 2, (a - 1) / beta
    angle = k * np.pi / 2
    return value + 2 * (1 - beta) / (k * np.pi) * np.sin(angle * a), slope + (1 - beta) * np.cos(angle * a)


def yanai(one, two):
    """(5.4), Yanai, Ozawa & Kaneko."""

    def gamma(beta):
        return np.sqrt(1 + beta**2) - beta

    def line(a):
        left, right = np.sqrt((1 - a) ** 2 + two**2), np.sqrt(a**2 + one**2)
        return gamma(one) * left + gamma(two) * right, -gamma(one) * (1 - a) / left + gamma(two) * a / right

    return line


PAPER = {
    "(5.1)": (rational, 1e-3, 0.1, [6, 3, 1, 4]),
    "(5.2)": (quintic, 0.1, 0.1, [12, 8, 8, 11]),
    "(5.3)": (wavy, 0.1, 0.1, [12, 12, 10, 13]),
    "(5.4) a": (yanai(1e-3, 1e-3), 1e-3, 1e-3, [4, 1, 3, 4]),
    "(5.4) b": (yanai(1e-2, 1e-3), 1e-3, 1e-3, [6, 3, 7, 8]),
    "(5.4) c": (yanai(1e-3, 1e-2), 1e-3, 1e-3, [13, 11, 8, 11]),
}
"""The paper's six functions with c₁, c₂ and the evaluations of its tables 1 to 6, from 10⁻³, 10⁻¹, 10 and 10³."""

FIRSTS = (1e-3, 0.1, 10.0, 1e3)


@jax.jit
def start(search, value, slope, step, resolution):
    return search.start(value, slope, step, 0.0, resolution)


@jax.jit
def update(search, state, value, slope):
    return search.update(state, value, slope)


def searched(search, line, first, resolution=0.0, most=200, dtype=np.float64):
    """(status, the steps that were tried) of a search along a line."""
    with jax.enable_x64(dtype is np.float64), np.errstate(all="ignore"):
        state = start(search, *map(dtype, (*line(0.0), first, resolution)))
        tried = []
        while int(state.status) == SearchStatus.SEARCHING and len(tried) < most:
            tried.append(float(state.step_size))
            state = update(search, state, *map(dtype, line(tried[-1])))
        return SearchStatus(int(state.status)), tried
