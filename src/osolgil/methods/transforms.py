"""Transforms: rules that wrap a rule, and are rules themselves, so that they nest."""

import abc
import ast
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.norms import norm
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate, at
from osolgil.methods.validation import DECAY, NOT_NEGATIVE, POSITIVE, Limits
from osolgil.protocol import Geometry, Layout, pytree, static

M = TypeVar("M")


class Transform(Rule[M]):
    """A rule around a rule. Its `equations` are its own lines around those of the rule inside.

    A name that the rule inside uses already is numbered: the bound of a second clipping is `bound2`.
    """

    rule: Rule[Any]

    @property
    def learning_rate(self) -> Rate:
        """The learning rate of the rule inside."""
        rate: Rate = self.rule.learning_rate  # type: ignore[attr-defined]
        return rate

    @property
    def samples(self) -> bool:  # type: ignore[override]
        return self.rule.samples

    @property
    def answers_elsewhere(self) -> bool:
        return self.rule.answers_elsewhere

    def answered(self, x: Array, memory: M) -> Array:
        return self.rule.answered(x, self.inside(memory))

    def stationarity(self, state: Any, x: Array, gradient: Array) -> Array:
        return self.rule.stationarity(state._replace(memory=self.inside(state.memory)), x, gradient)

    @abc.abstractmethod
    def inside(self, memory: M) -> Any:
        """The memory of the rule inside."""

    @abc.abstractmethod
    def quantities(self, memory: M, x: Array, t: Array) -> Mapping[str, Any]:
        """The value of each name that this transform's own equations use and do not assign first."""

    def symbol(self, name: str) -> str:
        """What a name of this transform's own is called in its equations."""
        taken = {node.id for node in ast.walk(ast.parse(self.rule.equations())) if isinstance(node, ast.Name)}
        names = (name, *(f"{name}{number}" for number in range(2, 100)))
        return next(candidate for candidate in names if candidate not in taken)


@pytree
class ClipByNorm(Transform[Any]):
    r"""Shortens a gradient that is too long, and keeps its direction.

    .. math:: g_t \leftarrow g_t \frac{c}{\max(c, \lVert g_t \rVert_2)}

    The length is that of the whole gradient, over all parameters.

    Attributes:
        rule: the rule that is given the shortened gradient.
        bound: c, the greatest length.

    Source: Pascanu, Mikolov & Bengio 2013, *On the difficulty of training recurrent neural networks*, Algorithm 1.
    """

    rule: Rule[Any]
    bound: float | Array = 1.0

    title: ClassVar[str] = "clipping by norm"
    source: ClassVar[str] = "Pascanu, Mikolov & Bengio 2013, Algorithm 1"
    limits: ClassVar[Limits] = {"bound": POSITIVE}

    def init(self, x: Array) -> Any:
        return self.rule.init(x)

    def remember(self, x: Array, geometry: Geometry) -> Any:
        return self.rule.remember(x, geometry)

    def update(self, gradient: Array, memory: Any, x: Array, t: Array) -> tuple[Array, Any]:
        factor = self.bound / jnp.maximum(self.bound, norm(gradient))
        return self.rule.update(gradient * factor, memory, x, t)

    def inside(self, memory: Any) -> Any:
        return memory

    def quantities(self, memory: Any, x: Array, t: Array) -> Mapping[str, Any]:
        return {"bound": self.bound}

    def equations(self) -> str:
        bound = self.symbol("bound")
        return f"g = g*({bound}/max({bound}, norm(g)))\n{self.rule.equations()}"


@pytree
class ClipByValue(Transform[Any]):
    r"""Cuts off each coordinate of the gradient that is too large.

    .. math:: g_t \leftarrow \min(\max(g_t, -c), c)

    Attributes:
        rule: the rule that is given the clipped gradient.
        bound: c, the greatest size of a coordinate.

    Source: Mikolov 2012, *Statistical language models based on neural networks*, §3.2.2.
    """

    rule: Rule[Any]
    bound: float | Array = 1.0

    title: ClassVar[str] = "clipping by value"
    source: ClassVar[str] = "Mikolov 2012, §3.2.2"
    limits: ClassVar[Limits] = {"bound": POSITIVE}

    def init(self, x: Array) -> Any:
        return self.rule.init(x)

    def remember(self, x: Array, geometry: Geometry) -> Any:
        return self.rule.remember(x, geometry)

    def update(self, gradient: Array, memory: Any, x: Array, t: Array) -> tuple[Array, Any]:
        clipped = jnp.minimum(jnp.maximum(gradient, -self.bound), self.bound)
        return self.rule.update(clipped, memory, x, t)

    def inside(self, memory: Any) -> Any:
        return memory

    def quantities(self, memory: Any, x: Array, t: Array) -> Mapping[str, Any]:
        return {"bound": self.bound}

    def equations(self) -> str:
        bound = self.symbol("bound")
        return f"g = min(max(g, -{bound}), {bound})\n{self.rule.equations()}"


class Masked(NamedTuple):
    """The memory of the rule inside; what decays, shape (n,), or () if all does alike."""

    inner: Any
    mask: Array


