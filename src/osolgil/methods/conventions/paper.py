"""The papers' own choices."""

from osolgil.methods.adadelta import Adadelta
from osolgil.methods.adagrad import AdaGrad, AdaGradNorm
from osolgil.methods.adam import Adam, AdamW
from osolgil.methods.adamax import Adamax
from osolgil.methods.amsgrad import AMSGrad
from osolgil.methods.gradient_descent import GradientDescent, NormalizedGradientDescent
from osolgil.methods.lamb import LAMB
from osolgil.methods.lion import Lion
from osolgil.methods.momentum import Momentum, Nesterov
from osolgil.methods.nadam import NAdam
from osolgil.methods.radam import RAdam
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.schedules import Rate, Schedule


def gradient_descent(*, learning_rate: Rate = 0.01) -> GradientDescent:
    """Cauchy 1847."""
    return GradientDescent(learning_rate)


def normalized_gradient_descent(*, learning_rate: Rate = 0.01) -> NormalizedGradientDescent:
    """Shor 1985."""
    return NormalizedGradientDescent(learning_rate)


def momentum(*, learning_rate: Rate = 0.01, momentum: float = 0.9) -> Momentum:
    """Polyak 1964: learning rate outside the velocity."""
    return Momentum(learning_rate, momentum)


def nesterov(*, learning_rate: Rate = 0.01, momentum: float = 0.9) -> Nesterov:
    """Sutskever et al. 2013: the gradient at the look-ahead point, learning rate inside the velocity."""
    return Nesterov(learning_rate, momentum, look_ahead=True, learning_rate_inside=True)


def adagrad_norm(*, learning_rate: Rate = 0.01, accumulator_init: float = 0.0) -> AdaGradNorm:
    """Ward, Wu & Bottou 2019: no ε, which an `accumulator_init` b₀² above 0 makes needless."""
    return AdaGradNorm(learning_rate, accumulator_init, epsilon=0.0)


def adagrad(*, learning_rate: Rate = 0.01, epsilon: float = 1e-7) -> AdaGrad:
    """Duchi, Hazan & Singer 2011: ε (their δ) outside the root, the sum starts at 0."""
    return AdaGrad(learning_rate, epsilon=epsilon)


def rmsprop(*, learning_rate: Rate = 1e-3, beta: float = 0.9, epsilon: float = 1e-8) -> RMSProp:
    """Tieleman & Hinton 2012: β = 0.9; the lecture has no ε, it stands outside the root here."""
    return RMSProp(learning_rate, beta, epsilon)


def adadelta(*, rho: float = 0.95, epsilon: float = 1e-6) -> Adadelta:
    """Zeiler 2012: no learning rate, that is 1."""
    return Adadelta(1.0, rho, epsilon)


def adam(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Adam:
    """Kingma & Ba 2015, Algorithm 1: ε outside the root, after bias correction."""
    return Adam(learning_rate, beta1, beta2, epsilon)


def amsgrad(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999) -> AMSGrad:
    """Reddi, Kale & Kumar 2018, Algorithm 2: neither bias correction nor ε.

    A coordinate whose gradient has been zero so far divides 0 by 0.
    """
    return AMSGrad(learning_rate, beta1, beta2, epsilon=0.0)


def adamw(
    *,
    learning_rate: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float,
) -> AdamW:
    """Loshchilov & Hutter 2019, Algorithm 2: a step's decay is λ itself, and not αλ as in our `AdamW`.

    Raises:
        TypeError: the learning rate is a schedule: our decay would follow it, where the paper's does not.
    """
    if isinstance(learning_rate, Schedule):
        raise TypeError(
            f"learning_rate={learning_rate!r}: the paper's decay does not follow a schedule; give a number, or wrap "
            "Adam in WeightDecay."
        )
    return AdamW(learning_rate, beta1, beta2, epsilon, weight_decay=weight_decay / learning_rate)


def adamax(*, learning_rate: Rate = 2e-3, beta1: float = 0.9, beta2: float = 0.999) -> Adamax:
    """Kingma & Ba 2015, Algorithm 2: no ε. A coordinate whose gradient has been zero so far divides 0 by 0."""
    return Adamax(learning_rate, beta1, beta2, epsilon=0.0)


def nadam(
    *,
    learning_rate: Rate = 2e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    psi: float = 0.004,
) -> NAdam:
    """Dozat 2016, Algorithm 2, with the momentum schedule of §3."""
    return NAdam(learning_rate, beta1, beta2, epsilon, psi=psi)


def radam(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999) -> RAdam:
    """Liu et al. 2020, Algorithm 2: threshold 4, no ε."""
    return RAdam(learning_rate, beta1, beta2, epsilon=0.0, threshold=4.0)


def lion(*, learning_rate: Rate = 1e-4, beta1: float = 0.9, beta2: float = 0.99, weight_decay: float = 0.0) -> Lion:
    """Chen et al. 2023, Algorithm 2."""
    return Lion(learning_rate, beta1, beta2, weight_decay)


def lamb(
    *,
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-6,
    weight_decay: float = 0.01,
) -> LAMB:
    """You et al. 2020, Algorithm 2, with φ(z) = z."""
    return LAMB(learning_rate, beta1, beta2, epsilon, weight_decay)
