"""Tables: from a file or a frame to one form, a `pyarrow.Table`.

Arrow, because it is what Parquet, CSV and streams are read into anyway, because pandas and polars convert to it
without guessing, and because it has one kind of missing value for every type, which NumPy has not.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from osolgil.rows.csv import read_csv
from osolgil.rows.names import nearest

if TYPE_CHECKING:
    import pyarrow as pa

READABLE = "CSV (.csv, .tsv, .txt), Parquet (.parquet, .pq) and Arrow (.arrow, .feather, .ipc)"


def read_table(source: Any, *, encoding: str = "utf-8", delimiter: str | None = None) -> "pa.Table":
    """A table, from wherever it is.

    Args:
        source: the path of a CSV, Parquet or Arrow file; or a table in memory: pandas, polars, pyarrow, anything that
            exports Arrow, a dict of columns, a NumPy structured array.
        encoding: of a CSV file.
        delimiter: of a CSV file; found out from its header (comma, semicolon, tab or bar) if not given.

    Returns:
        The table. Missing values are null, whatever they were: None, NaN, NaT, an empty field, `NA`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is empty, in another format or encoding, ragged, or two columns have the same name.
        TypeError: the source is not a table.

    >>> read_table({"키": [170.0, None], "성별": ["여", "남"]}).column_names
    ['키', '성별']
    """
    if isinstance(source, str | os.PathLike):
        table = from_file(Path(source), encoding, delimiter)
    else:
        table = from_memory(source)
    repeated = sorted({name for name in table.column_names if table.column_names.count(name) > 1})
    if repeated:
        raise ValueError(
            f"the table has {table.column_names.count(repeated[0])} columns named {repeated[0]!r}; "
            "rename them so that every column has its own name"
        )
    if not table.column_names:
        raise ValueError("the table has no columns")
    return table


def from_file(path: Path, encoding: str, delimiter: str | None) -> "pa.Table":
    """The table in a file, by its extension."""
    import pyarrow as pa

    check_file(path)
    try:
        match path.suffix.lower():
            case ".csv" | ".tsv" | ".txt":
                return read_csv(path, encoding, delimiter)
            case ".parquet" | ".pq":
                import pyarrow.parquet

                return pyarrow.parquet.read_table(path)
            case ".arrow" | ".feather" | ".ipc":
                return read_arrow(path)
    except pa.ArrowException as error:
        raise ValueError(f"{str(path)!r} cannot be read as {path.suffix}: {first_line(error)}") from None
    raise ValueError(
        f"{str(path)!r} ends in {path.suffix or 'no extension'!r}; osolgil reads {READABLE}: "
        "save the table as one of these"
    )


def check_file(path: Path) -> None:
    """Raise a sentence if there is nothing to read at the path."""
    if path.is_dir():
        raise ValueError(f"{str(path)!r} is a folder, not a file with a table")
    if not path.exists():
        folder = path.parent
        there = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        raise FileNotFoundError(f"there is no file {str(path)!r}{nearest(path.name, there)}")
    if path.stat().st_size == 0:
        raise ValueError(f"{str(path)!r} is empty: it has 0 bytes")


def read_arrow(path: Path) -> "pa.Table":
    """A table from Arrow's file format or its stream format: both are found under the same extensions."""
    import pyarrow as pa

    try:
        with pa.ipc.open_file(path) as reader:
            return reader.read_all()
    except pa.ArrowInvalid:
        with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
            return stream.read_all()


def from_memory(source: Any) -> "pa.Table":
    """A table that is in memory already, in whichever form."""
    import pyarrow as pa

    if isinstance(source, pa.Table):
        return source
    if isinstance(source, pa.RecordBatch):
        return pa.Table.from_batches([source])
    if isinstance(source, Mapping):
        return from_columns([(str(name), column) for name, column in source.items()])
    if isinstance(source, np.ndarray):
        if source.dtype.names is None:
            raise TypeError("a NumPy array has no column names; give a dict such as {'height': heights} instead")
        return from_columns([(name, source[name]) for name in source.dtype.names])
    if type(source).__module__.partition(".")[0] == "pandas" and hasattr(source, "iloc") and source.ndim == 2:
        return from_columns([(str(name), source.iloc[:, index]) for index, name in enumerate(source.columns)])
    if hasattr(source, "collect") and hasattr(source, "collect_schema"):
        raise TypeError("this is a lazy frame, which has no rows yet; call .collect() on it first")
    if hasattr(source, "to_arrow"):
        return source.to_arrow()
    if hasattr(source, "__arrow_c_stream__"):
        with contextlib.suppress(pa.ArrowInvalid):  # a single column exports Arrow as well
            return pa.table(source)
    raise TypeError(
        f"a {type(source).__name__} is not a table; give the path of a file ({READABLE}), a pandas, polars or pyarrow "
        "table, a dict of columns, or a NumPy structured array"
    )


def only(source: Any, names: Sequence[str]) -> Any:
    """These columns of a table in memory, so that nothing is asked of the others; the table as it is, if it has not all
    of them or has another form.

    >>> only({"x": [1.0], "y": [object()]}, ["x"])
    {'x': [1.0]}
    """
    if not names:
        return source
    if isinstance(source, Mapping):
        return {name: source[name] for name in names} if all(name in source for name in names) else source
    pandas = type(source).__module__.partition(".")[0] == "pandas" and getattr(source, "ndim", 0) == 2
    return source[list(names)] if pandas and all(list(source.columns).count(name) == 1 for name in names) else source


def from_columns(columns: list[tuple[str, Any]]) -> "pa.Table":
    """A table from named columns of equal length."""
    import pyarrow as pa

    arrays = {}
    for name, column in columns:
        if isinstance(column, str | bytes) or not hasattr(column, "__len__"):
            raise ValueError(f"column {name!r} is the single value {column!r}; give one value for each row")
        if name in arrays:
            raise ValueError(f"the table has 2 columns named {name!r}; rename one of them")
        if getattr(column, "ndim", 1) != 1:
            raise ValueError(f"column {name!r} has the shape {column.shape}; a column has one value for each row")
        arrays[name] = as_arrow(name, column)
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        (first, rows), *others = lengths.items()
        other = next(name for name, length in others if length != rows)
        raise ValueError(f"column {first!r} has {rows} rows, but column {other!r} has {lengths[other]}")
    return pa.table(arrays)


def as_arrow(name: str, column: Any) -> Any:
    """One column as an Arrow array, in which NaN is null."""
    import pyarrow as pa

    if isinstance(column, pa.Array | pa.ChunkedArray):
        return column
    if hasattr(column, "__array__") and not hasattr(column, "__arrow_array__") and not hasattr(column, "iloc"):
        column = np.asarray(column)
        if not column.dtype.isnative:
            column = column.astype(column.dtype.newbyteorder("="))
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise ValueError(f"column {name!r} holds values of more than one kind: {first_line(error)}") from None


def first_line(error: BaseException) -> str:
    """The first line of a library's message: the rest is for its own developers."""
    return (str(error).splitlines() or [type(error).__name__])[0]
