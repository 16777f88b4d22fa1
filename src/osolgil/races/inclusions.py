"""Which method is a special case of which, within the spaces that are searched.

A general method, tuned, never loses to its special case (Choi et al. 2019): if it does, the search is at fault and not
the method. That holds only where the space of the general method really contains the special case, and so the table
below lists what holds to the last bit or to rounding, and nothing else. In particular these do *not* hold here:

- Adam ⊃ momentum and Adam ⊃ gradient descent need ε ≫ √r and a learning rate that grows with ε. The range of epsilon
  ends far below that, and bias correction makes Adam's first steps different from momentum's for any ε.
- Adam ⊃ RMSProp needs an RMSProp with bias correction; the default one takes its first steps 1/√(1 − βᵗ) times as long.
- NAdam ⊃ Adam, and Nesterov ⊃ momentum: with the same decay they are different methods.
- AMSGrad ⊃ anything: the maximum over the past remains, whatever the decays.
- AdamW ⊃ Adam, and Lion with decay ⊃ Lion without: weight decay 0 is not on a logarithmic range.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from osolgil.races.spaces import Space

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Inclusion:
    """A special case.

    Attributes:
        general: the canonical name of the method that contains it.
        special: that of the method contained.
        at: the hyperparameters of the general method that make it the special one.
        renamed: what a hyperparameter of the special method is called by the general one, where the name differs.
        declared: what the special method must have been declared with.
    """

    general: str
    special: str
    at: Mapping[str, float]
    renamed: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, Any] = field(default_factory=dict)

    def settings(self, special: Mapping[str, float]) -> dict[str, float]:
        """The hyperparameters with which the general method takes the steps of the special one."""
        return {**{self.renamed.get(name, name): value for name, value in special.items()}, **self.at}

    def holds(
        self,
        general: Space,
        special: Space,
        general_declared: Mapping[str, Any] = NOTHING,
        special_declared: Mapping[str, Any] = NOTHING,
    ) -> bool:
        """Whether the space of the general method contains every trial of the special one.

        Args:
            general: the space of the general method.
            special: that of the special one.
            general_declared: the hyperparameters that the general contestant was declared with.
            special_declared: those of the special one.
        """
        if general_declared or dict(special_declared) != dict(self.declared):
            return False
        free = {self.renamed.get(dimension.name, dimension.name): dimension for dimension in special.dimensions}
        if set(free) | set(self.at) != set(general.names):
            return False
        fits = all(general[name].low <= value <= general[name].high for name, value in self.at.items())
        return fits and all(general[name].contains(dimension) for name, dimension in free.items())


CORRECTED = {"bias_correction": True}

INCLUSIONS = (
    Inclusion("momentum", "gradient_descent", {"momentum": 0.0}),
    Inclusion("nesterov", "gradient_descent", {"momentum": 0.0}),
    Inclusion("adam", "rmsprop", {"beta1": 0.0}, {"beta": "beta2"}, CORRECTED),
    Inclusion("nadam", "rmsprop", {"beta1": 0.0}, {"beta": "beta2"}, CORRECTED),
    # never trusted, as its average of 1/(1 − β₂) gradients is too short, and so never divided by its second moment
    Inclusion("radam", "gradient_descent", {"beta1": 0.0, "beta2": 0.5, "epsilon": 1e-8}),
)
"""What holds in the spaces declared."""
