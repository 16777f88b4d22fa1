"""Schedules: the learning rate as a function of the step.

The first step is t = 1 and has a schedule's initial rate. Every number is a leaf, so that schedules can be swept, and
all of them work where t and their numbers are traced.
"""

import abc
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.methods.validation import AT_LEAST_ONE, NOT_NEGATIVE, POSITIVE, Increasing, Limits
from osolgil.protocol import pytree


class Schedule(abc.ABC):
    """A learning rate that changes. A pytree whose numbers are leaves, so that they can be swept like any other."""

    limits: ClassVar[Limits] = {}
    """What each number may be; see `check`."""

    @abc.abstractmethod
    def __call__(self, t: Array) -> Array:
        """The learning rate of step t, which counts from 1."""


Rate = float | Array | Schedule | Mapping[str, Any] | Sequence[Any]
"""A learning rate: a number, or a schedule; by group, a pytree of these that may stop above the parameters' leaves."""


def at(rate: Rate, t: Array) -> Array:
    """The learning rate of step t."""
    if isinstance(rate, Schedule):
        return rate(t)
    if not is_rate(rate):
        raise TypeError(
            f"the learning rates {rate} are given by group: in a loop of your own, spread them over the parameters "
            "first, by methods.per_coordinate(rule, layout)"
        )
    return jnp.asarray(rate, t.dtype)


def is_rate(value: Any) -> bool:
    """Whether this is one learning rate, a number or a schedule, and not a pytree of several."""
    return isinstance(value, Schedule) or jax.tree_util.all_leaves([value])


@pytree
class Constant(Schedule):
    r"""The same rate at every step: :math:`\alpha_t = \alpha`.

    Attributes:
        rate: α.
    """

    rate: float | Array

    limits: ClassVar[Limits] = {"rate": POSITIVE}

    def __call__(self, t: Array) -> Array:
        return jnp.asarray(self.rate, t.dtype)


@pytree
class Step(Schedule):
    r"""Drops by a factor again and again: :math:`\alpha_t = \alpha \gamma^{\lfloor (t - 1) / k \rfloor}`.

    Attributes:
        initial: α.
        factor: γ.
        every: k, the number of steps between two drops.
    """

    initial: float | Array
    factor: float | Array = 0.1
    every: float | Array = 1000

    limits: ClassVar[Limits] = {"initial": POSITIVE, "factor": POSITIVE, "every": AT_LEAST_ONE}

    def __call__(self, t: Array) -> Array:
        return self.initial * self.factor ** jnp.floor((t - 1) / self.every)


@pytree
class Piecewise(Schedule):
    r"""One rate after another: :math:`\alpha_t = \alpha_k` for :math:`b_k < t \le b_{k+1}`.

    Attributes:
        boundaries: :math:`b_1 < b_2 < \dots`, the last step of every piece but the last one, shape (pieces - 1,).
        rates: the rate of each piece, shape (pieces,).
    """

    boundaries: Array | tuple[float, ...]
    rates: Array | tuple[float, ...]

    limits: ClassVar[Limits] = {"boundaries": Increasing(), "rates": POSITIVE}

    def complaint(self) -> str | None:
        boundaries, rates = np.shape(self.boundaries)[-1], np.shape(self.rates)[-1]
        return _mismatch(boundaries, rates, "rates")

    def __call__(self, t: Array) -> Array:
        piece = jnp.sum(t > jnp.asarray(self.boundaries, t.dtype))
        return jnp.asarray(self.rates, t.dtype)[piece]


@pytree
class Exponential(Schedule):
    r"""Falls by the same share at every step: :math:`\alpha_t = \alpha \gamma^{(t - 1) / k}`.

    Attributes:
        initial: α.
        factor: γ, what is left of the rate after k steps.
        over: k.
    """

    initial: float | Array
    factor: float | Array = 0.1
    over: float | Array = 1000

    limits: ClassVar[Limits] = {"initial": POSITIVE, "factor": POSITIVE, "over": POSITIVE}

    def __call__(self, t: Array) -> Array:
        return self.initial * self.factor ** ((t - 1) / self.over)


