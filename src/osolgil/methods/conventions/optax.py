"""optax's choices (0.2.8). A learning rate has to be given, and weight decay is decoupled."""

from osolgil.methods.adadelta import Adadelta
from osolgil.methods.adagrad import AdaGrad
from osolgil.methods.adam import Adam, AdamW
from osolgil.methods.adamax import Adamax
from osolgil.methods.amsgrad import AMSGrad
from osolgil.methods.gradient_descent import GradientDescent
from osolgil.methods.lamb import LAMB
from osolgil.methods.lion import Lion
from osolgil.methods.momentum import Momentum, Nesterov
from osolgil.methods.nadam import NAdam
from osolgil.methods.radam import RAdam
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.schedules import Rate


def gradient_descent(*, learning_rate: Rate) -> GradientDescent:
    """`sgd`."""
    return GradientDescent(learning_rate)


def momentum(*, learning_rate: Rate, momentum: float) -> Momentum:
    """`sgd(momentum=...)`: learning rate outside the velocity."""
    return Momentum(learning_rate, momentum)


def nesterov(*, learning_rate: Rate, momentum: float) -> Nesterov:
    """`sgd(momentum=..., nesterov=True)`: shifted form, learning rate outside the velocity."""
    return Nesterov(learning_rate, momentum)


def adagrad(*, learning_rate: Rate, accumulator_init: float = 0.1, epsilon_root: float = 1e-7) -> AdaGrad:
    """`adagrad`: ε inside the root, and the sum starts at 0.1."""
    return AdaGrad(learning_rate, accumulator_init, epsilon=0.0, epsilon_root=epsilon_root)


def rmsprop(
    *,
    learning_rate: Rate,
    beta: float = 0.9,
    epsilon: float = 0.0,
    epsilon_root: float = 1e-8,
    momentum: float | None = None,
    accumulator_init: float = 0.0,
    centered: bool = False,
    bias_correction: bool = False,
) -> RMSProp:
    """`rmsprop`: ε inside the root, learning rate inside the velocity.

    `eps_in_sqrt=False` is `epsilon=1e-8, epsilon_root=0.0`. Where rounding makes the centered variance negative optax
    yields NaN, and this rule zero.
    """
    return RMSProp(
        learning_rate,
        beta,
        epsilon,
        epsilon_root,
        momentum,
        accumulator_init,
        centered=centered,
        learning_rate_inside=True,
        bias_correction=bias_correction,
    )


def adadelta(*, learning_rate: Rate = 1.0, rho: float = 0.9, epsilon: float = 1e-6) -> Adadelta:
    """`adadelta`: ρ = 0.9 where the paper has 0.95; no learning rate means 1."""
    return Adadelta(learning_rate, rho, epsilon)


def adam(
    *,
    learning_rate: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    epsilon_root: float = 0.0,
) -> Adam:
    """`adam`: ε outside the root and ε_root inside, both after bias correction."""
    return Adam(learning_rate, beta1, beta2, epsilon, epsilon_root)


def amsgrad(
    *,
    learning_rate: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    epsilon_root: float = 0.0,
) -> AMSGrad:
    """`amsgrad`: the maximum is over corrected second moments."""
    return AMSGrad(
        learning_rate, beta1, beta2, epsilon, epsilon_root, bias_correction=True, maximum_after_correction=True
    )


def adamw(
    *,
    learning_rate: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    epsilon_root: float = 0.0,
    weight_decay: float = 1e-4,
) -> AdamW:
    """`adamw`: as `adam`, with λ = 0.0001."""
    return AdamW(learning_rate, beta1, beta2, epsilon, epsilon_root, weight_decay)


def adamax(*, learning_rate: Rate, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Adamax:
    """`adamax`: ε inside the maximum."""
    return Adamax(learning_rate, beta1, beta2, epsilon)


def nadam(
    *,
    learning_rate: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    epsilon_root: float = 0.0,
) -> NAdam:
    """`nadam`: the momentum is constant, β₁ from the first step on."""
    return NAdam(learning_rate, beta1, beta2, epsilon, epsilon_root, momentum_schedule=False)


def radam(
    *,
    learning_rate: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    epsilon_root: float = 0.0,
    threshold: float = 5.0,
) -> RAdam:
    """`radam`: ε after bias correction, threshold 5."""
    return RAdam(learning_rate, beta1, beta2, epsilon, epsilon_root, threshold)


def lion(*, learning_rate: Rate, beta1: float = 0.9, beta2: float = 0.99, weight_decay: float = 1e-3) -> Lion:
    """`lion`: λ = 0.001."""
    return Lion(learning_rate, beta1, beta2, weight_decay)


def lamb(
    *,
    learning_rate: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-6,
    weight_decay: float = 0.0,
) -> LAMB:
    """`lamb`: no weight decay unless asked for."""
    return LAMB(learning_rate, beta1, beta2, epsilon, weight_decay)
