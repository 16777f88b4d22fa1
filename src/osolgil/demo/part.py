"""What the page is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from matplotlib.figure import Figure

from osolgil.plots import save
from osolgil.plots.words import hangul_font
from osolgil.protocol.words import LANGUAGES


class Words(NamedTuple):
    """A text in both languages."""

    en: str
    ko: str

    def in_(self, language: str) -> str:
        """The text in this language."""
        return self.ko if language == "ko" else self.en


T = TypeVar("T")


def spoken(pairs: Sequence[tuple[Words, T]], language: str) -> dict[str, T]:
    """Things by their label in this language."""
    return {label.in_(language): thing for label, thing in pairs}


@dataclass(frozen=True)
class Picture:
    """A picture as it lies in the folder.

    Attributes:
        files: its file for each language.
        caption: what is to be seen.
    """

    files: dict[str, str]
    caption: Words


@dataclass(frozen=True)
class Table:
    """A small table.

    Attributes:
        heads: of the columns.
        rows: cells, as text.
        caption: what it shows.
    """

    heads: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: Words


@dataclass(frozen=True)
class Part:
    """A part of the page.

    Attributes:
        title: its heading.
        text: paragraphs.
        shows: pictures and tables, in order.
    """

    title: Words
    text: tuple[Words, ...]
    shows: list[Picture | Table] = field(default_factory=list)


def drawn(folder: Path, name: str, draw: Callable[[str], Figure], caption: Words) -> Picture:
    """Draw a picture in English, and in Korean where a font has Hangul."""
    files: dict[str, str] = {}
    for language in LANGUAGES:
        if language == "ko" and hangul_font() is None:
            files["ko"] = files["en"]
            continue
        files[language] = save(draw(language), folder / f"{name}.{language}.png").name
    return Picture(files, caption)
