"""Penalties that a person wrote down."""

import difflib
from typing import TYPE_CHECKING, Any

from osolgil.cli.arguments import as_number, at_top_level

if TYPE_CHECKING:
    from osolgil.regression.penalties import ElasticNet, Lasso, Ridge

KINDS = ("ridge", "lasso", "elastic_net")
FORM = "write ridge=0.01, lasso=0.05 or elastic_net=0.1,mix=0.5"


def as_penalty(text: str) -> "Ridge | Lasso | ElasticNet":
    """The penalty of "kind=strength", after which columns may have strengths of their own, and an elastic net its mix.

    Raises:
        ValueError: it is not of this form, or a number makes no sense.

    >>> as_penalty("ridge=0.01")
    Ridge(strength=0.01)
    >>> as_penalty("elastic_net=0.1, mix=0.8")
    ElasticNet(strength=0.1, mix=0.8)
    >>> as_penalty("lasso=0.05,x1=0,C(a, b)[T.c]=1")
    Lasso(strength={'.': 0.05, 'x1': 0.0, 'C(a, b)[T.c]': 1.0})
    """
    from osolgil.regression.penalties import ElasticNet, Lasso, Ridge

    first, *others = at_top_level(text)
    typed, _, strength = first.partition("=")
    kind = kind_of(typed.strip(), text)
    if not strength.strip():
        raise ValueError(f"--penalty {text!r} does not say how strong it is; {FORM}.")
    by_column: dict[str, float] = {}
    settings: dict[str, Any] = {}
    for part in others:
        name, equals, value = (piece.strip() for piece in part.rpartition("="))
        if not equals or not name or not value:
            raise ValueError(f"--penalty: {part!r} is not of the form column=strength; {FORM}.")
        if name in by_column or name in settings:
            raise ValueError(f"--penalty: {name!r} is given twice.")
        owner = settings if kind == "elastic_net" and name == "mix" else by_column
        owner[name] = as_number(value, f"--penalty {name}")
    if "mix" in by_column and len(by_column) == 1:
        raise ValueError(f"--penalty: only an elastic net has a mix; write elastic_net={strength.strip()},mix=0.5.")
    common = as_number(strength, f"--penalty {kind}")
    # As in the formula y ~ . the dot is all other columns.
    settings["strength"] = {".": common} | by_column if by_column else common
    kinds: dict[str, Any] = {"ridge": Ridge, "lasso": Lasso, "elastic_net": ElasticNet}
    made: Ridge | Lasso | ElasticNet = kinds[kind](**settings)
    made.checked()
    return made


def keeping(method: Any, penalty: Any) -> Any:
    """The method, or the rule that keeps the kink of a penalty where the method's own steps would not."""
    from osolgil.methods import Proximal
    from osolgil.methods.proximal import METRICS

    kinked = penalty is not None and not penalty.smooth
    return Proximal(method) if kinked and type(method) in METRICS else method


def kind_of(typed: str, text: str) -> str:
    """The kind of penalty; hyphens and blanks stand for underscores.

    >>> kind_of("Elastic-Net", "")
    'elastic_net'
    """
    plain = typed.lower().replace("-", "_").replace(" ", "_")
    if plain in KINDS or plain == "elasticnet":
        return "elastic_net" if plain == "elasticnet" else plain
    near = difflib.get_close_matches(plain, KINDS, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"{FORM}."
    raise ValueError(f"--penalty {text!r}: there is no penalty named {typed!r}; {hint}")
