"""A log-density of one's own, in place of a distribution."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import numpy as np

from osolgil.likelihood.distribution import Distribution, Parameter
from osolgil.likelihood.domains import REAL, as_domain
from osolgil.protocol import as_node, precision
from osolgil.protocol.pytrees import StaticCallable


@dataclass(frozen=True)
class Density(Distribution):
    """A log-density that somebody has written, with a start.

    Attributes:
        function: ``log_density(parameters, rows)`` gives one log-density per row, shape (rows,), written with JAX's
            functions; parameters are a dict if the start was one, otherwise a vector, shape (k,).
        first: the start, shape (k,).
        own: the parameters, with their domains.
        by_name: whether the function wants a dict.
    """

    name: ClassVar[str] = "density"
    support: ClassVar[str] = "whatever the log-density takes"

    function: StaticCallable
    first: tuple[float, ...]
    own: tuple[Parameter, ...]
    by_name: bool

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.function.__name__

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.own

    def log_density(self, theta: Any, y: Any) -> Any:
        return self.function({name: theta[j] for j, name in enumerate(self.names)} if self.by_name else theta, y)

    def holds(self, y: np.ndarray) -> np.ndarray:
        return np.ones(len(y), dtype=bool)

    def start(self, y: np.ndarray) -> np.ndarray:
        return np.array(self.first)

    def checked(self, data: Any) -> Any:
        """The rows as arrays of one length, of which the log-density is finite at the start."""
        rows = jax.tree.map(np.asarray, data if not isinstance(data, list) else np.asarray(data))
        lengths = {np.shape(leaf)[0] if np.ndim(leaf) else None for leaf in jax.tree.leaves(rows)}
        if len(lengths) != 1 or None in lengths or 0 in lengths:
            raise ValueError(f"Rows must be arrays of one leading length; these have {sorted(map(str, lengths))}.")
        [length] = lengths
        with precision(np.dtype(np.float64)):
            values = np.asarray(self.log_density(np.array(self.first), rows))
        if values.shape != (length,):
            raise TypeError(
                f"{self.title} returns an array of shape {values.shape} when it is given {length} rows; a log-density "
                f"must return one number per row, shape ({length},)."
            )
        if not np.isfinite(values).all():
            row = int(np.argmin(np.isfinite(values)))
            at = ", ".join(f"{name} = {value:g}" for name, value in zip(self.names, self.first, strict=True))
            raise ValueError(
                f"{self.title} is {values[row]:g} for row {row} at the start ({at}); start where every row is possible."
            )
        return rows


def as_density(
    function: Callable[..., Any], start: Any, domains: Mapping[str, Any] | Sequence[Any] | None = None
) -> Density:
    """A log-density of one's own as a distribution.

    Args:
        function: see `Density`.
        start: a dict of numbers, one number, or a vector.
        domains: "real", "positive" or "unit" for each parameter, in order or by name; real if nothing is said.

    Raises:
        ValueError: there is no start, it is not finite or outside its domain, or a domain has another parameter's name.
    """
    if start is None:
        raise ValueError(
            'A log-density of your own needs a start, such as start={"mu": 0.0, "sigma": 1.0}: it says which '
            "parameters there are."
        )
    by_name = isinstance(start, Mapping)
    names = list(start) if by_name else None
    values = np.atleast_1d(np.asarray([start[name] for name in names] if names else start, dtype=np.float64))
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError(f"start={start!r} must be a finite number, a vector of them, or a dict.")
    names = names or (["theta"] if len(values) == 1 else [f"theta[{j}]" for j in range(len(values))])
    given: dict[str, Any] = {}
    if isinstance(domains, Mapping):
        given = dict(domains)
        for name in given:
            if name not in names:
                raise ValueError(f"domains name {name!r}; the start has {', '.join(names)}.")
    elif domains is not None:
        if len(domains) != len(names):
            raise ValueError(f"There are {len(domains)} domains for {len(names)} parameters; give one for each.")
        given = dict(zip(names, domains, strict=True))
    own = tuple(Parameter(name, as_domain(given.get(name, REAL)), "", name) for name in names)
    for parameter, value in zip(own, values, strict=True):
        if not parameter.domain.contains(value):
            raise ValueError(f"The start {parameter.name} = {value:g} lies outside {parameter.domain.words}.")
    node = as_node(function)
    static = node if isinstance(node, StaticCallable) else StaticCallable(lambda *arguments: node(*arguments))
    return Density(static, tuple(map(float, values)), own, by_name)
