"""Ridge, lasso and elastic net: penalties of coefficients on the scale that people see."""

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import jax
import numpy as np

from osolgil.protocol import pytree
from osolgil.protocol.penalty import Penalty, as_prefix
from osolgil.rows.trouble import listed

PENALIZED = (
    "The coefficients are penalized, that is drawn towards zero on purpose: standard errors and tests would take that "
    "for certainty. Fit without the penalty to have them."
)
"""Why penalized coefficients have no standard errors."""

OTHERS = "."
"""All other columns, as in the formula y ~ ."""


@pytree
class Ridge(Penalty):
    r"""The sum of squares: coefficients are shrunk, and none becomes zero.

    .. math:: h(\beta) = \tfrac12 \sum_j \lambda_j \beta_j^2

    Attributes:
        strength: λ, one number, one for each coefficient, or a pytree that may stop above the parameters' leaves.

    Source: Hoerl & Kennard 1970, *Ridge regression*, Technometrics 12.

    >>> Ridge(0.5)(np.array([2.0, -1.0])).item()
    1.25
    """

    strength: Any = 1.0

    def parts(self) -> tuple[Any, Any]:
        return 0.0, as_prefix(self.strength)

    def checked(self) -> "Ridge":
        check_numbers(self, "strength")
        return replace(self, strength=as_prefix(self.strength))


@pytree
class Lasso(Penalty):
    r"""The sum of absolute values: small coefficients become zero, exactly.

    .. math:: h(\beta) = \sum_j \lambda_j |\beta_j|

    Attributes:
        strength: λ, one number, one for each coefficient, or a pytree that may stop above the parameters' leaves.

    Source: Tibshirani 1996, *Regression shrinkage and selection via the lasso*, J. R. Stat. Soc. B 58.

    >>> Lasso(0.5).proximal(np.array([2.0, -0.2])).tolist()
    [1.5, 0.0]
    """

    strength: Any = 1.0

    def parts(self) -> tuple[Any, Any]:
        return as_prefix(self.strength), 0.0

    def checked(self) -> "Lasso":
        check_numbers(self, "strength")
        return replace(self, strength=as_prefix(self.strength))


@pytree
class ElasticNet(Penalty):
    r"""Both: coefficients become zero, and columns that are alike share theirs.

    .. math:: h(\beta) = \sum_j \lambda_j \left(\alpha_j |\beta_j| + \tfrac12 (1 - \alpha_j) \beta_j^2\right)

    Attributes:
        strength: λ, one number, one for each coefficient, or a pytree that may stop above the parameters' leaves.
        mix: α, the lasso's share, from 0 to 1; one number, or as many as there are strengths.

    Source: Zou & Hastie 2005, J. R. Stat. Soc. B 67; in this form Friedman, Hastie & Tibshirani 2010, J. Stat. Softw.
    33, eq. (2).
    """

    strength: Any = 1.0
    mix: Any = 0.5

    def parts(self) -> tuple[Any, Any]:
        strength, mix = map(as_prefix, (self.strength, self.mix))
        shares = jax.tree.map(lambda _: mix, strength) if jax.tree_util.all_leaves([mix]) else mix
        return (
            jax.tree.map(lambda s, share: s * share, strength, shares),
            jax.tree.map(lambda s, share: s * (1 - share), strength, shares),
        )

    def checked(self) -> "ElasticNet":
        check_numbers(self, "strength")
        check_numbers(self, "mix", high=1.0)
        return replace(self, strength=as_prefix(self.strength), mix=as_prefix(self.mix))


ColumnPenalty: TypeAlias = Ridge | Lasso | ElasticNet
"""A penalty that `for_columns` knows to give each column its strength."""


def check_numbers(penalty: Penalty, field: str, high: float = np.inf) -> None:
    """Refuse what is no number, negative, not finite, or above the limit, naming its place."""
    name = f"{type(penalty).__name__}: {field}"
    wanted = "finite and not negative" if high == np.inf else f"from 0 to {high:g}"
    leaves = jax.tree_util.tree_leaves_with_path(as_prefix(getattr(penalty, field)))
    if not leaves:
        raise ValueError(f"{name} is {getattr(penalty, field)!r}; give one number, or one for each coefficient.")
    for path, leaf in leaves:
        values = np.asarray(leaf)
        if values.dtype.kind not in "iuf":
            raise TypeError(f"{name}{jax.tree_util.keystr(path)} must be a number, but it is {leaf!r}.")
        bad = ~(np.isfinite(values) & (values >= 0) & (values <= high))
        if bad.any():
            place = tuple(int(i) for i in np.argwhere(bad)[0])
            where = f" at index {', '.join(map(str, place))}" if place else ""
            raise ValueError(f"{name}{jax.tree_util.keystr(path)} is {values[place]:g}{where}; it must be {wanted}.")


