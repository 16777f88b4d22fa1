"""Weight decay as libraries offer it: an argument of every optimizer."""

from typing import Any

from jax import Array

from osolgil.methods.rule import Rule
from osolgil.methods.transforms import WeightDecay


def decayed(rule: Rule[Any], weight_decay: float | Array, decoupled: bool) -> Rule[Any]:
    """The rule with weight decay; the rule alone if that is zero."""
    if isinstance(weight_decay, int | float) and weight_decay == 0:
        return rule
    return WeightDecay(rule, weight_decay, decoupled=decoupled)
