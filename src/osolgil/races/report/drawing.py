"""A chart as a file of its own: an SVG that brings its title, its legend, its caption and its colours with it."""

import textwrap
import unicodedata
from collections.abc import Iterator, Mapping

from osolgil.races.report.chart import Chart, Line
from osolgil.races.report.looks import COLOURS_LIGHT, DASHES, Look
from osolgil.races.report.markup import Html, Writer, joined
from osolgil.races.report.style import LIGHT
from osolgil.races.report.svg import HEIGHT, WIDTH, svg
from osolgil.safety import for_html

FONT = "system-ui, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', NanumGothic, sans-serif"
TITLE, LINE, SMALL = 40, 24, 17
"""Heights of the title, of a line of the legend and of one of the caption."""

LETTERS = 92
"""Of a line of the caption; Hangul counts double."""

COLUMN = 46
"""Letters that a name may have to share its line of the legend with another one."""

RULES = f"""text {{ font: 16px {FONT}; fill: {LIGHT["ink"]}; }}
.title {{ font-size: 19px; font-weight: 700; }} .told {{ font-size: 12px; fill: {LIGHT["soft"]}; }}
text[data-axis], .level {{ fill: {LIGHT["soft"]}; }}
.level {{ paint-order: stroke; stroke: {LIGHT["ground"]}; stroke-width: 4px; font-size: 14px; }}
.grid {{ stroke: {LIGHT["line"]}; opacity: .6; }} .frame {{ stroke: {LIGHT["soft"]}; fill: none; stroke-width: 1.4; }}
.line {{ fill: none; stroke-width: 3; stroke-linejoin: round; }} .end {{ fill: none; stroke-width: 3.4; }}
.dots {{ fill: none; stroke-width: 9; stroke-linecap: round; opacity: .75; }} .small {{ stroke-width: 7; opacity: 1; }}
.band {{ stroke: none; opacity: .16; }} .band.many {{ opacity: .06; }}
.target {{ stroke: {LIGHT["soft"]}; stroke-width: 1.4; stroke-dasharray: 2 5; }}
.contour {{ fill: none; stroke: {LIGHT["soft"]}; opacity: .55; }}
.start {{ fill: {LIGHT["ground"]}; stroke: {LIGHT["ink"]}; stroke-width: 3; }}
.minimum {{ fill: #f0e442; stroke: #000; stroke-width: 1.6; }}
"""
"""As on the page in light; a file may end up on any ground, and so brings its white one."""


def drawing(chart: Chart, looks: Mapping[str, Look], language: str = "en") -> str:
    """The chart as an SVG file, which loads nothing and runs nothing.

    Args:
        chart: what is drawn.
        looks: of the contestants.
        language: "en" or "ko".

    Raises:
        ValueError: the language is neither "en" nor "ko".
    """
    writer = Writer((language,))
    caption = chart.caption.in_(language)
    samples = list(legend(writer, chart, looks))
    top = TITLE + LINE * (1 + max((row for row, _ in samples), default=-1)) + 6
    lines = wrapped(caption, LETTERS)
    told = joined(
        f'<text class="told" x="8" y="{top + HEIGHT + SMALL * (number + 1)}">{for_html(line)}</text>'
        for number, line in enumerate(lines)
    )
    whole = top + HEIGHT + SMALL * len(lines) + 16
    picture = svg(writer, chart, looks, "title", "caption")
    placed = picture.replace("<svg ", f'<svg y="{top}" width="{WIDTH}" height="{HEIGHT}" ', 1)
    title = chart.title.in_(language)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {whole}" width="{WIDTH}" height="{whole}" '
        f'role="img" aria-labelledby="title" aria-describedby="caption" lang="{language}">'
        f'<title id="title">{for_html(title)}</title><desc id="caption">{for_html(caption)}</desc>'
        f"<style>{RULES}{colours()}</style>"
        f'<path fill="{LIGHT["ground"]}" d="M0 0h{WIDTH}v{whole}h-{WIDTH}z"/>'
        f'<text class="title" x="8" y="26">{for_html(title)}</text>'
        f"{joined(sample for _, sample in samples)}{placed}{told}</svg>\n"
    )


def colours() -> str:
    """The rules of contestants' lines."""
    found = [f".k{n}:not(.band) {{ stroke: {c}; }} .band.k{n} {{ fill: {c}; }}" for n, c in enumerate(COLOURS_LIGHT)]
    found += [f".d{number} {{ stroke-dasharray: {dash}; }}" for number, dash in enumerate(DASHES) if dash]
    return "\n".join(found)


def legend(writer: Writer, chart: Chart, looks: Mapping[str, Look]) -> Iterator[tuple[int, Html]]:
    """Who is drawn how, two in a row where names are short; each with the number of its row."""
    texts = [entry(writer, line) for line in chart.lines]
    columns = 2 if all(width(text) <= COLUMN // 2 for text in texts) else 1
    for number, (line, text) in enumerate(zip(chart.lines, texts, strict=True)):
        row, column = divmod(number, columns)
        x, y = 8 + column * WIDTH // 2, TITLE + LINE * row + 14
        look = looks[line.contestant]
        if line.kind == "dots":
            sample = f'<path class="dots k{look.colour}" d="M{x + 12} {y - 5}h0M{x + 32} {y - 5}h0"/>'
        else:
            sample = f'<path class="line k{look.colour} d{look.dash}" d="M{x} {y - 5}h44"/>'
        yield row, Html(f'{sample}<text x="{x + 54}" y="{y}">{for_html(text)}</text>')


def entry(writer: Writer, line: Line) -> str:
    """A name with what the legend adds to it."""
    [language] = writer.languages
    return line.contestant if line.note is None else f"{line.contestant} ({line.note.in_(language)})"


def wrapped(text: str, letters: int) -> list[str]:
    """The text in lines of so many letters."""
    share = sum(map(width, text)) / max(1, len(text))
    return textwrap.wrap(text, int(letters / max(1.0, share)))


def width(text: str) -> int:
    """How many letters wide a text is: those of Hangul count double."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
