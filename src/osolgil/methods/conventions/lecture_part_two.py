"""The second part of the lecture: ε stands inside the root, before bias correction."""

from osolgil.methods.adagrad import AdaGrad, AdaGradNorm
from osolgil.methods.adam import Adam
from osolgil.methods.gradient_descent import GradientDescent, NormalizedGradientDescent
from osolgil.methods.momentum import Momentum
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.schedules import Rate


def gradient_descent(*, learning_rate: Rate = 0.01) -> GradientDescent:
    """x ← x − α∇f."""
    return GradientDescent(learning_rate)


def normalized_gradient_descent(*, learning_rate: Rate = 0.01) -> NormalizedGradientDescent:
    """x ← x − α∇f/‖∇f‖₂."""
    return NormalizedGradientDescent(learning_rate)


def momentum(*, learning_rate: Rate = 0.01, momentum: float = 0.9) -> Momentum:
    """v ← ρv + ∇f, x ← x − αv."""
    return Momentum(learning_rate, momentum)


def adagrad_norm(*, learning_rate: Rate = 0.01) -> AdaGradNorm:
    """One rate for all, over the root of Σ‖∇f‖²: the step towards AdaGrad."""
    return AdaGradNorm(learning_rate)


def adagrad(*, learning_rate: Rate = 0.01, epsilon_root: float = 1e-8) -> AdaGrad:
    """Form 2: α∇f/√(r + ε)."""
    return AdaGrad(learning_rate, epsilon=0.0, epsilon_root=epsilon_root)


def rmsprop(*, learning_rate: Rate = 1e-3, beta: float = 0.9, epsilon_root: float = 1e-8) -> RMSProp:
    """α∇f/√(r + ε), with β = 0.9. (The lecture's minus sign in r's update is a slip.)"""
    return RMSProp(learning_rate, beta, epsilon=0.0, epsilon_root=epsilon_root)


def adam(*, learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon_root: float = 1e-8) -> Adam:
    """α m √(1 − β₂ᵗ) / (√(r + ε)(1 − β₁ᵗ)). (That the lecture's r recurses on the velocity is a slip.)"""
    return Adam(learning_rate, beta1, beta2, epsilon=0.0, epsilon_root=epsilon_root, epsilon_before_correction=True)
