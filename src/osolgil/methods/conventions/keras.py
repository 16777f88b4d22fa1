"""keras.optimizers' choices (3). `weight_decay` is decoupled everywhere: each step first shrinks x by αλx."""

from typing import Any

from osolgil.methods.adadelta import Adadelta
from osolgil.methods.adagrad import AdaGrad
from osolgil.methods.adam import Adam, AdamW
from osolgil.methods.adamax import Adamax
from osolgil.methods.amsgrad import AMSGrad
from osolgil.methods.conventions.decay import decayed
from osolgil.methods.gradient_descent import GradientDescent
from osolgil.methods.lamb import LAMB
from osolgil.methods.lion import Lion
from osolgil.methods.momentum import Momentum, Nesterov
from osolgil.methods.nadam import NAdam
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.rule import Rule
from osolgil.methods.schedules import Rate


def gradient_descent(*, learning_rate: Rate = 0.01, weight_decay: float = 0.0) -> Rule[Any]:
    """`SGD`."""
    return decayed(GradientDescent(learning_rate), weight_decay, decoupled=True)


def momentum(*, learning_rate: Rate = 0.01, momentum: float = 0.0, weight_decay: float = 0.0) -> Rule[Any]:
    """`SGD(momentum=...)`: learning rate inside the velocity."""
    return decayed(Momentum(learning_rate, momentum, learning_rate_inside=True), weight_decay, decoupled=True)


def nesterov(*, learning_rate: Rate = 0.01, momentum: float = 0.0, weight_decay: float = 0.0) -> Rule[Any]:
    """`SGD(momentum=..., nesterov=True)`: shifted form, learning rate inside the velocity."""
    return decayed(Nesterov(learning_rate, momentum, learning_rate_inside=True), weight_decay, decoupled=True)


def adagrad(
    *,
    learning_rate: Rate = 1e-3,
    accumulator_init: float = 0.1,
    epsilon_root: float = 1e-7,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adagrad`: ε inside the root, and the sum starts at 0.1."""
    rule = AdaGrad(learning_rate, accumulator_init, epsilon=0.0, epsilon_root=epsilon_root)
    return decayed(rule, weight_decay, decoupled=True)


def rmsprop(
    *,
    learning_rate: Rate = 1e-3,
    beta: float = 0.9,
    epsilon_root: float = 1e-7,
    momentum: float | None = None,
    centered: bool = False,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`RMSprop`: ε inside the root, learning rate inside the velocity."""
    rule = RMSProp(
        learning_rate,
        beta,
        epsilon=0.0,
        epsilon_root=epsilon_root,
        momentum=momentum,
        centered=centered,
        learning_rate_inside=True,
    )
    return decayed(rule, weight_decay, decoupled=True)


def adadelta(
    *, learning_rate: Rate = 1e-3, rho: float = 0.95, epsilon: float = 1e-7, weight_decay: float = 0.0
) -> Rule[Any]:
    """`Adadelta`: with a learning rate of 0.001 where the paper has none, that is 1."""
    return decayed(Adadelta(learning_rate, rho, epsilon), weight_decay, decoupled=True)


def adam(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adam`: ε = 1e-7 outside the root, before bias correction ("epsilon hat")."""
    rule = Adam(learning_rate, beta1, beta2, epsilon, epsilon_before_correction=True)
    return decayed(rule, weight_decay, decoupled=True)


def amsgrad(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adam(amsgrad=True)`: the maximum is over raw second moments; ε before bias correction."""
    rule = AMSGrad(learning_rate, beta1, beta2, epsilon, bias_correction=True, epsilon_before_correction=True)
    return decayed(rule, weight_decay, decoupled=True)


def adamw(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float = 0.004,
) -> AdamW:
    """`AdamW`: as `adam`, with λ = 0.004."""
    return AdamW(learning_rate, beta1, beta2, epsilon, weight_decay=weight_decay, epsilon_before_correction=True)


def adamax(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Adamax`: ε is added to the maximum where it divides."""
    rule = Adamax(learning_rate, beta1, beta2, epsilon, epsilon_inside_max=False)
    return decayed(rule, weight_decay, decoupled=True)


def nadam(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float = 0.0,
) -> Rule[Any]:
    """`Nadam`: the momentum warms up with ψ = 1; ε outside the root, after bias correction."""
    return decayed(NAdam(learning_rate, beta1, beta2, epsilon, psi=1.0), weight_decay, decoupled=True)


def lion(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.99, weight_decay: float = 0.0) -> Lion:
    """`Lion`."""
    return Lion(learning_rate, beta1, beta2, weight_decay)


def lamb(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-7) -> LAMB:
    """`Lamb`: without weight decay, which keras keeps out of the trust ratio."""
    return LAMB(learning_rate, beta1, beta2, epsilon, weight_decay=0.0)
