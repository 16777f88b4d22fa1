"""Findings: measured reasons, in one language for runs, problems and data."""

from dataclasses import dataclass

from osolgil.protocol.words import capitalized, checked_language


@dataclass(frozen=True)
class Finding:
    """A measured reason for how a run went or will go, with its remedy.

    Attributes:
        cause: its name, such as "diverging", "ill-conditioned" or "collinear"; the same name, the same cause.
        number: what was measured.
        evidence: what was found, with the number; a sentence without its end.
        remedy: what to do; empty where nothing needs doing.
        trouble: whether it stands in the way; otherwise it is a fact worth knowing.
        columns: the columns of a table that are concerned.
        rows: the rows concerned, counted from 0.
        korean: evidence and remedy in Korean, where they were written.

    >>> flat = Finding("plateau", 1e-9, "the slope is 1e-9", "take larger steps")
    >>> print(flat)
    the slope is 1e-9; take larger steps
    """

    cause: str
    number: float
    evidence: str
    remedy: str
    trouble: bool = True
    columns: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    korean: tuple[str, str] | None = None

    def said(self, language: str = "en") -> tuple[str, str]:
        """Evidence and remedy in this language; in English where nobody wrote the Korean.

        Raises:
            ValueError: the language is neither "en" nor "ko".
        """
        checked_language(language)
        return self.korean if language == "ko" and self.korean is not None else (self.evidence, self.remedy)

    def text(self, language: str = "en") -> str:
        """Evidence and remedy in this language, as one sentence without its end."""
        said = self.said(language)
        return ("; " if said[0] == self.evidence else ". ").join(filter(None, said))

    def lines(self, language: str = "en") -> list[str]:
        """The finding in a list: a mark and the evidence, and the remedy in a line of its own."""
        evidence, remedy = (capitalized(part) for part in self.said(language))
        return [f"{'!' if self.trouble else '·'} {evidence}.", *([f"  → {remedy}."] if remedy else [])]

    def __str__(self) -> str:
        return self.text()
