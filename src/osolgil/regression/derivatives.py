"""Losses and means of rows with their derivatives by the linear predictor, in float64."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from osolgil.problems.finite_sum import shared_length
from osolgil.protocol import precision

if TYPE_CHECKING:
    from osolgil.regression.families import Family


@functools.partial(jax.jit, static_argnames="family")
def row_derivatives(family: "Family", eta: Any, y: Any) -> tuple[Any, Any, Any]:
    """Loss of each row, and its first and second derivative by the linear predictor, by automatic differentiation."""
    slope = jax.grad(family.loss)
    return jax.vmap(family.loss)(eta, y), jax.vmap(slope)(eta, y), jax.vmap(jax.grad(slope))(eta, y)


@functools.partial(jax.jit, static_argnames="family")
def mean_derivatives(family: "Family", eta: Any) -> tuple[Any, Any]:
    """Mean of each row, and its derivative by the linear predictor, by automatic differentiation."""
    return jax.vmap(family.mean)(eta), jax.vmap(jax.grad(family.mean))(eta)


def differentiated_rows(family: "Family", eta: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`row_derivatives` in float64, for any number of rows without a program for each."""
    loss, slope, curve = over_rows(functools.partial(row_derivatives, family), eta, y)
    return loss, slope, curve


def differentiated_means(family: "Family", eta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`mean_derivatives` in float64, for any number of rows without a program for each."""
    mean, slope = over_rows(functools.partial(mean_derivatives, family), eta)
    return mean, slope


def over_rows(program: Callable[..., Any], *parts: np.ndarray) -> list[np.ndarray]:
    """A program of rows, filled up to a length that others share by repeating the last one."""
    count = len(parts[0])
    beyond = shared_length(count) - count
    with precision(np.dtype(np.float64)):
        whole = [np.asarray(part, dtype=np.float64) for part in parts]
        padded = [np.concatenate([part, np.repeat(part[-1:], beyond, axis=0)]) for part in whole]
        return [np.asarray(found)[:count] for found in program(*padded)]
