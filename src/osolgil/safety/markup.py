"""Names from data, made harmless for a terminal and for a page."""

import html
import unicodedata

BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: object) -> str:
    """The text with control characters spelled out, so that no name can move a cursor or reverse a line.

    >>> visible("a\\x1b[2J")
    'a\\\\x1b[2J'
    """
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in ("Cc", "Cs") or character in BIDIRECTIONAL
        else character
        for character in str(text)
    )


def for_terminal(text: object) -> str:
    """The text as Rich markup that prints exactly the text.

    `t[a]` stays `t[a]` instead of opening a style, and `x:cat:y` does not become a picture of a cat.

    >>> for_terminal("t[a]")
    't\\\\[a]'
    """
    from rich.markup import escape

    escaped = escape(visible(text))
    # Rich reads the interaction x:cat:y as x🐱y unless a tag, here one without effect, stands inside the word.
    return escaped if escaped.count(":") < 2 else escaped.replace(":", ":[none][/none]")


def for_html(text: object) -> str:
    """The text for an HTML element or a quoted attribute.

    >>> for_html("<script>")
    '&lt;script&gt;'
    """
    return html.escape(visible(text), quote=True)
