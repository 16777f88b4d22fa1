"""Markup: everything that is written into the page comes through here, escaped, in every language of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from osolgil.races.report.words import Words
from osolgil.safety import for_html


class Html(str):
    """Markup that is finished. Every other text is escaped before it enters the page."""

    __slots__ = ()


Text = str | Words | Html
"""What may be said: a name or number as it is, words in two languages, or finished markup."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        head: what stands above it.
        text: it holds words, which begin at the left and may be broken, and not numbers.
    """

    head: Text
    text: bool = False


@dataclass(frozen=True)
class Table:
    """A table. The first cell of a row names the row.

    Attributes:
        caption: what the table shows.
        columns: one for each cell of a row.
        rows: the cells.
    """

    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass
class Writer:
    """Writes markup in some languages, and gives out ids that are unique on the page.

    Attributes:
        languages: "en", "ko" or both; the first is shown first.
    """

    languages: tuple[str, ...]
    _given: dict[str, int] = field(default_factory=dict)

    def new_id(self, stem: str) -> str:
        """An id that no other element has."""
        self._given[stem] = self._given.get(stem, 0) + 1
        return f"{stem}-{self._given[stem]}"

    def say(self, text: Text, tag: str = "span", attributes: str = "") -> Html:
        """A text, in all languages of the page; where it differs, in elements of which one is shown.

        Args:
            text: words, or a name.
            tag: of the elements.
            attributes: of each of them, finished.
        """
        if isinstance(text, Html):
            return text
        said = [text.in_(language) if isinstance(text, Words) else text for language in self.languages]
        if len(set(said)) == 1:
            bare = tag == "span" and not attributes
            return Html(for_html(said[0]) if bare else f"<{tag}{attributes}>{for_html(said[0])}</{tag}>")
        return joined(
            f'<{tag} class="{language}" lang="{language}"{attributes}>{for_html(each)}</{tag}>'
            for language, each in zip(self.languages, said, strict=True)
        )

    def element(self, tag: str, content: Text, attributes: str = "") -> Html:
        """An element around a text."""
        return Html(f"<{tag}{attributes}>{self.say(content)}</{tag}>")

    def table(self, shown: Table) -> Html:
        """A table, which scrolls by itself on a narrow screen, also by keyboard."""
        name = self.new_id("table")
        heads = joined(
            f'<th scope="col"{LEFT if column.text else ""}>{self.say(column.head)}</th>' for column in shown.columns
        )
        rows = joined(f"<tr>{self._cells(row, shown.columns)}</tr>" for row in shown.rows)
        return Html(
            f'<div class="wide" role="region" tabindex="0" aria-labelledby="{name}"><table>'
            f'<caption id="{name}">{self.say(shown.caption)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def folded(self, summary: Text, content: str, *, unfolded: bool = False) -> Html:
        """What is read by those who want to."""
        state = " open" if unfolded else ""
        return Html(f"<details{state}><summary>{self.say(summary)}</summary>{content}</details>")

    def _cells(self, row: Sequence[Text], columns: Sequence[Column]) -> Html:
        cells = []
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            opening, closing = ('<th scope="row"', "th") if place == 0 else ("<td", "td")
            said = self.say(cell)
            if place == 0:  # the box inside keeps a long name from widening the column, which stays in view
                said = Html(f'<span class="name">{said}</span>')
            cells.append(f"{opening}{LEFT if column.text else ''}>{said}</{closing}>")
        return joined(cells)


LEFT = ' class="text"'


def joined(parts: Iterable[str]) -> Html:
    """Finished parts, one after the other."""
    return Html("".join(parts))
