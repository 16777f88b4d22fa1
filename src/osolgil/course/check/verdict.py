"""What the checker says about a function, and about all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from osolgil.course.check.catalogue import MISTAKES
from osolgil.course.check.reading import Said
from osolgil.protocol.words import checked_language

HINT: Said = ("Hint", "힌트")
NOTE: Said = ("Note", "참고")


def spoken(said: Said, language: str) -> str:
    """One of the two languages."""
    return said[checked_language(language) == "ko"]


@dataclass(frozen=True)
class Verdict:
    """Whether a function is right and, if a known mistake explains everything that it gave, which one.

    Attributes:
        function: the name of the function in the assignment.
        passed: whether it agreed with the reference in every case.
        mistakes: the names of the mistakes found, keys of `check.MISTAKES`; empty if the function is right, or if no
            known mistake explains what it gave.
        details: what was seen, such as a case with what was expected and what came out.
        notes: what is worth knowing though it is not wrong.
        language: in which the verdict is printed, "en" or "ko".
    """

    function: str
    passed: bool
    mistakes: tuple[str, ...] = ()
    details: tuple[Said, ...] = ()
    notes: tuple[Said, ...] = ()
    language: str = field(default="en", compare=False)

    def text(self, language: str | None = None) -> str:
        """The verdict in this language; in its own if none is given.

        Raises:
            ValueError: the language is neither "en" nor "ko".
        """
        told = checked_language(language or self.language)
        lines = [f"{'✓' if self.passed else '✗'} {self.function}: {spoken(self.headline, told)}"]
        for name in self.mistakes:
            what, hint = MISTAKES[name].text(told)
            lines += [f"  {what}", f"  {spoken(HINT, told)}: {hint}"]
        lines += [f"  {spoken(said, told)}" for said in self.details]
        lines += [f"  {spoken(NOTE, told)}: {spoken(said, told)}" for said in self.notes]
        return "\n".join(lines)

    @property
    def headline(self) -> Said:
        """The verdict in a sentence."""
        if self.passed:
            return "right.", "맞습니다."
        if self.mistakes:
            return "not right yet.", "아직 맞지 않습니다."
        return (
            "not right yet, and it is none of the mistakes that the checker knows.",
            "아직 맞지 않습니다. 검사기가 아는 실수 가운데에는 없습니다.",
        )

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _ipython_display_(self) -> None:
        """Show nothing: a check prints its verdict itself, and a notebook would show it a second time."""


@dataclass(frozen=True)
class Report:
    """The verdicts on all functions of the assignment.

    Attributes:
        verdicts: by function, in the order of the assignment; None where the function is not there yet.
        language: in which the report is printed, "en" or "ko".
    """

    verdicts: Mapping[str, Verdict | None]
    language: str = "en"

    @property
    def passed(self) -> bool:
        """Whether every function is there and right."""
        return all(verdict is not None and verdict.passed for verdict in self.verdicts.values())

    def text(self, language: str | None = None) -> str:
        """A line for each function, in this language; in its own if none is given."""
        told = checked_language(language or self.language)
        right = sum(bool(verdict) for verdict in self.verdicts.values())
        width = max(map(len, self.verdicts))
        lines = [
            f"{mark(verdict)} {name:{width}}  {self.line(verdict, told)}" for name, verdict in self.verdicts.items()
        ]
        total: Said = (
            f"{right} of {len(self.verdicts)} functions are right.",
            f"함수 {len(self.verdicts)}개 가운데 {right}개가 맞습니다.",
        )
        return "\n".join([*lines, spoken(total, told)])

    @staticmethod
    def line(verdict: Verdict | None, language: str) -> str:
        """What is to be said about one function in a line."""
        if verdict is None:
            return spoken(("not there yet", "아직 없습니다"), language)
        if verdict.mistakes:
            return " ".join(MISTAKES[name].text(language)[0] for name in verdict.mistakes)
        return spoken(verdict.headline, language)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _ipython_display_(self) -> None:
        """Show nothing: `check.all` prints the report itself."""


def mark(verdict: Verdict | None) -> str:
    """A tick, a cross, or a dot for what is not there yet."""
    return "·" if verdict is None else "✓" if verdict.passed else "✗"
