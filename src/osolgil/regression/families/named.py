"""Families by their names."""

import re
from typing import Any

from osolgil.regression.families.binomial import Bernoulli, Binomial, SquaredErrorLogistic
from osolgil.regression.families.categorical import Categorical
from osolgil.regression.families.counts import NegativeBinomial, Poisson
from osolgil.regression.families.family import Family
from osolgil.regression.families.gaussian import Gaussian
from osolgil.regression.families.positive import Gamma, InverseGaussian
from osolgil.regression.families.robust import Huber, Quantile

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Gaussian(),
        Bernoulli(),
        Binomial(),
        Poisson(),
        NegativeBinomial(),
        Gamma(),
        InverseGaussian(),
        Huber(),
        Quantile(),
        SquaredErrorLogistic(),
    )
}
"""Every family of one linear predictor by its name, with its defaults."""

ALIASES = {
    "normal": "gaussian",
    "linear": "gaussian",
    "logistic": "bernoulli",
    "negativebinomial": "negative_binomial",
    "softmax": "categorical",
    "multinomial": "categorical",
}
"""Other names that people use."""

CALLED = re.compile(r"\s*([\w -]+?)\s*(?:\((.*)\))?\s*")
"""A name, perhaps with settings in parentheses."""


def as_family(family: "str | Family | Categorical") -> Family:
    """A family as it is, or by its name, perhaps with settings: "gamma(link=inverse)", "negative_binomial(alpha=0.5)".

    Raises:
        ValueError: no family has this name, or none such a setting.
        TypeError: it is neither a name nor a family.

    >>> as_family("logistic"), as_family("gamma(link=inverse)")
    (Bernoulli(), Gamma(link='inverse'))
    """
    if isinstance(family, Family):
        return family
    if not isinstance(family, str | Categorical):
        raise TypeError(f"family={family!r} is no family; choose one of {', '.join(map(repr, FAMILIES))}.")
    plain, settings = called(family) if isinstance(family, str) else (Categorical.name, {})
    if plain == Categorical.name:
        raise ValueError(
            f"family={family!r} has a linear predictor for each class, and one is needed here; "
            "fit(..., family='categorical') fits it, and LogisticRegression."
        )
    if plain not in FAMILIES:
        known = ", ".join(map(repr, (*FAMILIES, Categorical.name)))
        raise ValueError(f"family={family!r} is not known; choose one of {known}.")
    return with_settings(FAMILIES[plain], {name: as_value(value) for name, value in settings.items()})


def as_categorical(family: Any) -> Categorical | None:
    """The categorical family, perhaps with a setting: "categorical(reference=b)"; None if it is another one.

    Raises:
        ValueError: it has no such setting.

    >>> as_categorical("multinomial"), as_categorical("categorical(reference=b)"), as_categorical("poisson")
    (Categorical(), Categorical(reference='b'), None)
    """
    if isinstance(family, Categorical):
        return family
    plain, settings = called(family) if isinstance(family, str) else ("", {})
    if plain != Categorical.name:
        return None
    for name in settings:
        if name != "reference":
            raise ValueError(f"The categorical family has no setting {name!r}; it has reference.")
    # What looks like a number may be the label of a text: labels are compared as they are written.
    return Categorical(**{name: value.strip("'\"") for name, value in settings.items()})


def called(family: str) -> tuple[str, dict[str, str]]:
    """The plain name in "gamma(link=inverse)", empty if there is none, and its settings as text."""
    match = CALLED.fullmatch(family)
    if match is None:
        return "", {}
    plain = re.sub(r"[ -]", "_", match[1].lower())
    settings = {}
    for part in filter(None, map(str.strip, (match[2] or "").split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ValueError(f"family={family!r}: {part!r} is no setting; write it as in 'gamma(link=inverse)'.")
        settings[name] = value
    return ALIASES.get(plain, plain), settings


def as_value(text: str) -> str | float:
    """A number, or else the text without its quotes."""
    try:
        return float(text)
    except ValueError:
        return text.strip("'\"")


def with_settings(family: Family, settings: dict[str, Any]) -> Family:
    """The family with these settings.

    Raises:
        ValueError: it has no such setting, or the value is not allowed.
    """
    known = tuple(family.__dataclass_fields__)
    for name in settings:
        if name not in known:
            raise ValueError(f"The {family.title} family has no setting {name!r}; it has {', '.join(known)}.")
    return type(family)(**settings)
