"""The two tables of a race: one row for every finished run, and thinned curves."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

TARGETS = (1e-1, 1e-3, 1e-5, 1e-8)
"""τ: a target is reached where f ≤ f* + τ (f₀ − f*)."""

PHASES = ("tuning", "evaluation")


def shown_target(tau: float) -> str:
    """τ as people write it.

    >>> shown_target(1e-05), shown_target(0.1)
    ('1e-5', '1e-1')
    """
    mantissa, exponent = f"{tau:e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def reached_column(tau: float) -> str:
    """The column that holds the cost of reaching a target: `reached_1e-5` for τ = 10⁻⁵."""
    return f"reached_{shown_target(tau)}"


RUNS: MappingProxyType[str, type] = MappingProxyType(
    {
        "problem": str,
        "contestant": str,
        "division": str,
        "phase": str,
        "trial": int,  # the index of the point of the space; -1 where nothing was searched
        "seed": int,
        "settings": str,  # the hyperparameters tuned, as JSON
        "status": str,
        "failed": bool,  # diverged, not finite, or an error
        "final": float,  # training objective at the end
        "best": float,  # the lowest one
        "validation": float,  # NaN where there is none
        "test": float,  # NaN in the phase "tuning"
        "steps": int,
        "evaluations_value": int,
        "evaluations_gradient": int,
        "evaluations_hessian": int,
        "evaluations_product": int,
        "rows": int,  # rows read
        "seconds": float,
        "compile_seconds": float,
        **{reached_column(tau): float for tau in TARGETS},  # cost in evaluations, infinite if never
        "f0": float,
        "f_star": float,
    }
)
"""The columns of the table of runs, and what they hold."""

CURVES: MappingProxyType[str, type] = MappingProxyType(
    {
        "problem": str,
        "contestant": str,
        "division": str,
        "seed": int,
        "evaluation": int,  # thinned to 200 points, logarithmically
        "value": float,
        "x1": float,  # where, on a surface of two coordinates; NaN elsewhere
        "x2": float,
    }
)
"""The columns of the table of curves, of the phase "evaluation"."""


def columns_of(rows: Iterable[Mapping[str, Any]], kinds: Mapping[str, type]) -> dict[str, np.ndarray]:
    """Rows as columns of these kinds."""
    rows = list(rows)
    return {name: np.asarray([row[name] for row in rows], kind) for name, kind in kinds.items()}


@dataclass(frozen=True, eq=False)
class Runs:
    """The table of runs, by column; see `RUNS`.

    Attributes:
        columns: arrays of shape (n,), by name.
    """

    columns: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "Runs":
        """The table with these rows.

        Raises:
            ValueError: a row lacks a column or has one too many.
        """
        rows = list(rows)
        for number, row in enumerate(rows):
            if set(row) != set(RUNS):
                lacking, extra = sorted(set(RUNS) - set(row)), sorted(set(row) - set(RUNS))
                raise ValueError(
                    f"row {number} of the runs lacks {lacking or 'nothing'} and has {extra or 'nothing'} too many."
                )
        return cls(columns_of(rows, RUNS))

    def __len__(self) -> int:
        return len(self["problem"])

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def where(self, **equal: Any) -> "Runs":
        """The runs whose columns equal these values.

        >>> len(Runs.of([]).where(phase="tuning"))
        0
        """
        chosen = np.ones(len(self), bool)
        for name, value in equal.items():
            chosen &= self[name] == value
        return self.take(chosen)

    def take(self, chosen: np.ndarray) -> "Runs":
        """The runs at these places, or where this is true."""
        return Runs({name: column[chosen] for name, column in self.columns.items()})

    def settings(self) -> list[dict[str, float]]:
        """The hyperparameters of every run."""
        return [json.loads(text) for text in self["settings"]]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The runs one by one, as plain numbers and words."""
        columns = {name: column.tolist() for name, column in self.columns.items()}
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))
