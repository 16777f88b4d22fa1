"""Running a race from what a person typed: the protocol, the progress bar, an interruption, the report."""

import contextlib
import dataclasses
import math
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from osolgil.cli.arguments import as_list
from osolgil.cli.entering import entered_contestants, entered_suite, one_of
from osolgil.cli.terminal import complain, console, visible, working
from osolgil.protocol.words import LANGUAGES
from osolgil.races.declared import DIVISIONS
from osolgil.races.evidence import Evidence
from osolgil.races.manifest import METRICS
from osolgil.races.protocol import Protocol
from osolgil.races.race import Progress, Race, race, read
from osolgil.races.report.writing import FIGURES, figures, write

COMMAND = "command.txt"
"""In the folder of a race: what was typed, for the report that is written anew."""

INTERRUPTED = 130


@dataclass(frozen=True)
class Order:
    """A race as it was typed.

    Attributes:
        problems, methods, contestants, settings, divisions: see `osolgil race --help`.
        numbers: of the protocol, by its names; None where nothing was typed.
        claim, measure: what is claimed and compared; None for the suite's own.
        separate_seeds: whether contestants draw by themselves.
    """

    problems: tuple[str, ...]
    methods: str | None
    contestants: tuple[str, ...]
    settings: tuple[str, ...]
    divisions: tuple[str, ...]
    numbers: Mapping[str, int | None]
    claim: str | None
    measure: str | None
    separate_seeds: bool

    def changed(self, protocol: Protocol) -> Protocol:
        """The suite's protocol, with what was typed in its place.

        Raises:
            ValueError: a division, a claim or a number makes no sense.
        """
        given: dict[str, Any] = {name: value for name, value in self.numbers.items() if value is not None}
        for option, name in (("--seeds", "evaluation_seeds"), ("--tuning-seeds", "tuning_seeds")):
            if given.get(name, 1) < 1:
                raise ValueError(f"{option} {given[name]} leaves nothing to compare by; give at least 1.")
        if self.divisions:
            listed = [name for text in self.divisions for name in as_list(text, "--division")]
            given["divisions"] = tuple(dict.fromkeys(one_of(name, DIVISIONS, "division") for name in listed))
        if self.claim is not None:
            given["claim"] = one_of(self.claim, list(METRICS), "claim")
        if self.measure is not None:
            given["measure"] = self.measure
        if self.separate_seeds:
            given["common_seeds"] = False
        return dataclasses.replace(protocol, **given)

    def command(self, folder: Path) -> str:
        """What to type for the same race."""
        words = ["osolgil", "race", *self.problems]
        named = {
            "methods": self.methods,
            "trials": self.numbers.get("trials"),
            "tuning-seeds": self.numbers.get("tuning_seeds"),
            "seeds": self.numbers.get("evaluation_seeds"),
            "evaluations": self.numbers.get("evaluations"),
            "claim": self.claim,
            "measure": self.measure,
        }
        repeated = {"contestant": self.contestants, "set": self.settings, "division": self.divisions}
        for name, values in repeated.items():
            words += [word for value in values for word in (f"--{name}", value)]
        for name, value in named.items():
            words += [] if value is None else [f"--{name}", str(value)]
        words += ["--separate-seeds"] if self.separate_seeds else []
        return shlex.join([*words, "--report", str(folder)])


def run(order: Order, *, workers: int | None, folder: Path | None, cache: str | None) -> Race:
    """The race, with a bar that shows how far it is.

    Raises:
        ValueError, TypeError: before anything is run, in a sentence.
        typer.Exit: Ctrl-C; what is finished is kept in the folder.
    """
    with working("posing the problems"):
        suite = entered_suite(order.problems)
        entered = entered_contestants(order.methods, order.contestants, order.settings)
        protocol = order.changed(suite.protocol)
    reached = [0, 0]

    def counting(show: Progress) -> Callable[[int, int, str], None]:
        def told(done: int, total: int, what: str) -> None:
            reached[:] = done, total
            show(done, total, what)

        return told

    try:
        with progress_bar() as show:
            found = race(
                suite,
                entered,
                protocol=protocol,
                folder=folder,
                workers=workers,
                cache=cache,
                progress=counting(show),
            )
    except KeyboardInterrupt:
        done, total = reached
        if folder is None:
            complain(f"Interrupted after {done} of {total} cells; --report FOLDER would have kept them.", "yellow")
        else:
            complain(f"Interrupted: {done} of {total} cells are kept in {folder}; the same command goes on.", "yellow")
        raise typer.Exit(INTERRUPTED) from None
    if folder is not None:
        (folder / COMMAND).write_text(order.command(folder) + "\n", encoding="utf-8")
    return found


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """How far a race is, if somebody is looking: cells, what has just finished, and the time that is left."""
    if not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}", markup=False),
        TextColumn("{task.description}", markup=False),
    )
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("compiling", total=None, left="")
        began, before = time.monotonic(), 0

        def show(done: int, total: int, what: str) -> None:
            nonlocal began, before
            if what:
                left = time_left(time.monotonic() - began, done - before, total - done)
                bar.update(task, completed=done, total=total, description=visible(what), left=left)
            else:
                # A race begins, or goes on where it was left, or runs again in wider ranges.
                began, before = time.monotonic(), done
                bar.reset(task, completed=done, total=total, description="compiling", left="")

        yield show


def time_left(seconds: float, done: int, left: int) -> str:
    """How long the rest takes, if it takes as long as what is done. The first cells also compile, so it is rounded up.

    >>> time_left(20.0, 4, 6), time_left(100.0, 1, 3), time_left(5.0, 3, 0)
    ('about 30 s left', 'about 5 min left', '')
    """
    if not done or not left:
        return ""
    rest = seconds / done * left
    return f"about {math.ceil(rest / 5) * 5} s left" if rest <= 90 else f"about {math.ceil(rest / 60)} min left"


def finished_race(folder: Path) -> Race:
    """The race that is kept in a folder.

    Raises:
        ValueError: there is none, or it is not over.
    """
    with working(f"reading {folder}"):
        return read(folder)


def write_report(found: Race, evidence: Evidence, folder: Path, korean: bool) -> Path:
    """The page with its figures, as SVG and as PNG.

    Raises:
        ValueError: nothing can be written there.
    """
    from osolgil import plots

    first = LANGUAGES[korean]
    languages = (first, *(each for each in LANGUAGES if each != first))
    typed = folder / COMMAND
    command = typed.read_text(encoding="utf-8").strip() if typed.exists() else None
    with working("drawing the report"):
        drawn = found.charts(evidence)
        written = write(evidence, drawn, folder, languages=languages, command=command)
        for name, chart in figures(drawn).items():
            figure = plots.race_chart(chart, found.manifest, language=first)
            plots.save(figure, folder / FIGURES / f"{name}.png")
    return written
