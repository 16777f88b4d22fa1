"""Proximal steps: a rule goes down the loss, and the penalty's kink is stepped over in closed form."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import jax.numpy as jnp
from jax import Array

from osolgil.methods.adagrad import AdaGrad, AdaGradNorm
from osolgil.methods.adam import Adam
from osolgil.methods.gradient_descent import GradientDescent
from osolgil.methods.momentum import Momentum
from osolgil.methods.powers import power
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import at
from osolgil.methods.transforms import Transform
from osolgil.methods.validation import Limits
from osolgil.protocol import Geometry, Layout, Shrinkage, pytree


class Shrinking(NamedTuple):
    """The memory of the rule inside; the penalty's a and q, see `Shrinkage`, shape (n,) each."""

    inner: Any
    a: Array
    q: Array


def of_gradient_descent(rule: GradientDescent, memory: Any, t: Array) -> Any:
    """α."""
    return at(rule.learning_rate, t)


def of_momentum(rule: Momentum, memory: Any, t: Array) -> Any:
    """α(1 − τ)/(1 − ρ): what all the steps that a gradient leads to add up to."""
    return at(rule.learning_rate, t) * (1 - rule.dampening) / (1 - rule.momentum)


def of_adagrad(rule: AdaGrad, memory: Any, t: Array) -> Any:
    """α/(√r + ε)."""
    rate = at(rule.learning_rate, t) / (1 + rule.learning_rate_decay * (t - 1))
    return rate / (jnp.sqrt(memory.r + rule.epsilon_root) + rule.epsilon)


def of_adagrad_norm(rule: AdaGradNorm, memory: Any, t: Array) -> Any:
    """α/(√r + ε), one number."""
    return at(rule.learning_rate, t) / (jnp.sqrt(memory.r) + rule.epsilon)


def of_adam(rule: Adam, memory: Any, t: Array) -> Any:
    """α/(√r̂ + ε): bias correction and the place of ε are the rule's own."""
    alpha = at(rule.learning_rate, t)
    correction = 1 - power(rule.beta2, t) if rule.bias_correction else 1.0
    if rule.epsilon_before_correction:
        return alpha * jnp.sqrt(correction) / (jnp.sqrt(memory.r + rule.epsilon_root) + rule.epsilon)
    return alpha / (jnp.sqrt(memory.r / correction + rule.epsilon_root) + rule.epsilon)


METRICS: dict[type[Rule[Any]], Callable[[Any, Any, Array], Any]] = {
    GradientDescent: of_gradient_descent,
    Momentum: of_momentum,
    AdaGrad: of_adagrad,
    AdaGradNorm: of_adagrad_norm,
    Adam: of_adam,
}
"""D of each rule whose step is −D times an average of the gradients: at rest the average is the gradient itself."""

EQUATIONS: dict[type[Rule[Any]], Callable[[Any], str]] = {
    GradientDescent: lambda rule: "alpha",
    Momentum: lambda rule: "alpha*(1 - dampening)/(1 - momentum)",
    AdaGrad: lambda rule: "alpha/(1 + learning_rate_decay*(t - 1))/(sqrt(r + epsilon_root) + epsilon)",
    AdaGradNorm: lambda rule: "alpha/(sqrt(r) + epsilon)",
    Adam: lambda rule: (
        "alpha/(sqrt(r + epsilon_root) + epsilon)"
        if not rule.bias_correction
        else "alpha*sqrt(1 - beta2**t)/(sqrt(r + epsilon_root) + epsilon)"
        if rule.epsilon_before_correction
        else "alpha/(sqrt(r_hat + epsilon_root) + epsilon)"
    ),
}


