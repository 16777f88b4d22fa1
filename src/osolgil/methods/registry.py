"""Names: how methods are called on the command line, in files and in pictures."""

import dataclasses
import difflib
from types import MappingProxyType
from typing import Any

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
from osolgil.methods.interior_point import InteriorPoint
from osolgil.methods.lamb import LAMB
from osolgil.methods.lbfgs import LBFGS
from osolgil.methods.levenberg_marquardt import LevenbergMarquardt
from osolgil.methods.line_search_descent import BarzilaiBorwein, LineSearchDescent
from osolgil.methods.linear_conjugate_gradient import LinearConjugateGradient
from osolgil.methods.lion import Lion
from osolgil.methods.method import Method
from osolgil.methods.momentum import Momentum, Nesterov
from osolgil.methods.nadam import NAdam
from osolgil.methods.newton import Newton
from osolgil.methods.newton_cg import NewtonCG
from osolgil.methods.newton_trust_region import NewtonTrustRegion
from osolgil.methods.proximal_newton import ProximalNewton
from osolgil.methods.radam import RAdam
from osolgil.methods.rmsprop import RMSProp
from osolgil.methods.sr1 import SR1

METHODS: MappingProxyType[str, type[Method[Any]]] = MappingProxyType(
    {
        "gradient_descent": GradientDescent,
        "normalized_gradient_descent": NormalizedGradientDescent,
        "momentum": Momentum,
        "nesterov": Nesterov,
        "adagrad_norm": AdaGradNorm,
        "adagrad": AdaGrad,
        "rmsprop": RMSProp,
        "adadelta": Adadelta,
        "adam": Adam,
        "amsgrad": AMSGrad,
        "adamw": AdamW,
        "adamax": Adamax,
        "nadam": NAdam,
        "radam": RAdam,
        "lion": Lion,
        "lamb": LAMB,
        "fista": FISTA,
        "line_search_descent": LineSearchDescent,
        "barzilai_borwein": BarzilaiBorwein,
        "linear_conjugate_gradient": LinearConjugateGradient,
        "conjugate_gradient": ConjugateGradient,
        "newton": Newton,
        "proximal_newton": ProximalNewton,
        "bfgs": BFGS,
        "lbfgs": LBFGS,
        "newton_trust_region": NewtonTrustRegion,
        "sr1": SR1,
        "newton_cg": NewtonCG,
        "gauss_newton": GaussNewton,
        "levenberg_marquardt": LevenbergMarquardt,
        "dogleg": Dogleg,
        "interior_point": InteriorPoint,
    }
)
"""Every method by its canonical name, parents before children."""

ALIASES: MappingProxyType[str, str] = MappingProxyType(
    {
        "sgd": "gradient_descent",
        "gd": "gradient_descent",
        "heavy_ball": "momentum",
        "nag": "nesterov",
        "lm": "levenberg_marquardt",
        "cg": "conjugate_gradient",
        "bb": "barzilai_borwein",
    }
)
"""Other names that people use."""


def canonical(name: str) -> str:
    """The canonical name, whatever the case and the punctuation.

    Raises:
        ValueError: no method has this name.

    >>> canonical("SGD"), canonical("AdaGrad-Norm")
    ('gradient_descent', 'adagrad_norm')
    >>> canonical("adm")
    Traceback (most recent call last):
    ...
    ValueError: there is no method named 'adm'; did you mean 'adam'?
    """
    plain = _plain(name)
    for known in (*METHODS, *ALIASES):
        if _plain(known) == plain:
            return ALIASES.get(known, known)
    near = difflib.get_close_matches(name.lower(), [*METHODS, *ALIASES], n=1, cutoff=0.5)
    advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(METHODS)}"
    raise ValueError(f"there is no method named {name!r}; {advice}")


def named(name: str, **hyperparameters: Any) -> Method[Any]:
    """The method of this name with these hyperparameters; the others have their defaults.

    Raises:
        ValueError: no method has this name.
        TypeError: the method has no hyperparameter of a name given.

    >>> named("nag", learning_rate=0.1).momentum
    0.9
    >>> named("adam", momentum=0.9)
    Traceback (most recent call last):
    ...
    TypeError: adam has no hyperparameter 'momentum'; it has learning_rate, beta1, beta2, epsilon, epsilon_root, \
bias_correction, epsilon_before_correction
    """
    key = canonical(name)
    method = METHODS[key]
    fields = [field.name for field in dataclasses.fields(method)]  # type: ignore[arg-type]
    for given in hyperparameters:
        if given not in fields:
            raise TypeError(f"{key} has no hyperparameter {given!r}; it has {', '.join(fields) or 'none'}")
    return method(**hyperparameters)


def name_of(method: Method[Any]) -> str:
    """The canonical name of a registered method; for any other, its class's name.

    >>> name_of(Nesterov())
    'nesterov'
    """
    return next((name for name, known in METHODS.items() if known is type(method)), type(method).__name__)


def family_tree() -> dict[str, dict[str, str]]:
    """Which method came from which: for every canonical name, its parents and what was added to each.

    >>> family_tree()["amsgrad"]
    {'adam': 'the largest second moment so far in place of the present one'}
    """
    return {name: dict(getattr(method, "parents", {})) for name, method in METHODS.items()}


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
