"""What the networks compute: scores of the digits and their cross-entropy, or the pixels once more and their error."""

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


SIDE, FILTER, STRIDE = 8, 3, 2
"""Pixels along a side of a digit, of a filter, and from one place of a filter to the next."""

PLACES = SIDE // STRIDE
"""Of a filter, along a side."""


def patches(pixels: Array) -> Array:
    """What a filter sees at each of its places, shape (9, rows·16): a border of zeros above and on the left, stride 2.

    Slices with a product of matrices in place of XLA's convolution, which is slow on a CPU where lanes have a filter
    each; and rows in the last axis, which is the long one.
    """
    padded = jnp.pad(pixels.reshape(-1, SIDE, SIDE), ((0, 0), (1, 0), (1, 0)))
    reach = STRIDE * (PLACES - 1) + 1
    seen = [padded[:, i : i + reach : STRIDE, j : j + reach : STRIDE] for i in range(FILTER) for j in range(FILTER)]
    return jnp.stack([pixel.reshape(-1) for pixel in seen])


@pytree
class Convolutional:
    r"""A convolutional network: filters of 3 × 3 pixels, two pixels apart, a rectifier, and a dense layer.

    .. math:: h_{cuv} = \max\Big(\sum_{ij} w_{cij}\, x_{2u + i - 1,\, 2v + j - 1} + b_c,\ 0\Big), \qquad
        s = h W + b', \qquad \ell = -\log \frac{e^{s_y}}{\sum_k e^{s_k}}

    with i, j from 0 to 2, u, v from 0 to 3, and pixels beyond the border zero. A filter is a column of the weights of
    the layer "filters", shape (9, channels), row by row; the columns of h are the 16 places of the first channel, then
    those of the second.

    Source: LeCun et al. 1989, *Backpropagation applied to handwritten zip code recognition*: strides, no pooling.
    """

    def hidden(self, x: Any, pixels: Array) -> Array:
        """The activations, shape (rows, 16·channels)."""
        layer, rows = x["filters"], pixels.shape[0]
        activations = jax.nn.relu(layer["weight"].T @ patches(pixels) + layer["bias"][:, None])
        return activations.reshape(-1, rows, PLACES**2).swapaxes(0, 1).reshape(rows, -1)

    def scores(self, x: Any, pixels: Array) -> Array:
        """One score a digit, shape (rows, digits)."""
        return self.hidden(x, pixels) @ x["out"]["weight"] + x["out"]["bias"]

    def __call__(self, x: Any, rows: Any) -> Array:
        return cross_entropy(self.scores(x, rows["pixels"]), rows["digit"])


@pytree
class Autoencoder:
    r"""An autoencoder: the pixels through a few hidden units, and back.

    .. math:: h = \frac{1}{1 + e^{-(x W_1 + b_1)}}, \qquad \hat x = h W_2 + b_2, \qquad
        \ell = \tfrac{1}{64} \lVert x - \hat x \rVert^2

    Source: Hinton & Salakhutdinov 2006, *Reducing the dimensionality of data with neural networks*, with one layer.
    """

    def hidden(self, x: Any, pixels: Array) -> Array:
        """The code: the activations of the hidden units, shape (rows, hidden)."""
        return jax.nn.sigmoid(pixels @ x["hidden"]["weight"] + x["hidden"]["bias"])

    def reconstruction(self, x: Any, pixels: Array) -> Array:
        """The pixels as the code has them, shape (rows, 64)."""
        return self.hidden(x, pixels) @ x["out"]["weight"] + x["out"]["bias"]

    def __call__(self, x: Any, rows: Any) -> Array:
        return jnp.mean((rows["pixels"] - self.reconstruction(x, rows["pixels"])) ** 2, axis=1)