def shown(penalty: Penalty) -> str:
    """A penalty of columns in words: its name, and its strength where it is not 0.

    >>> shown(for_columns(Lasso(0.5), ("Intercept", "x"), intercept=0))
    'Lasso, strength 0.5'
    >>> shown(for_columns(ElasticNet({"x": 0.1}, mix=0.5), ("x", "z", "w")))
    'ElasticNet, strength 0.1 on 1 of 3 columns, mix 0.5'
    """
    strength = np.atleast_1d(np.asarray(getattr(penalty, "strength", np.nan), dtype=np.float64))
    live = strength > 0
    told = [type(penalty).__name__, f"strength {spanned(strength[live])}"]
    if live.sum() < live.size - 1:
        told[-1] += f" on {live.sum()} of {live.size} columns"
    if isinstance(penalty, ElasticNet):
        told.append(f"mix {spanned(np.broadcast_to(np.asarray(penalty.mix, dtype=np.float64), strength.shape)[live])}")
    return ", ".join(told)


def spanned(numbers: np.ndarray) -> str:
    """From the least to the greatest of some numbers; 0 of none."""
    low, high = (float(end(numbers, initial=np.nan)) for end in (np.fmin.reduce, np.fmax.reduce))
    if not len(numbers):
        return "0"
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def for_columns(penalty: Penalty, names: tuple[str, ...], intercept: int | None = None) -> ColumnPenalty:
    """The penalty of a design's columns: a strength for each, shape (n,), and none on the intercept.

    Args:
        penalty: with one strength for all columns; one for each; one for each but the intercept; or strengths by name,
            ``{"x1": 0.1}``, where what is left out is not penalized unless "." says how strongly the others are:
            ``{".": 0.1, "x1": 0.0}``. The same holds for a mix.
        names: of the columns.
        intercept: the place of the intercept's column, if there is one. It is never penalized.

    Raises:
        ValueError: a number makes no sense, a name is no column, there are too many or too few, or one stands in the
            intercept's place.

    >>> for_columns(Lasso(0.5), ("Intercept", "x"), intercept=0).strength.tolist()
    [0.0, 0.5]
    """
    if not isinstance(penalty, Ridge | Lasso | ElasticNet):
        raise TypeError(f"penalty={penalty!r} is none; give Ridge, Lasso or ElasticNet, such as Lasso(0.1).")
    penalty.checked()
    whose = type(penalty).__name__
    strength = by_column(penalty.strength, names, intercept, f"{whose}: strength")
    if isinstance(penalty, ElasticNet):
        return replace(penalty, strength=strength, mix=by_column(penalty.mix, names, intercept, f"{whose}: mix"))
    return replace(penalty, strength=strength)


def by_column(given: Any, names: tuple[str, ...], intercept: int | None, what: str) -> np.ndarray:
    """One number for each column, 0 in the intercept's place, shape (n,)."""
    n = len(names)
    found = np.zeros(n)
    others = [place for place in range(n) if place != intercept]
    if isinstance(given, Mapping):
        if OTHERS in given and OTHERS not in names:
            found[others] = given[OTHERS]
        for name, value in given.items():
            if name == OTHERS and OTHERS not in names:
                continue
            if name not in names:
                near = difflib.get_close_matches(str(name), names, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {listed(names)}."
                raise ValueError(f"{what} names {name!r}, which is no column; {hint}")
            found[names.index(name)] = value
    else:
        values = np.asarray(given, dtype=np.float64)
        if values.shape not in ((), (n,), (len(others),)):
            whose = listed([names[i] for i in others])
            raise ValueError(f"{what} has the shape {values.shape}; give one number, or {len(others)} for {whose}.")
        whole = values.shape == (n,) and len(others) != n
        found[others] = values[others] if whole else values
        if whole and values[intercept] != 0:
            found[intercept] = values[intercept]
    if intercept is not None and found[intercept] != 0:
        raise ValueError(
            f"{what} is {found[intercept]:g} for {names[intercept]}, which is never penalized; leave it out."
        )
    return found