@pytree
class WeightDecay(Transform[Masked]):
    r"""Pulls the parameters towards zero.

    .. math::
        x_{t+1} &\leftarrow x_{t+1} - \alpha \lambda x_t && \text{decoupled: beside the rule's own step} \\
        g_t &\leftarrow g_t + \lambda x_t && \text{L2: through the gradient, as a penalty } \tfrac12 \lambda \lVert x
            \rVert_2^2 \text{ would}

    The two are the same for gradient descent, and differ for every rule that rescales the gradient.

    Attributes:
        rule: the rule; decoupled decay uses its learning rate.
        weight_decay: λ.
        mask: which parameters decay, as a pytree that may stop above the parameters' leaves: `{"w": True, "b": False}`
            spares b. None: all of them.
        decoupled: beside the step (AdamW, keras), or through the gradient (torch's `weight_decay` elsewhere).

    Source: Loshchilov & Hutter 2019, *Decoupled weight decay regularization*, Algorithm 2.
    """

    rule: Rule[Any]
    weight_decay: float | Array = 0.01
    mask: Any = None
    decoupled: bool = static(default=True)

    title: ClassVar[str] = "weight decay"
    source: ClassVar[str] = "Loshchilov & Hutter 2019, Algorithm 2"
    limits: ClassVar[Limits] = {"weight_decay": NOT_NEGATIVE}

    def complaint(self) -> str | None:
        if self.decoupled and not hasattr(self.rule, "learning_rate"):
            return f"{type(self.rule).__name__} has no learning rate, which decoupled decay needs; use decoupled=False"
        if self.decoupled and self.answers_elsewhere:
            return (
                f"{type(self.rule).__name__} keeps a point of its own that would not decay; put the decay inside it, "
                "or use decoupled=False"
            )
        return None

    def init(self, x: Array) -> Masked:
        return self.remember(x, Geometry(Layout.of(x)))

    def remember(self, x: Array, geometry: Geometry) -> Masked:
        if (reason := self.complaint()) is not None:
            raise ValueError(f"WeightDecay: {reason}")
        inner = self.rule.remember(x, geometry)
        if self.mask is None:
            return Masked(inner, mask=jnp.ones((), x.dtype))
        try:
            mask = geometry.layout.expand(self.mask, x.dtype)
        except (ValueError, TypeError) as error:
            example = jax.tree.unflatten(geometry.layout.structure, [True] * len(geometry.layout.shapes))
            raise ValueError(
                f"WeightDecay: the mask {self.mask} does not fit the parameters; give True or False for every part "
                f"of them, such as {example}"
            ) from error
        return Masked(inner, mask)

    def update(self, gradient: Array, memory: Masked, x: Array, t: Array) -> tuple[Array, Masked]:
        decay = self.weight_decay * memory.mask * x
        if self.decoupled:
            step, inner = self.rule.update(gradient, memory.inner, x, t)
            step = step - at(self.learning_rate, t) * decay
        else:
            step, inner = self.rule.update(gradient + decay, memory.inner, x, t)
        return step, Masked(inner, memory.mask)

    def inside(self, memory: Masked) -> Any:
        return memory.inner

    def quantities(self, memory: Masked, x: Array, t: Array) -> Mapping[str, Any]:
        return {"weight_decay": self.weight_decay, "mask": memory.mask}

    def equations(self) -> str:
        decay = f"{self.symbol('weight_decay')}*x"
        if self.mask is not None:
            decay = f"{self.symbol('weight_decay')}*{self.symbol('mask')}*x"
        if self.decoupled:
            return f"{self.rule.equations()}\nstep = step - alpha*{decay}"
        return f"g = g + {decay}\n{self.rule.equations()}"


class Noisy(NamedTuple):
    """The memory of the rule inside; the random key, shape (2,)."""

    inner: Any
    key: Array


