"""What other libraries call the hyperparameters that races tune, so that one range holds for everybody."""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

ARGUMENTS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "learning_rate": ("learning_rate",),
        "lr": ("learning_rate",),
        "momentum": ("momentum",),
        "b1": ("beta1",),
        "b2": ("beta2",),
        "betas": ("beta1", "beta2"),
        "decay": ("beta",),
        "rho": ("rho",),
        "eps": ("epsilon",),
        "weight_decay": ("weight_decay",),
    }
)
"""An argument of optax or torch.optim, and our hyperparameters that it holds."""

EXCEPTIONS: MappingProxyType[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "optax.signum": {"beta": ("beta",)},
        "optax.adafactor": {"eps": ()},  # added to the square of a gradient, at 1e-30
        "torch.RMSprop": {"alpha": ("beta",)},  # of ASGD alpha is an exponent
    }
)
"""Where the same word means something else."""

RATES = ("learning_rate", "lr")
"""What a learning rate is called."""


def dimensions_of(method: str, arguments: Mapping[str, Any], by_hand: Iterable[str]) -> dict[str, str]:
    """The hyperparameters of a library's optimizer that races tune, and the argument that each belongs to.

    What was set by hand is not tuned; nor is what is off by default, at 0 or None: with it, it is another method, which
    is declared and not searched for. The learning rate is tuned whatever its default.

    Args:
        method: such as "optax.adamw".
        arguments: all of its arguments with their defaults.
        by_hand: the arguments that were given.

    >>> dimensions_of("torch.SGD", {"lr": 1e-3, "momentum": 0, "dampening": 0}, ())
    {'learning_rate': 'lr'}
    >>> dimensions_of("torch.Adam", {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0}, ("eps",))
    {'learning_rate': 'lr', 'beta1': 'betas', 'beta2': 'betas'}
    """
    table = {**ARGUMENTS, **EXCEPTIONS.get(method, {})}
    found: dict[str, str] = {}
    for argument, default in arguments.items():
        held = table.get(argument, ())
        if argument not in by_hand and (argument in RATES or are_on(default, len(held))):
            found |= dict.fromkeys(held, argument)
    return found


def are_on(default: Any, count: int) -> bool:
    """Whether an argument is by default so many numbers, none of which is 0."""
    values = default if isinstance(default, tuple) else (default,)
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(values) == len(numbers) == count and all(numbers)


def with_numbers(
    arguments: Mapping[str, Any], held_by: Mapping[str, str], settings: Mapping[str, float]
) -> dict[str, Any]:
    """The arguments that hold these hyperparameters; a pair of which one is tuned keeps the other's default.

    >>> with_numbers({"betas": (0.9, 0.999)}, {"beta1": "betas", "beta2": "betas"}, {"beta2": 0.5})
    {'betas': (0.9, 0.5)}
    """
    found: dict[str, Any] = {}
    for name, value in settings.items():
        argument = held_by[name]
        place = [known for known in held_by if held_by[known] == argument].index(name)
        before = found.get(argument, arguments.get(argument))
        if isinstance(before, tuple):
            found[argument] = (*before[:place], value, *before[place + 1 :])
        else:
            found[argument] = value
    return found


def plain_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was set by hand, as numbers, flags and words."""
    return {name: plain(value) for name, value in options.items()}


def plain(value: Any) -> Any:
    """A value as JSON has it; a function by its name, anything else as it is written."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return getattr(value, "__qualname__", None) or repr(value)


def picked(library: str, names: Iterable[str], typed: str) -> str:
    """The optimizer of a library that was meant, whatever case and punctuation, with or without the library's name.

    Raises:
        ValueError: there is none, with the nearest name.

    >>> picked("scipy", ["BFGS", "L-BFGS-B"], "scipy.l-bfgs-b")
    'L-BFGS-B'
    >>> picked("scipy", ["BFGS", "L-BFGS-B"], "scipy.BFG")
    Traceback (most recent call last):
    ...
    ValueError: there is no contestant named 'scipy.BFG'; did you mean 'scipy.BFGS'?
    """
    prefix = f"{library}."
    known_as = {alphanumeric(name): prefix + name for name in names}
    asked = alphanumeric(typed.strip().lower().removeprefix(prefix))
    if asked in known_as:
        return known_as[asked].removeprefix(prefix)
    near = difflib.get_close_matches(asked, known_as, n=1, cutoff=0.5)
    advice = f"did you mean {known_as[near[0]]!r}?" if near else f"there are {', '.join(known_as.values())}"
    raise ValueError(f"there is no contestant named {typed!r}; {advice}")


def alphanumeric(name: str) -> str:
    """A name without case and punctuation."""
    return "".join(character for character in name.lower() if character.isalnum())


def first_line(error: BaseException) -> str:
    """What an exception says, in one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
