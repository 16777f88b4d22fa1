"""What a mistake is: a name, what was done, and a hint, in English and Korean; the catalogue of all there are."""

from dataclasses import dataclass

from osolgil.protocol.words import checked_language


@dataclass(frozen=True)
class Mistake:
    """A known mistake. A hint says where to look, never what to write.

    Attributes:
        name: the same name, the same mistake.
        en: what was done, in English.
        ko: what was done, in Korean.
        hint_en: where to look, in English.
        hint_ko: where to look, in Korean.
    """

    name: str
    en: str
    ko: str
    hint_en: str
    hint_ko: str

    def text(self, language: str = "en") -> tuple[str, str]:
        """What was done, and the hint, in this language."""
        return (self.ko, self.hint_ko) if checked_language(language) == "ko" else (self.en, self.hint_en)


def catalogue(*mistakes: Mistake) -> dict[str, Mistake]:
    """Mistakes by their names."""
    return {mistake.name: mistake for mistake in mistakes}
