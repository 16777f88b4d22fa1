"""The first part of the lecture: ε stands outside the root, after bias correction."""

from osolgil.methods.adagrad import AdaGrad
from osolgil.methods.adam import Adam
from osolgil.methods.gradient_descent import GradientDescent
from osolgil.methods.momentum import Momentum
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.schedules import Rate


def gradient_descent(*, learning_rate: Rate = 0.01) -> GradientDescent:
    """x ← x − α∇f."""
    return GradientDescent(learning_rate)


def momentum(*, learning_rate: Rate = 0.01, momentum: float = 0.9) -> Momentum:
    """v ← ρv + ∇f, x ← x − αv, with ρ = 0.9 or 0.99."""
    return Momentum(learning_rate, momentum)


def adagrad(*, learning_rate: Rate = 0.01, epsilon: float = 1e-7) -> AdaGrad:
    """Form 1: α∇f/(√r + ε)."""
    return AdaGrad(learning_rate, epsilon=epsilon)


def rmsprop(*, learning_rate: Rate = 1e-3, beta: float = 0.9, epsilon: float = 1e-7) -> RMSProp:
    """α∇f/(√r + ε), with β = 0.9."""
    return RMSProp(learning_rate, beta, epsilon)


def adam_almost(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-7) -> Adam:
    """Adam without bias correction, whose first steps are too large."""
    return Adam(learning_rate, beta1, beta2, epsilon, bias_correction=False)


def adam(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-7) -> Adam:
    """ε = 1e-7 outside the root, after bias correction; α = 1e-3 or 5e-4."""
    return Adam(learning_rate, beta1, beta2, epsilon)