@pytree
class InverseTime(Schedule):
    r"""Falls as a power of time: :math:`\alpha_t = \alpha / (1 + \lambda (t - 1))^p`.

    λ = 1 and p = ½ give :math:`\alpha / \sqrt t`, the rate of the classical proofs.

    Attributes:
        initial: α.
        decay: λ.
        power: p.
    """

    initial: float | Array
    decay: float | Array = 1.0
    power: float | Array = 1.0

    limits: ClassVar[Limits] = {"initial": POSITIVE, "decay": NOT_NEGATIVE, "power": NOT_NEGATIVE}

    def __call__(self, t: Array) -> Array:
        return self.initial / (1 + self.decay * (t - 1)) ** self.power


@pytree
class Polynomial(Schedule):
    r"""Falls along a polynomial, and stays: :math:`\alpha_t = \omega + (\alpha - \omega)(1 - s)^p` with
    :math:`s = \min((t - 1) / k, 1)`.

    Attributes:
        initial: α.
        final: ω.
        over: k, the number of steps of the fall.
        power: p; 1 is a straight line.
    """

    initial: float | Array
    final: float | Array = 0.0
    over: float | Array = 1000
    power: float | Array = 1.0

    limits: ClassVar[Limits] = {"initial": POSITIVE, "final": NOT_NEGATIVE, "over": POSITIVE, "power": POSITIVE}

    def __call__(self, t: Array) -> Array:
        s = jnp.minimum((t - 1) / self.over, 1)
        return self.final + (self.initial - self.final) * (1 - s) ** self.power


@pytree
class Cosine(Schedule):
    r"""Falls along half a cosine, and stays: :math:`\alpha_t = \omega + \tfrac12 (\alpha - \omega)(1 + \cos \pi s)`
    with :math:`s = \min((t - 1) / k, 1)`.

    Attributes:
        initial: α.
        final: ω.
        over: k, the number of steps of the fall.

    Source: Loshchilov & Hutter 2017, *SGDR: stochastic gradient descent with warm restarts*, equation (5).
    """

    initial: float | Array
    final: float | Array = 0.0
    over: float | Array = 1000

    limits: ClassVar[Limits] = {"initial": POSITIVE, "final": NOT_NEGATIVE, "over": POSITIVE}

    def __call__(self, t: Array) -> Array:
        s = jnp.minimum((t - 1) / self.over, 1)
        return self.final + (self.initial - self.final) * (1 + jnp.cos(jnp.pi * s)) / 2


@pytree
class WarmUp(Schedule):
    r"""Climbs in a straight line to where another schedule begins: with k steps,
    :math:`\alpha_t = \frac{t}{k} \bar\alpha_1` for :math:`t \le k`, then :math:`\alpha_t = \bar\alpha_{t - k + 1}`.

    Attributes:
        steps: k, the number of steps of the climb; step k has the full rate.
        then: the schedule :math:`\bar\alpha`, or a number.
    """

    steps: float | Array
    then: Rate

    limits: ClassVar[Limits] = {"steps": AT_LEAST_ONE, "then": POSITIVE}

    def __call__(self, t: Array) -> Array:
        share = jnp.minimum(t / self.steps, 1)
        return share * at(self.then, jnp.maximum(t - self.steps + 1, 1))


@pytree
class Joined(Schedule):
    r"""One schedule after another, each with its own clock: :math:`\alpha_t = \alpha^{(k)}_{t - b_k}` for
    :math:`b_k < t \le b_{k+1}`, where :math:`b_0 = 0`.

    Attributes:
        schedules: the schedules or numbers, in order.
        boundaries: :math:`b_1 < b_2 < \dots`, the last step of every schedule but the last one.
    """

    schedules: tuple[Rate, ...]
    boundaries: tuple[float | Array, ...]

    limits: ClassVar[Limits] = {"schedules": POSITIVE, "boundaries": Increasing()}

    def complaint(self) -> str | None:
        return _mismatch(len(self.boundaries), len(self.schedules), "schedules")

    def __call__(self, t: Array) -> Array:
        rate = at(self.schedules[0], t)
        for boundary, schedule in zip(self.boundaries, self.schedules[1:], strict=True):
            rate = jnp.where(t > boundary, at(schedule, jnp.maximum(t - boundary, 1)), rate)
        return rate


def _mismatch(boundaries: int, pieces: int, what: str) -> str | None:
    if boundaries + 1 == pieces:
        return None
    return f"{boundaries} boundaries separate {boundaries + 1} {what}, but there are {pieces}"
