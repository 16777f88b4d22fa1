"""torch.optim's choices (2.13). `weight_decay` is L2, added to the gradient; AdamW's is decoupled."""

from typing import Any

from osolgil.methods.adadelta import Adadelta
from osolgil.methods.adagrad import AdaGrad
from osolgil.methods.adam import Adam, AdamW
from osolgil.methods.adamax import Adamax
from osolgil.methods.amsgrad import AMSGrad
from osolgil.methods.conventions.decay import decayed
from osolgil.methods.gradient_descent import GradientDescent
from osolgil.methods.momentum import Momentum, Nesterov
from osolgil.methods.nadam import NAdam
from osolgil.methods.radam import RAdam
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate


def gradient_descent(*, learning_rate: Rate = 1e-3, weight_decay: float = 0.0) -> Rule[Any]:
    """`SGD`."""
    return decayed(GradientDescent(learning_rate), weight_decay, decoupled=False)


def momentum(
    *, learning_rate: Rate = 1e-3, momentum: float = 0.0, dampening: float = 0.0, weight_decay: float = 0.0
) -> Rule[Any]:
    """`SGD(momentum=...)`: learning rate outside the velocity; the first velocity is the gradient, undampened.

    Without momentum torch keeps no velocity, and so dampens nothing.
    """
    if isinstance(momentum, int | float) and momentum == 0:
        dampening = 0.0
    return decayed(Momentum(learning_rate, momentum, dampening), weight_decay, decoupled=False)


def nesterov(*, learning_rate: Rate = 1e-3, momentum: float, weight_decay: float = 0.0) -> Rule[Any]:
    """`SGD(momentum=..., nesterov=True)`: shifted form, learning rate outside the velocity. torch requires ρ > 0."""
    return decayed(Nesterov(learning_rate, momentum), weight_decay, decoupled=False)


def adagrad(
    *,
    learning_rate: Rate = 1e-2,
    accumulator_init: float = 0.0,
    epsilon: float = 1e-10,
    learning_rate_decay: float = 0.0,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adagrad`: ε outside the root, the sum starts at 0, and the rate may decay by itself (`lr_decay`)."""
    rule = AdaGrad(learning_rate, accumulator_init, epsilon, learning_rate_decay=learning_rate_decay)
    return decayed(rule, weight_decay, decoupled=False)


def rmsprop(
    *,
    learning_rate: Rate = 1e-2,
    beta: float = 0.99,
    epsilon: float = 1e-8,
    momentum: float | None = None,
    centered: bool = False,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`RMSprop`: ε outside the root, learning rate outside the velocity.

    Where rounding makes the centered variance negative torch yields NaN, and this rule zero.
    """
    rule = RMSProp(learning_rate, beta, epsilon, momentum=momentum, centered=centered)
    return decayed(rule, weight_decay, decoupled=False)


def adadelta(
    *, learning_rate: Rate = 1.0, rho: float = 0.9, epsilon: float = 1e-6, weight_decay: float = 0.0
) -> Rule[Any]:
    """`Adadelta`: ρ = 0.9 where the paper has 0.95."""
    return decayed(Adadelta(learning_rate, rho, epsilon), weight_decay, decoupled=False)


def adam(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adam`: ε outside the root, after bias correction."""
    return decayed(Adam(learning_rate, beta1, beta2, epsilon), weight_decay, decoupled=False)


def amsgrad(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adam(amsgrad=True)`: the maximum is over raw second moments, and is corrected afterwards."""
    rule = AMSGrad(learning_rate, beta1, beta2, epsilon, bias_correction=True)
    return decayed(rule, weight_decay, decoupled=False)


def adamw(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 1e-2,
) -> AdamW:
    """`AdamW`: as `adam`, and every step multiplies the parameters by 1 - αλ, λ = 0.01."""
    return AdamW(learning_rate, beta1, beta2, epsilon, weight_decay=weight_decay)


def adamax(
    *,
    learning_rate: Rate = 2e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adamax`: ε inside the maximum."""
    return decayed(Adamax(learning_rate, beta1, beta2, epsilon), weight_decay, decoupled=False)


def nadam(
    *,
    learning_rate: Rate = 2e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    psi: float = 0.004,
    weight_decay: float = 0.0,
    decoupled: bool = False,
) -> Rule[Any]:
    """`NAdam`: ψ = 0.004 (`momentum_decay`), ε outside the root, after bias correction.

    torch keeps the product of the momenta in float32, and so agrees to about 1e-8 only. `decoupled` is its
    `decoupled_weight_decay`.
    """
    return decayed(NAdam(learning_rate, beta1, beta2, epsilon, psi=psi), weight_decay, decoupled=decoupled)


def radam(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled: bool = False,
) -> Rule[Any]:
    """`RAdam`: ε before bias correction, threshold 5. `decoupled` is its `decoupled_weight_decay`."""
    rule = RAdam(learning_rate, beta1, beta2, epsilon, threshold=5.0, epsilon_before_correction=True)
    return decayed(rule, weight_decay, decoupled=decoupled)
