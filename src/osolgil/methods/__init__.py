"""How to go down: one small file for each family of methods.

A method is told, it never calls: `start` gives its first question, `tell` the next one. A `Rule` needs only the
gradient and moves once per evaluation; its `update` reads like the textbook, and every convention in which libraries
differ is a field. `conventions` holds each library's exact choices, `named` finds a method by its name, `check` refuses
hyperparameters that make no sense, and transforms such as `ClipByNorm` wrap any rule.
"""

from osolgil.methods.adadelta import Adadelta
from osolgil.methods.adagrad import AdaGrad, AdaGradNorm
from osolgil.methods.adam import Adam, AdamW
from osolgil.methods.adamax import Adamax
from osolgil.methods.amsgrad import AMSGrad
from osolgil.methods.bfgs import BFGS
from osolgil.methods.conjugate_gradient import ConjugateGradient
from osolgil.methods.dogleg import Dogleg
from osolgil.methods.fista import FISTA
from osolgil.methods.gauss_newton import GaussNewton
from osolgil.methods.gradient_descent import GradientDescent, NormalizedGradientDescent
from osolgil.methods.groups import per_coordinate
from osolgil.methods.interior_point import InteriorPoint
from osolgil.methods.lamb import LAMB
from osolgil.methods.lbfgs import LBFGS
from osolgil.methods.levenberg_marquardt import LevenbergMarquardt
from osolgil.methods.line_search_descent import BarzilaiBorwein, LineSearchDescent
from osolgil.methods.line_searches import Backtracking, LineSearch, StrongWolfe
from osolgil.methods.linear_conjugate_gradient import LinearConjugateGradient
from osolgil.methods.lion import Lion
from osolgil.methods.method import Method, State
from osolgil.methods.momentum import Momentum, Nesterov
from osolgil.methods.nadam import NAdam
from osolgil.methods.newton import Newton
from osolgil.methods.newton_cg import NewtonCG
from osolgil.methods.newton_trust_region import NewtonTrustRegion
from osolgil.methods.proximal import Proximal
from osolgil.methods.proximal_newton import ProximalNewton
from osolgil.methods.radam import RAdam
from osolgil.methods.registry import ALIASES, METHODS, canonical, family_tree, name_of, named
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.rule import Rule, RuleState
from osolgil.methods.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    Joined,
    Piecewise,
    Polynomial,
    Rate,
    Schedule,
    Step,
    WarmUp,
)
from osolgil.methods.sr1 import SR1
from osolgil.methods.transforms import (
    ClipByNorm,
    ClipByValue,
    GradientNoise,
    PolyakAveraging,
    Transform,
    WeightDecay,
)
from osolgil.methods.validation import check

__all__ = [
    "ALIASES",
    "BFGS",
    "FISTA",
    "LAMB",
    "LBFGS",
    "METHODS",
    "SR1",
    "AMSGrad",
    "AdaGrad",
    "AdaGradNorm",
    "Adadelta",
    "Adam",
    "AdamW",
    "Adamax",
    "Backtracking",
    "BarzilaiBorwein",
    "ClipByNorm",
    "ClipByValue",
    "ConjugateGradient",
    "Constant",
    "Cosine",
    "Dogleg",
    "Exponential",
    "GaussNewton",
    "GradientDescent",
    "GradientNoise",
    "InteriorPoint",
    "InverseTime",
    "Joined",
    "LevenbergMarquardt",
    "LineSearch",
    "LineSearchDescent",
    "LinearConjugateGradient",
    "Lion",
    "Method",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Newton",
    "NewtonCG",
    "NewtonTrustRegion",
    "NormalizedGradientDescent",
    "Piecewise",
    "PolyakAveraging",
    "Polynomial",
    "Proximal",
    "ProximalNewton",
    "RAdam",
    "RMSProp",
    "Rate",
    "Rule",
    "RuleState",
    "Schedule",
    "State",
    "Step",
    "StrongWolfe",
    "Transform",
    "WarmUp",
    "WeightDecay",
    "canonical",
    "check",
    "family_tree",
    "name_of",
    "named",
    "per_coordinate",
]
