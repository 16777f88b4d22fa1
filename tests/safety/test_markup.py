import io

import pytest
from rich.console import Console

from osolgil.safety import for_html, for_terminal

NAMES = ["t[a]", "C(g)[T.b]", "[red]x[/red]", "[/]", "a\\", "a\\[b]", "[link=file:///etc]x", "무게[T.남]", "x[0]"]
NAMES += ["x:boom:y", "x:b:cat:dog", "g[T.b]:cat:h[1]", "::", ":[a]:cat:"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_as_it_is(name):
    page = io.StringIO()
    Console(file=page, width=200, color_system=None).print(f"[bold]{for_terminal(name)}[/bold]")
    assert page.getvalue() == name + "\n"


def test_a_name_cannot_move_the_cursor_or_reverse_the_line():
    assert for_terminal("a\x1b[2Jb\r\n\u202ec") == "a\\x1b[2Jb\\r\\n\\u202ec"
    assert "\x1b" not in for_html("\x1b]0;title\x07")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\" onload='x", "&quot; onload=&#x27;x"),
        ("키 & 몸무게", "키 &amp; 몸무게"),
    ],
)
def test_a_name_is_text_in_a_page(name, shown):
    assert for_html(name) == shown


def test_numbers_and_labels_may_be_shown_too():
    assert for_html(3) == "3"
    assert for_terminal(True) == "True"
