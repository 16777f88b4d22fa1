"""Where a race is kept: a folder with manifest and tables, and its finished cells, which are never run again."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from osolgil.races.engine import Cell, Finished, key_of
from osolgil.races.manifest import Manifest, checked
from osolgil.races.tables import CURVES, RUNS, Runs, columns_of

MANIFEST, RUNS_FILE, CURVES_FILE, CELLS = "manifest.json", "runs.parquet", "curves.parquet", "cells"

PROMISED = ("format", "suite", "versions", "problems", "contestants", "search", "seeds", "selection", "budget")
"""Entries of the manifest that nothing in a race changes; a race goes on in a folder only where they are the same."""


class Store:
    """A folder that holds a race.

    Args:
        folder: made if it is not there.

    Raises:
        ValueError: nothing can be written there.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        try:
            (self.folder / CELLS).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder / CELLS):
                pass
        except OSError as error:
            raise ValueError(
                f"{self.folder} cannot be written: {error.strerror}; choose another folder, or make this one writable."
            ) from None

    def begin(self, manifest: Manifest) -> None:
        """Write down what is promised, or go on where a race with the same promises was left.

        Raises:
            ValueError: the folder holds another race.
        """
        path = self.folder / MANIFEST
        if path.exists():
            self.check_same(read_manifest(self.folder), manifest)
        else:
            self.write(MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False).encode())

    def check_same(self, kept: Manifest, manifest: Manifest) -> None:
        """Refuse to go on with a race that was declared otherwise."""
        both: tuple[Mapping[str, Any], Mapping[str, Any]] = (kept, manifest)
        differing = [name for name in PROMISED if both[0][name] != both[1][name]]
        if set(kept["divisions"]) != set(manifest["divisions"]):
            differing.append("divisions")
        if differing:
            told = "; ".join(f"{name}: {difference(both[0][name], both[1][name])}" for name in differing)
            raise ValueError(
                f"{self.folder} holds a race that was declared otherwise ({told}); choose another folder, or the same "
                "declaration to go on."
            )

    def load(self, cell: Cell, manifest: Manifest) -> Finished | None:
        """A finished cell; None if it has yet to be run."""
        path = self.folder / CELLS / f"{key_of(cell, manifest)}.parquet"
        if not path.exists():
            return None
        runs, curves = rows_in(path), rows_in(path.with_suffix(".curves.parquet"))
        evaluated = [row["trial"] for row in runs if row["phase"] == "evaluation"]
        return Finished(runs, curves, int(evaluated[0]))

    def save(self, cell: Cell, finished: Finished, manifest: Manifest) -> None:
        """Keep a finished cell: the table of runs comes last, since it says that the cell is there."""
        key = key_of(cell, manifest)
        self.write(f"{CELLS}/{key}.curves.parquet", as_parquet(finished.curves, CURVES))
        self.write(f"{CELLS}/{key}.parquet", as_parquet(finished.runs, RUNS))

    def conclude(
        self, manifest: Manifest, runs: Sequence[Mapping[str, Any]], curves: Sequence[Mapping[str, Any]]
    ) -> None:
        """Write the tables, and the manifest with its winners."""
        self.write(RUNS_FILE, as_parquet(runs, RUNS))
        self.write(CURVES_FILE, as_parquet(curves, CURVES))
        self.write(MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False).encode())

    def write(self, name: str, content: bytes) -> None:
        """Write a file as a whole, or not at all."""
        path = self.folder / name
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


def difference(kept: Any, given: Any) -> str:
    """What two declarations say, as far as they differ."""
    if isinstance(kept, Mapping) and isinstance(given, Mapping):
        names = [name for name in {**kept, **given} if kept.get(name) != given.get(name)]
        return ", ".join(f"{name} {shown(kept.get(name))}, now {shown(given.get(name))}" for name in names[:3])
    return f"{shown(kept)}, now {shown(given)}"


def shown(value: Any) -> str:
    """A declared value, shortened; a list of seeds by its length."""
    if value is None:
        return "none"
    if isinstance(value, list) and len(value) > 4:
        return f"{len(value)} from {value[0]}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:37]}..."


def read_manifest(folder: str | Path) -> Manifest:
    """The manifest in a folder.

    Raises:
        ValueError: there is none, it is not JSON, or this version cannot read it.
    """
    path = Path(folder) / MANIFEST
    try:
        return checked(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ValueError(f"{folder} holds no race: there is no {MANIFEST} in it.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is no JSON: {error}; race again into an empty folder.") from None


def read_tables(folder: str | Path) -> tuple[Runs, dict[str, np.ndarray]]:
    """The table of runs and that of curves in a folder, by column.

    Raises:
        ValueError: the race there has not ended.
    """
    paths = [Path(folder) / name for name in (RUNS_FILE, CURVES_FILE)]
    if missing := [path.name for path in paths if not path.exists()]:
        raise ValueError(f"the race in {folder} has not ended: there is no {missing[0]}; run it again to go on.")
    runs, curves = (rows_in(path) for path in paths)
    return Runs.of(runs), columns_of(curves, CURVES)


def as_parquet(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, type]) -> bytes:
    """A table as the bytes of a Parquet file."""
    import pyarrow
    from pyarrow import parquet

    sink = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(columns_of(rows, kinds)), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def rows_in(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file."""
    # Bytes, not a path: Arrow keeps memory maps open, which Windows does not let anybody replace.
    import pyarrow
    from pyarrow import parquet

    rows: list[dict[str, Any]] = parquet.read_table(pyarrow.BufferReader(path.read_bytes())).to_pylist()
    return rows
