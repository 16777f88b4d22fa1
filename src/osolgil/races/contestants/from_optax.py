"""optax's transformations as rules of ours, which run in lanes."""

import inspect
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import jax
import numpy as np
from jax import Array

from osolgil.methods import Rule
from osolgil.protocol import Geometry, Layout, precision, pytree, static
from osolgil.races.contestants.arguments import (
    RATES,
    dimensions_of,
    first_line,
    picked,
    plain_options,
    with_numbers,
)
from osolgil.races.contestants.contestant import Contestant, Lane, Outcome
from osolgil.races.contestants.lanes import run_methods
from osolgil.races.declared import DIMENSIONS, VERSION, searched
from osolgil.races.problem import RaceProblem
from osolgil.races.spaces import Dimension, Space

LACKING = "optax is not installed, and {name} is one of its optimizers; install it: pip install 'osolgil[peers]'"

GLUE = frozenset({"chain", "with_extra_args_support"})
"""Functions of optax that put transformations together and transform nothing."""


class OptaxMemory(NamedTuple):
    """What a transformation remembers, and how its parameters lie in the vector: some look at them layer by layer."""

    layout: Layout
    state: Any


@pytree
class OptaxRule(Rule[OptaxMemory]):
    """A transformation of optax as a rule.

    It is made within the program, as `optax.inject_hyperparams` makes it, so that lanes may differ in their numbers.
    It sees gradient and parameters in the user's own shape, because some measure or mask each array by itself.

    Attributes:
        hyperparameters: numbers by the names of the factory's arguments.
        factory: such as `optax.adamw`: gives the transformation for these arguments.
        options: further arguments, in pairs of name and value.

    >>> import optax
    >>> rule = OptaxRule({"learning_rate": 0.1, "momentum": 0.5}, optax.sgd)
    >>> memory = rule.init(jax.numpy.ones(2))
    >>> [float(rule.update(jax.numpy.ones(2), memory, jax.numpy.ones(2), 1)[0][0])]
    [-0.10000000149011612]
    """

    hyperparameters: dict[str, Any]
    factory: Callable[..., Any] = static()
    options: tuple[tuple[str, Any], ...] = static(default=())

    title: ClassVar[str] = "optax"

    def transformation(self) -> Any:
        """What the factory makes of the hyperparameters."""
        return self.factory(**dict(self.options), **self.hyperparameters)

    def init(self, x: Array) -> OptaxMemory:
        return self.remember(x, Geometry(Layout.of(x)))

    def remember(self, x: Array, geometry: Geometry) -> OptaxMemory:
        layout = geometry.layout
        return OptaxMemory(layout, self.transformation().init(layout.unravel(x)))

    def update(self, gradient: Array, memory: OptaxMemory, x: Array, t: Array) -> tuple[Array, OptaxMemory]:
        layout, state = memory
        step, state = self.transformation().update(layout.unravel(gradient), state, layout.unravel(x))
        return layout.ravel(step), OptaxMemory(layout, state)

    def complaint(self) -> str | None:
        """What is wrong with the hyperparameters, if anything."""
        for name, value in self.hyperparameters.items():
            if not np.isfinite(value).all():
                return f"{name} must be a finite number, but it is {value}"
        return None


