"""LAMB: Adam whose step is measured by the length of each layer."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.norms import norm_per_layer
from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import Geometry, pytree


class LayeredMoments(NamedTuple):
    """Moments m and r, shape (n,); each coordinate's layer, shape (n,); each layer's last trust ratio, (layers,)."""

    m: Array
    r: Array
    layer: Array
    trust: Array


@pytree
class LAMB(Rule[LayeredMoments]):
    r"""LAMB: in every layer the step of AdamW is scaled to the length of the layer's parameters.

    .. math::
        m_t &= \beta_1 m_{t-1} + (1 - \beta_1) g_t \\
        r_t &= \beta_2 r_{t-1} + (1 - \beta_2) g_t^2 \\
        u_t &= \frac{m_t / (1 - \beta_1^t)}{\sqrt{r_t / (1 - \beta_2^t)} + \epsilon} + \lambda x_t \\
        x_{t+1} &= x_t - \alpha \frac{\lVert x_t \rVert_{layer}}{\lVert u_t \rVert_{layer}} u_t

    A layer is a leaf of the user's parameters; a plain vector is one layer. Where either length is zero the ratio is 1.

    Attributes:
        learning_rate: α, a number or a schedule; the relative length of a layer's step.
        beta1: decay of the first moment.
        beta2: decay of the second moment.
        epsilon: ε, added outside the root.
        weight_decay: λ.

    Source: You et al. 2020, *Large batch optimization for deep learning: training BERT in 76 minutes*, Algorithm 2.
    """

    learning_rate: Rate = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-6
    weight_decay: float = 0.01

    title: ClassVar[str] = "LAMB"
    parents: ClassVar[dict[str, str]] = {"adamw": "each layer's step in proportion to the layer's length"}
    parents_ko: ClassVar[dict[str, str]] = {"adamw": "층의 크기에 비례하는 층별 스텝"}
    source: ClassVar[str] = "You et al. 2020, Algorithm 2"
    limits: ClassVar[Limits] = {
        "learning_rate": POSITIVE,
        "beta1": DECAY,
        "beta2": DECAY,
        "epsilon": NOT_NEGATIVE,
        "weight_decay": NOT_NEGATIVE,
    }

    def init(self, x: Array) -> LayeredMoments:
        zero = jnp.zeros_like(x)
        return LayeredMoments(m=zero, r=zero, layer=jnp.zeros(x.shape, jnp.int32), trust=jnp.ones(1, x.dtype))

    def remember(self, x: Array, geometry: Geometry) -> LayeredMoments:
        # the number of layers has to be known to the compiler: it is the length of `trust`
        layer = jnp.asarray(geometry.layout.leaf_of, jnp.int32)
        return self.init(x)._replace(layer=layer, trust=jnp.ones(len(geometry.layout.shapes), x.dtype))

    def update(self, gradient: Array, memory: LayeredMoments, x: Array, t: Array) -> tuple[Array, LayeredMoments]:
        layer, layers = memory.layer, memory.trust.shape[-1]
        m = self.beta1 * memory.m + (1 - self.beta1) * gradient
        r = self.beta2 * memory.r + (1 - self.beta2) * gradient**2
        m_hat = m / (1 - power(self.beta1, t))
        r_hat = r / (1 - power(self.beta2, t))
        u = m_hat / (jnp.sqrt(r_hat) + self.epsilon) + self.weight_decay * x
        length, raw = norm_per_layer(x, layer, layers), norm_per_layer(u, layer, layers)
        comparable = (length > 0) & (raw > 0)
        trust = jnp.where(comparable, length / jnp.where(comparable, raw, 1), 1)
        return -at(self.learning_rate, t) * trust[layer] * u, LayeredMoments(m, r, layer, trust)

    def equations(self) -> str:
        return (
            "m = beta1*m + (1 - beta1)*g\n"
            "r = beta2*r + (1 - beta2)*g**2\n"
            "m_hat = m/(1 - beta1**t)\n"
            "r_hat = r/(1 - beta2**t)\n"
            "u = m_hat/(sqrt(r_hat) + epsilon) + weight_decay*x\n"
            "trust = where(min(norm_per_layer(x), norm_per_layer(u)) > 0, norm_per_layer(x)/norm_per_layer(u), 1)\n"
            "step = -alpha*trust*u"
        )
