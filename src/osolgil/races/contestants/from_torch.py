"""torch.optim's classes, driven by the host with the gradients of our problems."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from osolgil.protocol import Layout
from osolgil.races.contestants.arguments import (
    dimensions_of,
    first_line,
    picked,
    plain_options,
    with_numbers,
)
from osolgil.races.contestants.contestant import Contestant, Lane, Outcome
from osolgil.races.contestants.host import Host
from osolgil.races.contestants.sampled import SampledHost
from osolgil.races.declared import DIMENSIONS, VERSION, nothing_searched, searched
from osolgil.races.problem import RaceProblem
from osolgil.races.spaces import Dimension, Space

LACKING = "torch is not installed, and {name} is one of its optimizers; install it: pip install 'osolgil[torch]'"

ENDLESS = {"tolerance_grad": 0.0, "tolerance_change": 0.0}
"""The options of LBFGS by which it never stops because it is near enough."""


@dataclass(frozen=True, eq=False)
class TorchContestant(Contestant):
    """A class of `torch.optim`, in the precision of the start.

    Its parameters are the user's arrays, one tensor each; the gradients are JAX's, and so is the order of batches.
    LBFGS with a line search finds its own steps.

    Attributes:
        name: that it races by.
        optimizer: the name of the class.
        options: arguments that differ from torch's defaults; they are not tuned.

    Raises:
        TypeError: the class has no such argument.
        ValueError: torch refuses the arguments, or the class needs more than dense gradients.
        ModuleNotFoundError: torch is not installed.
    """

    name: str
    optimizer: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.options) - set(self.arguments)):
            has = ", ".join(self.arguments)
            raise TypeError(f"{self.name}: torch's {self.optimizer} has no argument {unknown[0]!r}; it has {has}.")
        check_optimizer(self)

    @property
    def method(self) -> str:  # type: ignore[override]
        return f"torch.{self.optimizer}"

    @property
    def declared(self) -> dict[str, Any]:
        return plain_options(self.options)

    @property
    def layers(self) -> list[str]:
        return [self.optimizer]

    @cached_property
    def arguments(self) -> dict[str, Any]:
        """The class's arguments with their defaults."""
        parameters = inspect.signature(optimizers(self.method)[self.optimizer]).parameters.values()
        return {each.name: each.default for each in parameters if each.name != "params"}

    @cached_property
    def held_by(self) -> dict[str, str]:
        """The hyperparameters that can be tuned, in the order of their declaration, and the arguments they are."""
        found = dimensions_of(self.method, self.arguments, self.options)
        return {name: found[name] for name in DIMENSIONS if name in found}

    @property
    def compares_values(self) -> bool:
        """Whether a step takes several evaluations."""
        return self.optimizer == "LBFGS"

    @property
    def finds_steps(self) -> bool:
        """Whether it searches along lines, and needs no learning rate."""
        return self.options.get("line_search_fn") is not None

    def enters(self, division: str) -> bool:
        if self.finds_steps:
            return division == "self_tuning"
        return division == "defaults" or (division != "self_tuning" and "learning_rate" in self.held_by)

    def space(self, division: str, dimensions: Mapping[str, Dimension] = DIMENSIONS) -> Space:
        if self.finds_steps:
            nothing_searched(self.name, division)
            return Space((), VERSION)
        return Space(tuple(dimensions[name] for name in searched(self.name, division, self.held_by)), VERSION)

    def check(self, problem: RaceProblem) -> None:
        if problem.batch_size is not None and self.compares_values:
            raise ValueError(
                f"{self.name} compares values between points, which mini-batches of {problem.name} only estimate; "
                "leave one of the two out, or give the problem batch_size=None."
            )

    def run(self, problem: RaceProblem, lanes: Sequence[Lane], evaluations: int) -> list[Outcome]:
        # torch loads much of itself with the first step in a process, which is nobody's running time.
        check_optimizer(self)
        return [self.run_one(problem, lane, evaluations) for lane in lanes]

    def run_one(self, problem: RaceProblem, lane: Lane, evaluations: int) -> Outcome:
        """One run."""
        host = (
            Host(problem, lane, evaluations, strict=not self.finds_steps)
            if problem.batch_size is None
            else SampledHost(problem, lane, evaluations)
        )
        # torch moves x through its tensors, which are views of it, and reads the slope through others.
        x, slope = host.x0.copy(), np.zeros_like(host.x0)

        def library() -> tuple[str, Any]:
            parameters = tensors(host.layout, x)
            for parameter, gradient in zip(parameters, tensors(host.layout, slope), strict=True):
                parameter.grad = gradient
            optimizer = self.made(parameters, lane.settings)

            def closure() -> float:
                value, gradient = host.both(x)
                slope[:] = gradient
                if self.compares_values:
                    # The iteration that is under way has not moved yet.
                    host.steps = max(optimizer.state[parameters[0]].get("n_iter", 0) - 1, 0)
                else:
                    # A point that is judged by all rows is one that a step led to, but for the start.
                    host.steps = host.evaluations - (problem.batch_size is None)
                return value

            while True:
                optimizer.step(closure)

        return host.drive(library)

    def made(self, parameters: list[Any], settings: Mapping[str, float]) -> Any:
        """The optimizer with these hyperparameters, by our names for them."""
        given = with_numbers(self.arguments, self.held_by, settings)
        fixed = {**(ENDLESS if self.compares_values else {}), **self.options}
        return optimizers(self.method)[self.optimizer](parameters, **fixed, **given)


def optimizers(asking: str) -> dict[str, Any]:
    """The classes of torch.optim, by name.

    Raises:
        ModuleNotFoundError: torch is not installed, and `asking` cannot race.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(LACKING.format(name=asking), name="torch") from error
    base = torch.optim.Optimizer
    found = inspect.getmembers(torch.optim, inspect.isclass)
    return {name: each for name, each in found if issubclass(each, base) and each is not base}


def tensors(layout: Layout, vector: np.ndarray) -> list[Any]:
    """The user's arrays as tensors that share memory with the vector."""
    import torch

    parts = zip(layout.slices, layout.shapes, strict=True)
    return [torch.from_numpy(vector[part].reshape(shape)) for part, shape in parts]


def check_optimizer(contestant: TorchContestant) -> None:
    """Refuse arguments that torch refuses, and a class that cannot make a step."""
    layout = Layout.of(np.zeros(2))
    [parameter], [parameter.grad] = tensors(layout, np.zeros(2)), tensors(layout, np.ones(2))
    try:
        contestant.made([parameter], {}).step(lambda: 1.0)
    except Exception as error:
        raise ValueError(f"{contestant.name} cannot race: {first_line(error)}") from error


def torch_contestant(text: str, **options: Any) -> TorchContestant:
    """The contestant of this name: a class of torch.optim, such as "torch.Adam".

    Args:
        text: its name, with or without "torch.".
        options: arguments that differ from torch's defaults; they are not tuned.

    Raises:
        ValueError: there is none, with the nearest name; or torch refuses the arguments.
        TypeError: it has no such argument.
        ModuleNotFoundError: torch is not installed.
    """
    optimizer = picked("torch", optimizers(text), text)
    return TorchContestant(f"torch.{optimizer}", optimizer, options)