@pytree
class Proximal(Transform[Shrinking]):
    r"""A rule's step down the loss, and the penalty's proximal operator after it, in the metric of that step.

    .. math::
        y_t &= x_t - D_t \bar g_t && \text{the rule's step, of the loss alone} \\
        x_{t+1} &= \arg\min_z \; h(z) + \tfrac12 (z - y_t)^\top D_t^{-1} (z - y_t)
            = \operatorname{sign}(y_t) \frac{\max(|y_t| - D_t a, 0)}{1 + D_t q}

    for :math:`h(x) = \sum_j a_j |x_j| + \frac12 q_j x_j^2`. Around `GradientDescent` it is ISTA, D = α: with α ≤ 1/L
    the objective never rises, and :math:`F(x_k) - F^* \le \lVert x_0 - x^* \rVert^2 / 2 \alpha k`. Around `Adam` D is
    diagonal, α/(√r̂ + ε): each coordinate's threshold is in the units of its own step, so that where the rule is at rest
    the objective is too. (A threshold of α for all, "Adam, then soft threshold", rests elsewhere.) Around `Momentum` D
    is what one gradient's steps add up to, α(1 − τ)/(1 − ρ); around `AdaGrad`, α/(√r + ε).

    Mini-batches may be fed to it. Its optimality is maxⱼ|x − prox(x − ∇f)|ⱼ of a step of 1.

    Attributes:
        rule: `GradientDescent`, `Momentum`, `AdaGrad`, `AdaGradNorm` or `Adam`. For Nesterov's steps there is `FISTA`.

    Source: Daubechies, Defrise & De Mol 2004, *Comm. Pure Appl. Math.* 57 (ISTA); Yun, Lozano & Yang 2021, *Adaptive
    proximal gradient methods for structured neural networks*, NeurIPS 34, Algorithm 1 (ProxGen), whose δ is our ε.
    """

    rule: Rule[Any]

    title: ClassVar[str] = "proximal steps"
    source: ClassVar[str] = "Daubechies, Defrise & De Mol 2004; Yun, Lozano & Yang 2021, Algorithm 1"
    takes_penalty: ClassVar[bool] = True
    limits: ClassVar[Limits] = {}

    def complaint(self) -> str | None:
        if type(self.rule) in METRICS:
            return None
        known = ", ".join(each.__name__ for each in METRICS)
        return (
            f"the metric of {type(self.rule).__name__}'s steps is not known, and with another one it would come to "
            f"rest elsewhere; put one of {known} inside, or use FISTA"
        )

    def init(self, x: Array) -> Shrinking:
        return self.remember(x, Geometry(Layout.of(x)))

    def remember(self, x: Array, geometry: Geometry) -> Shrinking:
        if (reason := self.complaint()) is not None:
            raise ValueError(f"Proximal: {reason}")
        inner = self.rule.remember(x, geometry)
        return Shrinking(inner, *kept(geometry, x))

    def update(self, gradient: Array, memory: Shrinking, x: Array, t: Array) -> tuple[Array, Shrinking]:
        step, inner = self.rule.update(gradient, memory.inner, x, t)
        metric = METRICS[type(self.rule)](self.rule, inner, t)
        return Shrinkage(memory.a, memory.q).proximal(x + step, metric) - x, memory._replace(inner=inner)

    def stationarity(self, state: Any, x: Array, gradient: Array) -> Array:
        size: Array = Shrinkage(state.memory.a, state.memory.q).optimality(x, gradient)
        return size

    def inside(self, memory: Shrinking) -> Any:
        return memory.inner

    def quantities(self, memory: Shrinking, x: Array, t: Array) -> Mapping[str, Any]:
        return {"a": memory.a, "q": memory.q}

    def equations(self) -> str:
        a, q, d, y = map(self.symbol, ("a", "q", "d", "y"))
        return (
            f"{self.rule.equations()}\n"
            f"{d} = {EQUATIONS[type(self.rule)](self.rule)}\n"
            f"{y} = x + step\n"
            f"step = sign({y})*max(abs({y}) - {d}*{a}, 0)/(1 + {d}*{q}) - x"
        )


def kept(geometry: Geometry, x: Array) -> Shrinkage:
    """The penalty that a run has, as arrays like x; zeros where it has none."""
    if geometry.penalty is None:
        return Shrinkage(jnp.zeros_like(x), jnp.zeros_like(x))
    return Shrinkage(*(jnp.asarray(part, x.dtype) for part in geometry.penalty))
