"""What penalties are to a method: how far each coordinate is pulled towards zero."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np


class Shrinkage(NamedTuple):
    r"""A penalty as methods see it, in the coordinates that they walk in.

    .. math:: h(x) = \sum_j a_j |x_j| + \tfrac12 q_j x_j^2

    Attributes:
        absolute: a, shape (n,).
        square: q, shape (n,).
    """

    absolute: Any
    square: Any

    def value(self, x: Any) -> Any:
        """h(x), shape ()."""
        size = abs(x)
        return (self.absolute * size + 0.5 * self.square * size**2).sum()

    def proximal(self, x: Any, step: Any) -> Any:
        r"""What is nearest to x and yet small, shape (n,): :math:`\arg\min_z h(z) + \sum_j (z_j - x_j)^2/2\,step_j`.

        In closed form sign(x)·max(|x| − step·a, 0)/(1 + step·q); what shrinks to zero is zero exactly.

        Args:
            x: shape (n,).
            step: one number, or one for each coordinate, shape (n,): the diagonal metric of a scaled step.
        """
        threshold = step * self.absolute
        # sign(x)·max(|x| − step·a, 0), but with a zero that has no sign.
        return (x - kind_of(x).clip(x, -threshold, threshold)) / (1 + step * self.square)

    def residual(self, x: Any, gradient: Any) -> Any:
        """x − prox(x − ∇f) of a step of 1, shape (n,): zero exactly where f + h has a critical point.

        Without a penalty it is the gradient.
        """
        where = kind_of(x)
        ahead = x - gradient
        # Not as the difference of two points: that would leave the rounding of x.
        moved = (self.square * x + gradient + self.absolute * where.sign(ahead)) / (1 + self.square)
        return where.where(abs(ahead) > self.absolute, moved, where.where(self.absolute > 0, x, gradient))

    def optimality(self, x: Any, gradient: Any) -> Any:
        """maxⱼ|residualⱼ|, shape ()."""
        return abs(self.residual(x, gradient)).max(initial=0.0)

    def slopes(self, x: Any, gradient: Any) -> Any:
        """The conditions of Karush, Kuhn and Tucker: the shortest subgradient of f + h, shape (n,).

        At xⱼ ≠ 0 it is ∇f + aⱼ sign(xⱼ) + qⱼxⱼ, at xⱼ = 0 what of |∇f| is more than aⱼ.
        """
        where = kind_of(x)
        held = where.sign(gradient) * where.maximum(abs(gradient) - self.absolute, 0)
        return where.where(x == 0, held, gradient + self.absolute * where.sign(x) + self.square * x)

    def scaled(self, scale: Any) -> "Shrinkage":
        """The same penalty in the coordinates y with x = scale·y."""
        return Shrinkage(self.absolute * abs(scale), self.square * scale**2)


def kind_of(x: Any) -> Any:
    """NumPy for NumPy's arrays, in which no precision is lost on the host, and JAX's for all others."""
    return np if isinstance(x, np.ndarray | np.generic) else jnp