@pytree
class GradientNoise(Transform[Noisy]):
    r"""Adds noise to the gradient that fades with time, which helps to leave saddles and poor minima.

    .. math:: g_t \leftarrow g_t + \sqrt{\eta / t^\gamma} \, \xi_t, \qquad \xi_t \sim N(0, I)

    Here t counts from 1, in the paper from 0: its variance :math:`\eta / (1 + t)^\gamma` is the same one.

    Attributes:
        rule: the rule that is given the noisy gradient.
        variance: η, the variance at the first step.
        gamma: γ, how fast it fades.
        seed: which noise; the same seed gives the same noise, in every lane.

    Source: Neelakantan et al. 2015, *Adding gradient noise improves learning for very deep networks*, equation (1).
    """

    rule: Rule[Any]
    variance: float | Array = 0.01
    gamma: float | Array = 0.55
    seed: int = static(default=0)

    title: ClassVar[str] = "gradient noise"
    source: ClassVar[str] = "Neelakantan et al. 2015, equation (1)"
    limits: ClassVar[Limits] = {"variance": NOT_NEGATIVE, "gamma": NOT_NEGATIVE}

    def init(self, x: Array) -> Noisy:
        return Noisy(self.rule.init(x), self._key())

    def remember(self, x: Array, geometry: Geometry) -> Noisy:
        return Noisy(self.rule.remember(x, geometry), self._key())

    def update(self, gradient: Array, memory: Noisy, x: Array, t: Array) -> tuple[Array, Noisy]:
        noise = self._noise(memory.key, x, t)
        noisy = gradient + jnp.sqrt(self.variance / t**self.gamma) * noise
        step, inner = self.rule.update(noisy, memory.inner, x, t)
        return step, Noisy(inner, memory.key)

    def inside(self, memory: Noisy) -> Any:
        return memory.inner

    def quantities(self, memory: Noisy, x: Array, t: Array) -> Mapping[str, Any]:
        return {"variance": self.variance, "gamma": self.gamma, "noise": self._noise(memory.key, x, t)}

    def equations(self) -> str:
        variance, gamma, noise = map(self.symbol, ("variance", "gamma", "noise"))
        return f"g = g + sqrt({variance}/t**{gamma})*{noise}\n{self.rule.equations()}"

    def _key(self) -> Array:
        # as plain numbers, because a checkpoint and a record hold nothing else
        return jax.random.key_data(jax.random.key(self.seed))

    def _noise(self, key: Array, x: Array, t: Array) -> Array:
        draw = jax.random.fold_in(jax.random.wrap_key_data(key), t.astype(jnp.int32))
        return jax.random.normal(draw, x.shape, x.dtype)


class Averaged(NamedTuple):
    """The memory of the rule inside; the average of the points so far, shape (n,)."""

    inner: Any
    average: Array


@pytree
class PolyakAveraging(Transform[Averaged]):
    r"""Answers with the average of the points that the rule went through: the noise of sampled gradients cancels.

    .. math::
        k_t &= \max(t - t_0, 1) \\
        \bar x_{t+1} &= (1 - w_t) \bar x_t + w_t x_{t+1}, \qquad
            w_t = \frac{1}{k_t} \text{ or } \frac{1 - \beta}{1 - \beta^{k_t}}

    The first weights give the plain mean of all points after step t₀; the second ones the exponentially weighted mean,
    free of bias from the start. The questions are those of the rule inside.

    Attributes:
        rule: the rule whose points are averaged.
        burn_in: t₀, the number of steps that are left out of the average.
        decay: β; None gives the plain mean.

    Source: Polyak & Juditsky 1992, *Acceleration of stochastic approximation by averaging*, equation (4).
    """

    rule: Rule[Any]
    burn_in: float | Array = 0
    decay: float | Array | None = None

    title: ClassVar[str] = "Polyak averaging"
    source: ClassVar[str] = "Polyak & Juditsky 1992, equation (4)"
    limits: ClassVar[Limits] = {"burn_in": NOT_NEGATIVE, "decay": DECAY}

    @property
    def answers_elsewhere(self) -> bool:
        return True

    @property
    def takes_penalty(self) -> bool:  # type: ignore[override]
        return self.rule.takes_penalty

    def answered(self, x: Array, memory: Averaged) -> Array:
        return memory.average

    def init(self, x: Array) -> Averaged:
        return Averaged(self.rule.init(x), average=x)

    def remember(self, x: Array, geometry: Geometry) -> Averaged:
        return Averaged(self.rule.remember(x, geometry), average=x)

    def update(self, gradient: Array, memory: Averaged, x: Array, t: Array) -> tuple[Array, Averaged]:
        step, inner = self.rule.update(gradient, memory.inner, x, t)
        k = jnp.maximum(t - self.burn_in, 1)
        w = 1 / k if self.decay is None else (1 - self.decay) / (1 - self.decay**k)
        point = self.rule.answered(x, inner) if self.rule.answers_elsewhere else x + step
        return step, Averaged(inner, (1 - w) * memory.average + w * point)

    def inside(self, memory: Averaged) -> Any:
        return memory.inner

    def quantities(self, memory: Averaged, x: Array, t: Array) -> Mapping[str, Any]:
        own = {"burn_in": self.burn_in, "average": memory.average}
        return own if self.decay is None else own | {"decay": self.decay}

    def equations(self) -> str:
        burn_in, decay, average, k, w = map(self.symbol, ("burn_in", "decay", "average", "k", "w"))
        weight = f"1/{k}" if self.decay is None else f"(1 - {decay})/(1 - {decay}**{k})"
        point = _answer_symbol(self.rule)
        return (
            f"{self.rule.equations()}\n"
            f"{k} = max(t - {burn_in}, 1)\n"
            f"{w} = {weight}\n"
            f"{average} = (1 - {w})*{average} + {w}*{point}"
        )


def _answer_symbol(rule: Rule[Any]) -> str:
    """What the rule's answer is called in its equations."""
    if not rule.answers_elsewhere:
        return "(x + step)"
    if isinstance(rule, PolyakAveraging):
        return rule.symbol("average")
    if isinstance(rule, Transform):
        return _answer_symbol(rule.rule)
    name: str = getattr(rule, "answer_name", "answer")
    return name
