"""The terminal: what is printed where, in which colour, and how a command ends."""

import contextlib
import functools
import json
import math
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

UNFORESEEN = 1
USAGE_ERROR = 2
NOT_CONVERGED = 3

PIPE_WIDTH = 160
"""Columns of what is written to a pipe or a file, which nobody's window limits."""

PATIENCE = 2.0
"""Seconds after which a person wants to know that something is going on."""

Arguments = ParamSpec("Arguments")


def console(*, stderr: bool = False) -> Console:
    """Where to print. Colours are left out if NO_COLOR is set or the output is no terminal."""
    stream = sys.stderr if stderr else sys.stdout
    wide = PIPE_WIDTH if not stream.isatty() and "COLUMNS" not in os.environ else None
    return Console(stderr=stderr, width=wide, highlight=False, emoji=False)


def visible(text: object) -> str:
    """The text with its control characters spelled out."""
    from osolgil.safety.markup import visible as spelled

    return spelled(text)


def say(text: str, style: str = "") -> None:
    """Print a sentence as it is: no markup in it is read."""
    console().print(Text(visible(text), style=style))


def complain(text: str, style: str = "red") -> None:
    """Print one sentence on standard error."""
    console(stderr=True).print(Text(visible(text), style=style), soft_wrap=not sys.stderr.isatty())


def cell(text: object, style: str = "") -> Text:
    """What goes into a table, as it is."""
    return Text(visible(text), style=style)


def table(*columns: str, right: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> Table:
    """An empty table; columns in `right` are set flush right, they and those in `whole` are never broken."""
    made = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        unbroken = column in (*right, *whole)
        # Where there is no room a long name is folded: an ellipsis would hide the very letters that matter.
        made.add_column(cell(column), justify="right" if column in right else "left", no_wrap=unbroken, overflow="fold")
    return made


def grid(rows: dict[str, object]) -> Table:
    """Facts, one a line, each under its name."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="bold", no_wrap=True)
    made.add_column()
    for name, value in rows.items():
        made.add_row(cell(name), value if isinstance(value, Text) else cell(value))
    return made


def number(value: float, digits: int = 6) -> str:
    """A number as people read it.

    >>> number(3.0), number(1 / 3), number(-1.5e-17)
    ('3', '0.333333', '-1.5e-17')
    """
    return f"{float(value):.{digits}g}"


def print_json(value: Any) -> None:
    """Print a value as JSON; numbers that are not finite are null, since JSON has none."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """The value in terms of what JSON has."""
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def sentence(error: BaseException | str) -> str:
    """An error as one sentence with a capital letter and a full stop.

    >>> sentence(ValueError("there is no method named 'adm'")), sentence("x0 is missing")
    ("There is no method named 'adm'.", 'x0 is missing.')
    """
    if isinstance(error, FileNotFoundError) and error.filename is not None:
        text = f"there is no file {str(error.filename)!r}"
    elif isinstance(error, OSError) and error.strerror:
        text = f"{error.filename!r}: {error.strerror}" if error.filename is not None else error.strerror
    else:
        text = " ".join(str(error).split()) or type(error).__name__
    # A name such as x0 or batch_size keeps its letters.
    if text.partition(" ")[0].isalpha():
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def guarded(command: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """A command whose bad input ends in one sentence and exit status 2.

    What nobody has foreseen ends in a sentence and exit status 1. OSOLGIL_TRACEBACK=1 in the environment lets the
    traceback through, for those who look for a bug.
    """

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            with warnings_as_sentences():
                command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            complain("Stopped.", "yellow")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise
        except Exception as error:
            if os.environ.get("OSOLGIL_TRACEBACK"):
                raise
            if isinstance(error, OSError) or foreseen(error):
                refuse(sentence(error))
            refuse(
                f"This is a mistake in osolgil, and not yours: {type(error).__name__}: {sentence(error)} Run it again "
                "with OSOLGIL_TRACEBACK=1 in the environment, and report what you see.",
                UNFORESEEN,
            )

    return run


def foreseen(error: Exception) -> bool:
    """Whether osolgil itself raised the error, on purpose: a sentence about the input, and not an accident."""
    if not isinstance(error, ValueError | TypeError | RuntimeError):
        return False
    *_, last = traceback.extract_tb(error.__traceback__)
    here = Path(__file__).parents[1]
    return Path(last.filename).is_relative_to(here) and (last.line or "raise").startswith("raise")


def refuse(text: str, status: int = USAGE_ERROR) -> NoReturn:
    """End the command with a sentence."""
    complain(text)
    raise typer.Exit(status)


@contextlib.contextmanager
def warnings_as_sentences() -> Iterator[None]:
    """Warnings are for people too: one yellow sentence each, without the line of code that gave it."""

    def show(message: Warning | str, *where: Any, **more: Any) -> None:
        complain(" ".join(str(message).split()), "yellow")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Show what is going on if it takes longer than two seconds and somebody is looking."""
    if not sys.stderr.isatty():
        yield
        return
    status = console(stderr=True).status(visible(what) + " ...")
    waiting = threading.Timer(PATIENCE, status.start)
    waiting.daemon = True
    waiting.start()
    try:
        yield
    finally:
        waiting.cancel()
        waiting.join()
        status.stop()
