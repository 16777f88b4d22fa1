"""Writing a report into a folder: the page, and every figure as a file of its own."""

import os
from collections.abc import Sequence
from pathlib import Path

from osolgil.protocol.words import LANGUAGES
from osolgil.races.evidence import Evidence
from osolgil.races.report.chart import Chart
from osolgil.races.report.drawing import drawing
from osolgil.races.report.looks import looks
from osolgil.races.report.page import Drawn, paged

PAGE, FIGURES = "index.html", "figures"


def write(
    evidence: Evidence,
    drawn: Drawn,
    folder: str | Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    command: str | None = None,
) -> Path:
    """Write the report of a race: `index.html`, which needs no other file, and its figures as SVG in `figures/`.

    Args:
        evidence: the race, audited and judged.
        drawn: its charts.
        folder: made if it is not there; files of an earlier report are replaced.
        languages: of the page, "en", "ko" or both; figures are in the first.
        command: what was typed to run the race.

    Returns:
        the page's path.

    Raises:
        ValueError: a language is not known, or nothing can be written there.
    """
    text = paged(evidence, drawn, languages=languages, command=command)
    found = looks(evidence.manifest)
    folder = Path(folder)
    try:
        (folder / FIGURES).mkdir(parents=True, exist_ok=True)
        for name, chart in figures(drawn).items():
            replace(folder / FIGURES / f"{name}.svg", drawing(chart, found, languages[0]))
        replace(folder / PAGE, text)
    except OSError as error:
        raise ValueError(
            f"the report cannot be written to {folder}: {error.strerror}; choose another folder, or make this one "
            "writable."
        ) from None
    return folder / PAGE


def replace(path: Path, text: str) -> None:
    """Write a file as a whole: a reader who has the old one open never sees half of the new one."""
    fresh = path.with_name(f".writing-{path.name}")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)


def figures(drawn: Drawn) -> dict[str, Chart]:
    """All charts by the names of their files, without the ending."""
    found: dict[str, Chart] = {}
    for divisions in drawn.values():
        for charts in divisions.values():
            for chart in charts:
                # Names in Hangul leave nothing in the key that would tell them apart.
                taken = sum(key == chart.key or key.startswith(f"{chart.key}--") for key in found)
                found[f"{chart.key}--{taken + 1}" if taken else chart.key] = chart
    return found