@dataclass(frozen=True, eq=False)
class OptaxContestant(Contestant):
    """A transformation of optax, or a chain of several.

    Attributes:
        name: that it races by.
        factory: gives the transformation: `optax.adamw`, or a function of one's own, defined at the top level of a
            module, with an argument `learning_rate`. Arguments that have our names or optax's are tuned as well, unless
            they are off by default, at 0 or None.
        options: arguments that differ from the factory's defaults; they are not tuned.
        method: what it is; the factory's name by default.

    Raises:
        ValueError: the factory has no learning rate or cannot travel to other processes, an option is not known, or the
            transformation needs more than gradients.

    >>> import optax
    >>> OptaxContestant("heavy", optax.sgd, {"momentum": 0.9}).space("fully_tuned").names
    ('learning_rate',)
    """

    name: str
    factory: Callable[..., Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    method: str = ""

    def __post_init__(self) -> None:
        module, called = getattr(self.factory, "__module__", ""), getattr(self.factory, "__qualname__", "")
        # A chain of one's own is no method of optax, although it may have the name of one.
        full = f"optax.{called}" if is_optax(self.factory) else f"{module}.{called}"
        object.__setattr__(self, "method", self.method or full)
        try:
            pickle.dumps(self.factory)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ValueError(
                f"{self.name} cannot travel to other processes: {first_line(error).rstrip('.')}. Define its factory by "
                "def at the top level of a module."
            ) from error
        if "learning_rate" not in self.arguments:
            raise ValueError(f"{self.name}: {called or self.factory} has no argument learning_rate, which races tune.")
        if unknown := sorted(set(self.options) - set(self.arguments)):
            has = ", ".join(self.arguments)
            raise TypeError(f"{self.name}: {called} has no argument {unknown[0]!r}; it has {has}")
        check_rule(self.name, self.rule({"learning_rate": 1e-3} if self.searches else {}))

    @property
    def declared(self) -> dict[str, Any]:
        return plain_options(self.options)

    @property
    def layers(self) -> list[str]:
        called = getattr(self.factory, "__name__", type(self.factory).__name__)
        if is_optax(self.factory):
            return [called]
        return list(dict.fromkeys(parts_of(self.rule({"learning_rate": 1e-3}).transformation().update))) or [called]

    @cached_property
    def arguments(self) -> dict[str, Any]:
        """The factory's arguments with their defaults; None where there is none."""
        parameters = inspect.signature(self.factory).parameters.values()
        return {each.name: None if each.default is each.empty else each.default for each in parameters}

    @cached_property
    def held_by(self) -> dict[str, str]:
        """The hyperparameters that can be tuned, in the order of their declaration, and the arguments they are."""
        found = dimensions_of(self.method, self.arguments, self.options)
        own = {name: name for name in self.arguments if name in DIMENSIONS and name not in self.options}
        if not is_optax(self.factory):
            found |= {name: name for name in own if self.arguments[name] or name == "learning_rate"}
        return {name: found[name] for name in DIMENSIONS if name in found}

    @property
    def searches(self) -> bool:
        """Whether its learning rate is tuned, and was not set by hand."""
        return "learning_rate" in self.held_by

    @property
    def has_rate(self) -> bool:
        """Whether it has a learning rate without anybody giving one."""
        default = inspect.signature(self.factory).parameters["learning_rate"].default
        return "learning_rate" in self.options or default is not inspect.Parameter.empty

    def enters(self, division: str) -> bool:
        if division == "defaults":
            return self.has_rate
        return division != "self_tuning" and self.searches

    def space(self, division: str, dimensions: Mapping[str, Dimension] = DIMENSIONS) -> Space:
        names = searched(self.name, division, self.held_by)
        if division == "defaults" and not self.has_rate:
            raise ValueError(
                f"{self.name} has no default learning rate, and so no defaults to race by; race it where the learning "
                "rate is tuned."
            )
        return Space(tuple(dimensions[name] for name in names), VERSION)

    def check(self, problem: RaceProblem) -> None:
        if not problem.traceable:
            raise ValueError(
                f"{self.name} races in lanes of one compiled program, which cannot look into {problem.name}; write it "
                "with jax.numpy."
            )

    def rule(self, settings: Mapping[str, float]) -> OptaxRule:
        """The rule with these hyperparameters, by our names for them; the others have their defaults.

        Whatever could be tuned is a number of the program and not a part of it: all divisions share one program.
        """
        defaults = {name: self.arguments[argument] for name, argument in self.held_by.items()}
        numbers = {name: value for name, value in {**defaults, **settings}.items() if value is not None}
        given = with_numbers(self.arguments, self.held_by, numbers)
        return OptaxRule(given, self.factory, tuple(sorted(self.options.items())))

    def run(self, problem: RaceProblem, lanes: Sequence[Lane], evaluations: int) -> list[Outcome]:
        return run_methods(problem, lanes, [self.rule(lane.settings) for lane in lanes], evaluations)


def check_rule(name: str, rule: OptaxRule) -> None:
    """Refuse a transformation that cannot be made, or asks for more than gradients."""
    x = np.zeros(3, np.float32)

    def once(rule: OptaxRule, x: Array) -> Any:
        return rule.update(x, rule.init(x), x, x[0])

    try:
        with precision(x.dtype):
            jax.eval_shape(once, jax.tree.map(np.float32, rule), x)
    except Exception as error:
        raise ValueError(
            f"{name} cannot race as a rule, which is told gradients and nothing else: {first_line(error)}"
        ) from error


def is_optax(factory: Any) -> bool:
    """Whether this is a function of optax itself."""
    return getattr(factory, "__module__", "").split(".")[0] == "optax"


def parts_of(update: Callable[..., Any]) -> Iterator[str]:
    """The transformations that an update is chained of, in their order.

    optax's chains are closures, which hold the updates of their parts: this is the only place where a chain says what
    it does to gradients, and races have to say it.
    """
    owner = update.__qualname__.partition(".<locals>")[0]
    if owner not in GLUE:
        yield owner
    for cell in getattr(update, "__closure__", None) or ():
        content = cell.cell_contents
        for each in content if type(content) is tuple or type(content) is list else [content]:
            inside = getattr(each, "update", each)
            if inspect.isfunction(inside) and ".update" in inside.__qualname__:
                yield from parts_of(inside)


def optax_contestant(text: str, **options: Any) -> OptaxContestant:
    """The contestant of this name: any function of optax that takes a learning rate, such as "optax.adamw".

    Args:
        text: its name, with or without "optax.".
        options: arguments that differ from optax's defaults; they are not tuned.

    Raises:
        ValueError: there is none, with the nearest name; or it needs more than gradients.
        TypeError: it has no such argument.
        ModuleNotFoundError: optax is not installed.

    >>> optax_contestant("optax.adam").space("fully_tuned").names
    ('learning_rate', 'beta1', 'beta2', 'epsilon')
    """
    try:
        import optax
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(LACKING.format(name=text), name="optax") from error
    factories = {
        name: factory
        for name, factory in inspect.getmembers(optax, inspect.isfunction)
        if not name.startswith(("_", "scale_by_")) and set(RATES) & set(inspect.signature(factory).parameters)
    }
    name = picked("optax", factories, text)
    return OptaxContestant(f"optax.{name}", factories[name], options, f"optax.{name}")
