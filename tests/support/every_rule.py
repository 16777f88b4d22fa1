"""Every rule with every combination of its switches, and hyperparameters that are nobody's defaults."""

import dataclasses
import itertools

from osolgil.methods import METHODS, Rule

UNUSUAL = {
    "learning_rate": 0.03,
    "momentum": 0.7,
    "dampening": 0.2,
    "beta": 0.8,
    "beta1": 0.6,
    "beta2": 0.85,
    "rho": 0.75,
    "epsilon": 1e-3,
    "epsilon_root": 1e-4,
    "accumulator_init": 0.3,
    "learning_rate_decay": 0.05,
    "weight_decay": 0.1,
    "psi": 0.4,
    "threshold": 4.5,
}

RULES = {name: method for name, method in METHODS.items() if issubclass(method, Rule)}


def variants():
    """(a name for the test, a rule) for every combination of switches of every rule."""
    yield "rmsprop-without_velocity", RULES["rmsprop"](beta=0.8)
    for name, rule in RULES.items():
        fields = dataclasses.fields(rule)
        switches = [field.name for field in fields if isinstance(field.default, bool)]
        numbers = {field.name: UNUSUAL[field.name] for field in fields if field.name not in switches}
        for values in itertools.product((False, True), repeat=len(switches)):
            on = [switch for switch, value in zip(switches, values, strict=True) if value]
            yield "-".join([name, *on]), rule(**numbers, **dict(zip(switches, values, strict=True)))
