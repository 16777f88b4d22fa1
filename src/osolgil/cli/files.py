"""Files that a command writes: checked before work starts, written when it is done."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from osolgil.cli.terminal import plain

if TYPE_CHECKING:
    import pyarrow

TABLES = (".csv", ".parquet", ".json")
"""What a table can be written as."""

MOVING = (".gif", ".mp4")
STILL = (".png", ".svg", ".pdf", ".jpg", ".jpeg", ".webp")
"""What a picture can be written as."""


def check_file(path: Path | None, option: str, endings: Sequence[str]) -> None:
    """Refuse a file that cannot be written, before any work starts."""
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise ValueError(f"{option} {str(path)!r}: the name must end in one of {', '.join(endings)}.")
    if path.is_dir():
        raise ValueError(f"{option} {str(path)!r} is a folder; name a file.")
    if not path.parent.is_dir():
        raise ValueError(f"{option} {str(path)!r}: the folder {str(path.parent)!r} does not exist; create it first.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError(f"{option} {str(path)!r} cannot be written to.")


def write_table(table: "pyarrow.Table", path: Path) -> None:
    """A table in the format that the extension names."""
    match path.suffix.lower():
        case ".csv":
            import pyarrow.csv

            pyarrow.csv.write_csv(table, path)
        case ".parquet":
            import pyarrow.parquet

            pyarrow.parquet.write_table(table, path)
        case _:
            columns: dict[str, Any] = table.to_pydict()
            path.write_text(json.dumps(plain(columns), ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
