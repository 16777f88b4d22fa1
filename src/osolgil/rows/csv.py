"""CSV files, with the troubles that CSV files have named."""

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
BEGINNING = 1 << 16
DECIMAL_COMMA = r"^\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*$"
WHOLE = r"^\s*[+-]?\d+([eE][+-]?\d+)?\s*$"


def read_csv(path: Path, encoding: str = "utf-8", delimiter: str | None = None) -> "pa.Table":
    """A CSV file with a header, as a table.

    UTF-8 with or without a byte order mark unless an encoding is given. Empty fields, NA, NaN and null are missing.
    With semicolons between the fields, columns of numbers such as `1,5` are read with a decimal comma.

    Raises:
        ValueError: wrong encoding, no rows, a row with too many or too few values, or fields separated by blanks.
    """
    import pyarrow as pa

    delimiter = delimiter or sniffed(path, encoding)
    try:
        table = parsed(path, encoding, delimiter)
    except pa.ArrowInvalid as error:
        explain_ragged(path, encoding, delimiter)
        raise error
    except UnicodeError:
        raise ValueError(wrong_encoding(path, encoding)) from None
    if any(pa.types.is_binary(column.type) for column in table.itercolumns()):  # what Arrow makes of undecodable text
        raise ValueError(wrong_encoding(path, encoding))
    if delimiter == ";" and any(decimal_comma(column) for column in table.itercolumns()):
        table = parsed(path, encoding, delimiter, decimal_point=",")
    if table.num_rows == 0:
        raise ValueError(f"{str(path)!r} has a header ({', '.join(table.column_names)}) but no rows")
    return table


def parsed(path: Path, encoding: str, delimiter: str, **convert: Any) -> "pa.Table":
    """The file as Arrow reads it."""
    from pyarrow import csv

    return csv.read_csv(
        path,
        read_options=csv.ReadOptions(encoding=encoding),
        parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=csv.ConvertOptions(strings_can_be_null=True, **convert),
    )


def explain_ragged(path: Path, encoding: str, delimiter: str) -> None:
    """Raise a sentence about the first row whose number of values is not that of the header, if there is one."""
    from pyarrow import csv

    ragged = []

    def note(row: Any) -> str:
        ragged.append(row)
        return "skip"

    csv.read_csv(
        path,
        read_options=csv.ReadOptions(encoding=encoding, use_threads=False),  # only then are rows numbered
        parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
        convert_options=csv.ConvertOptions(strings_can_be_null=True),
    )
    if ragged:
        row, more = ragged[0], len(ragged) - 1
        text = row.text if len(row.text) <= 60 else row.text[:57] + "..."
        raise ValueError(
            f"line {row.number} of {str(path)!r} (blank lines not counted) has {row.actual_columns} values, but the "
            f"header has {row.expected_columns} names: {text!r}"
            + (f"; {more} more {'lines are' if more > 1 else 'line is'} like that" if more else "")
            + f"; the fields were taken to be separated by {DELIMITERS.get(delimiter, repr(delimiter))}"
        )


def sniffed(path: Path, encoding: str) -> str:
    """The delimiter: of those we know, the one that the header has most of outside quotation marks."""
    with path.open("rb") as file:
        start = file.read(BEGINNING)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not encoding.lower().startswith("utf-16"):
        raise ValueError(f"{str(path)!r} is UTF-16, not {encoding}; {passing('utf-16')}, or save it as UTF-8")
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except LookupError:
        raise ValueError(f"there is no encoding {encoding!r}; try 'utf-8' or 'cp949'") from None
    except UnicodeError:
        raise ValueError(wrong_encoding(path, encoding)) from None
    lines = [re.sub(r'"[^"]*"', '""', line) for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if not lines:
        raise ValueError(f"{str(path)!r} has no text in it, only blanks")
    delimiter = max(DELIMITERS, key=lines[0].count)
    if lines[0].count(delimiter) == 0:
        blanks = len(lines[0].split())
        if blanks > 1 and len(lines) > 1 and len(lines[1].split()) == blanks:
            raise ValueError(
                f"the fields of {str(path)!r} seem to be separated by blanks; separate them by commas, semicolons "
                "or tabs"
            )
        return ","
    return delimiter


def wrong_encoding(path: Path, encoding: str) -> str:
    """A sentence about a file that is not in the encoding, with the likeliest remedy."""
    guess = "cp949" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else "utf-8"
    try:
        path.read_bytes().decode(guess)
    except UnicodeError:
        return f"{str(path)!r} is not {encoding}; save it as UTF-8, or pass its own: {passing('latin-1')}"
    which = "cp949, the encoding of Korean Windows" if guess == "cp949" else guess
    return f"{str(path)!r} is not {encoding}; it reads as {which}: {passing(guess)}, or save it as UTF-8"


def passing(encoding: str) -> str:
    """How to say what a file's encoding is."""
    return f"read_table(..., encoding={encoding!r}), or --encoding {encoding}"


def decimal_comma(column: Any) -> bool:
    """Whether a column is text only because its numbers have a decimal comma."""
    import pyarrow as pa
    from pyarrow import compute

    if not pa.types.is_string(column.type):
        return False
    comma = compute.match_substring_regex(column, DECIMAL_COMMA)
    either = compute.or_(comma, compute.match_substring_regex(column, WHOLE))
    return bool(compute.any(comma).as_py()) and bool(compute.all(either).as_py())
