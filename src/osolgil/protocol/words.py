"""Numbers in words, for messages."""

LANGUAGES = ("en", "ko")
"""What the project speaks: English and Korean."""


def checked_language(language: str) -> str:
    """The language, or a ValueError that lists those there are."""
    if language not in LANGUAGES:
        raise ValueError(f"language={language!r} is not known; choose 'en' or 'ko'.")
    return language


def counted(count: int | float, what: str) -> str:
    """A number of things in words; one thing is a thing.

    >>> counted(1, "step"), counted(2500, "step"), counted(0.5, "epoch")
    ('1 step', '2,500 steps', '0.5 epochs')
    """
    shown = f"{count:,}" if isinstance(count, int) else f"{count:g}"
    return f"{shown} {what}{'s' * (count != 1)}"


def capitalized(text: str) -> str:
    """A text with a capital at its start; a formula's letter stays small.

    >>> capitalized("this is a saddle"), capitalized("a minimum"), capitalized("f = 3")
    ('This is a saddle', 'A minimum', 'f = 3')
    """
    return text[:1].upper() + text[1:] if text[1:2].isalpha() or text.startswith("a ") else text
