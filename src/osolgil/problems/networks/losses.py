"""What the networks compute: scores of the digits, and the cross-entropy of these scores."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.protocol import pytree


def cross_entropy(scores: Array, digit: Array) -> Array:
    """−log softmax(scores)[digit] for each row, shape (rows,); scores have shape (rows, digits)."""
    own = jnp.take_along_axis(scores, digit[:, None], axis=1)[:, 0]
    return jax.nn.logsumexp(scores, axis=1) - own


@pytree
class SoftmaxRegression:
    r"""Softmax regression: logistic regression for several classes, a network without a hidden layer.

    .. math:: s = x W + b, \qquad \ell = -\log \frac{e^{s_y}}{\sum_k e^{s_k}}

    The loss is convex in W and b.
    """

    convex: ClassVar[bool] = True

    def scores(self, x: Any, pixels: Array) -> Array:
        """One score a digit, shape (rows, digits)."""
        return pixels @ x["out"]["weight"] + x["out"]["bias"]

    def __call__(self, x: Any, rows: Any) -> Array:
        return cross_entropy(self.scores(x, rows["pixels"]), rows["digit"])


@pytree
class Perceptron:
    r"""A perceptron with one hidden layer.

    .. math:: h = \max(x W_1 + b_1, 0), \qquad s = h W_2 + b_2, \qquad \ell = -\log \frac{e^{s_y}}{\sum_k e^{s_k}}

    Attributes:
        dropout: the probability p that a hidden unit is left out of a row's pass, None for no dropout. A unit that
            stays counts 1 / (1 − p) times (inverted dropout), so that nothing has to be changed when none is left out:
            when all rows are evaluated there is no key, and no dropout.

    Source: dropout: Srivastava et al. 2014, *Dropout: a simple way to prevent neural networks from overfitting*, §10.
    """

    dropout: float | Array | None = None

    def hidden(self, x: Any, pixels: Array, key: Array | None = None) -> Array:
        """The activations of the hidden units, shape (rows, hidden); the key draws which ones are left out."""
        layer = x["hidden"]
        activations = jnp.maximum(pixels @ layer["weight"] + layer["bias"], 0)
        if key is None or self.dropout is None:
            return activations
        stays = jnp.asarray(1 - self.dropout, activations.dtype)
        return jnp.where(jax.random.bernoulli(key, stays, activations.shape), activations / stays, 0)

    def scores(self, x: Any, pixels: Array, key: Array | None = None) -> Array:
        """One score a digit, shape (rows, digits)."""
        return self.hidden(x, pixels, key) @ x["out"]["weight"] + x["out"]["bias"]

    def __call__(self, x: Any, rows: Any, key: Array | None = None) -> Array:
        return cross_entropy(self.scores(x, rows["pixels"], key), rows["digit"])
