"""Offsets: what is added to the linear predictor, with no coefficient of its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from osolgil.regression.families import Family
from osolgil.rows.columns import COUNTED, numbers
from osolgil.rows.names import find_column

Named = str | bool | None
"""A column's name, True for an array, None for nothing."""


@dataclass(frozen=True)
class Offsets:
    """Where the offset of a fit came from, so that predictions can ask for it again.

    Attributes:
        offset: what was added: a column's name, True if it was an array, or None.
        exposure: whose logarithm was added: likewise.
    """

    offset: Named = None
    exposure: Named = None

    def again(self, data: Any, rows: int, offset: Any, exposure: Any) -> np.ndarray | None:
        """The offset of new rows, shape (rows,), or None where the model has none.

        Args:
            data: what predictions are for, perhaps with the columns.
            rows: how many they are.
            offset, exposure: as they were given: an array, one number for all rows, a column's name, or None.

        Raises:
            ValueError: one is lacking, or given to a model that has none.
        """
        parts = []
        for name, known, given in (("offset", self.offset, offset), ("exposure", self.exposure, exposure)):
            if known is None:
                if given is not None:
                    raise ValueError(
                        f"The model was fitted without {name}, so {name}= has no place in its predictions."
                    )
                continue
            found = given if given is not None else known if isinstance(known, str) else None
            if found is None:
                raise ValueError(
                    f"The model was fitted with {name}=, so predictions need it as well; give {name}=, or --{name}."
                )
            whose = (
                f"The model was fitted with {name}={known!r}" if given is None else f"There is to be {name}={given!r}"
            )
            values = column_of(data, found, name, whose) if isinstance(found, str) else as_numbers(name, found)
            if values.shape not in ((), (rows,)):
                raise ValueError(f"{name} has the shape {values.shape}; {rows} rows need ({rows},), or one number.")
            parts.append(checked(name, np.broadcast_to(values, (rows,))))
        return sum(parts[1:], parts[0]) if parts else None


def checked(name: str, values: np.ndarray) -> np.ndarray:
    """What is added to the linear predictor: an offset as it is, the logarithm of an exposure.

    Raises:
        ValueError: an offset that is not finite, or an exposure that is not above zero.
    """
    bad = ~np.isfinite(values) if name == "offset" else ~(np.isfinite(values) & (values > 0))
    if bad.any():
        row = int(bad.argmax())
        must = "finite" if name == "offset" else "finite and above zero"
        raise ValueError(f"The {name} of row {row} is {values[row]:g} {COUNTED}; it must be {must}.")
    return values if name == "offset" else np.log(values)


def as_numbers(name: str, given: Any) -> np.ndarray:
    """What is given beside the rows, as numbers.

    Raises:
        TypeError: it holds something else.
    """
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        held = np.asarray(given).dtype
        raise TypeError(f"{name} must be numbers, one for each row; this is an array of {held}.") from None


def column_of(data: Any, name: str, what: str, whose: str) -> np.ndarray:
    """A column of numbers of a table, shape (rows,); `whose` begins the sentence about one that is not there.

    Raises:
        ValueError: there is no table, or it has no such column.
    """
    from osolgil.rows.tables import only, read_table

    if isinstance(data, np.ndarray):
        raise ValueError(f"{what}={name!r} names a column, but there is no table; give an array.")
    table = read_table(only(data, [name]))
    try:
        place = find_column(name, table.column_names)
    except (ValueError, KeyError) as error:
        raise ValueError(
            f"{whose}, which these rows lack; add the column, or give {what}= (--{what}) one number, or an array."
        ) from error
    return np.asarray(numbers(table, place), dtype=np.float64)


def check_link(family: Family, exposure: Any) -> None:
    """Refuse an exposure where its logarithm is no offset.

    Raises:
        ValueError: the link is not the logarithm.
    """
    if exposure is not None and family.link != "log":
        raise ValueError(
            f"exposure= multiplies the mean, which its logarithm does as an offset under the log link only; the "
            f"{family.title} has the {family.link} link here. Use offset=, or a family with the log link."
        )
