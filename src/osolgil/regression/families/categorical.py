"""One of several classes: the softmax, or multinomial logit, with one linear predictor for each class but the first."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from osolgil.rows.columns import Level


def cross_entropy(eta: Any, y: Any) -> Any:
    """log Σₖ e^ηₖ − η_y of each row, for linear predictors of shape (..., K) and classes y, shape (...), from 0."""
    own = jnp.take_along_axis(eta, jnp.asarray(y).astype(jnp.int32)[..., None], axis=-1)[..., 0]
    return jax.scipy.special.logsumexp(eta, axis=-1) - own


@dataclass(frozen=True, repr=False)
class Categorical:
    r"""Y is one of K classes, the first of which, k = 0, is the reference that the others are compared with.

    .. math:: P(Y = k) = \frac{e^{\eta_k}}{\sum_j e^{\eta_j}}, \quad \eta_0 = 0, \qquad
              -\log f = \log \sum_k e^{\eta_k} - \eta_y

    so that :math:`\eta_k = \log(p_k / p_0)`, and of two classes it is the Bernoulli. No `Family`, each of which has one
    linear predictor: `fit` gives a `CategoricalModel`. Weights are repetitions.

    Attributes:
        reference: the class that the others are compared with; by default the first level.

    Source: Agresti 2013, *Categorical Data Analysis*, §8.1 (baseline-category logits); McFadden 1974.

    >>> print(Categorical(reference="b"), f"{Categorical().loss(jnp.array([0.0, 0.0]), 2):.6f}")  # log 3
    Categorical(reference='b') 1.098612
    """

    reference: Level | None = None

    name: ClassVar[str] = "categorical"
    title: ClassVar[str] = "categorical"
    link: ClassVar[str] = "softmax"
    binary: ClassVar[bool] = False
    convex: ClassVar[bool] = True
    quadratic: ClassVar[bool] = False

    def __repr__(self) -> str:
        return f"Categorical({'' if self.reference is None else f'reference={self.reference!r}'})"

    @property
    def settings(self) -> dict[str, Any]:
        """What differs from the defaults, by name."""
        return {} if self.reference is None else {"reference": self.reference}

    def loss(self, eta: Any, y: Any) -> Any:
        """−log f of each row, for η without the reference's, shape (..., K − 1), and classes y, shape (...), from 0."""
        eta = jnp.asarray(eta)
        return cross_entropy(jnp.concatenate([jnp.zeros_like(eta[..., :1]), eta], axis=-1), y)
