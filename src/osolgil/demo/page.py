"""One page for all pictures, in English and Korean, without a script."""

import struct
from collections.abc import Sequence
from pathlib import Path

from osolgil.demo.part import Part, Picture, Table, Words
from osolgil.protocol.words import LANGUAGES
from osolgil.safety import for_html

STYLE = """
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1b1b1b; --soft: #5c5c5c; --line: #d8d8d8;
  --mark: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16181b; --ink: #ececec; --soft: #a9adb3; --line: #3a3e44; --mark: #56b4e9; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1.06rem/1.6 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", sans-serif; }
main, header, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: clamp(1.5rem, 5vw, 2.2rem); line-height: 1.25; margin: .6rem 0; }
h2 { font-size: clamp(1.25rem, 4vw, 1.7rem); margin: 3rem 0 .5rem; padding-top: 1rem;
  border-top: 1px solid var(--line); }
p { max-width: 46rem; }
figure { margin: 1.8rem 0; }
/* Pictures have white paper of their own, so that their colours mean the same in the dark. */
figure img { display: block; width: 100%; height: auto; background: #fff; border-radius: .4rem;
  border: 1px solid var(--line); }
figcaption, caption { color: var(--soft); font-size: .98rem; padding: .5rem 0; text-align: left; }
figcaption { max-width: 46rem; }
.wide { overflow-x: auto; margin: 1.8rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { caption-side: bottom; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; }
input[name=language] { position: absolute; opacity: 0; }
nav { padding-top: .8rem; text-align: right; max-width: 62rem; margin: 0 auto; padding-right: 1rem; }
nav label { cursor: pointer; padding: .3rem .7rem; border: 1px solid var(--line); border-radius: 1rem;
  margin-left: .3rem; }
#pick-en:checked ~ nav [for=pick-en], #pick-ko:checked ~ nav [for=pick-ko] { border-color: var(--mark);
  color: var(--mark); }
#pick-en:focus-visible ~ nav [for=pick-en], #pick-ko:focus-visible ~ nav [for=pick-ko] {
  outline: 2px solid var(--mark); }
#pick-en:checked ~ * .ko, #pick-ko:checked ~ * .en { display: none; }
footer { color: var(--soft); padding-bottom: 3rem; border-top: 1px solid var(--line); margin-top: 3rem; }
"""

TITLE = Words("osolgil: the small trail down the mountain", "오솔길: 산을 내려가는 작은 길")


def write_page(folder: Path, parts: Sequence[Part], closing: Words) -> Path:
    """Write `index.html` beside the pictures.

    Args:
        folder: where the pictures lie.
        parts: in order.
        closing: the last line.

    Returns:
        the path of the page.
    """
    body = "\n".join(section(folder, part) for part in parts)
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{for_html(TITLE.en)}</title>
<style>{STYLE}</style>
</head>
<body>
<input type="radio" name="language" id="pick-en" checked><input type="radio" name="language" id="pick-ko">
<nav><label for="pick-en" lang="en">English</label><label for="pick-ko" lang="ko">한국어</label></nav>
<header><h1>{both(TITLE, "span")}</h1></header>
<main>
{body}
</main>
<footer>{both(closing, "p")}</footer>
</body>
</html>
"""
    path = folder / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def both(words: Words, tag: str) -> str:
    """A text in both languages, of which one is shown."""
    return "".join(
        f'<{tag} class="{language}" lang="{language}">{for_html(words.in_(language))}</{tag}>' for language in LANGUAGES
    )


def section(folder: Path, part: Part) -> str:
    """A part as HTML."""
    shows = [figure(folder, each) if isinstance(each, Picture) else table(each) for each in part.shows]
    text = [both(words, "p") for words in part.text]
    return "\n".join([f"<section>\n<h2>{both(part.title, 'span')}</h2>", *text, *shows, "</section>"])


def figure(folder: Path, picture: Picture) -> str:
    """A picture with its caption: once, if it is the same in both languages."""
    if picture.files["en"] == picture.files["ko"]:
        images = image(folder, picture, "en", "")
    else:
        images = "".join(image(folder, picture, language, f' class="{language}"') for language in LANGUAGES)
    return f"<figure>{images}{both(picture.caption, 'figcaption')}</figure>"


def image(folder: Path, picture: Picture, language: str, attributes: str) -> str:
    """An image that is a link to itself, with its size, so that the page does not jump while it loads."""
    file = picture.files[language]
    width, height = size_of(folder / file)
    return (
        f'<a href="{for_html(file)}"{attributes}><img src="{for_html(file)}" width="{width}" height="{height}" '
        f'loading="lazy" alt="{for_html(picture.caption.in_(language))}"></a>'
    )


def size_of(file: Path) -> tuple[int, int]:
    """Width and height in pixels of a PNG or GIF."""
    with file.open("rb") as opened:
        head = opened.read(24)
    width, height = struct.unpack("<HH", head[6:10]) if head[:3] == b"GIF" else struct.unpack(">II", head[16:24])
    return int(width), int(height)


def table(shown: Table) -> str:
    """A table that scrolls by itself on a narrow screen."""
    heads = "".join(f"<th>{both(head, 'span')}</th>" for head in shown.heads)
    rows = "".join("<tr>" + "".join(f"<td>{for_html(cell)}</td>" for cell in row) + "</tr>" for row in shown.rows)
    caption = f"<caption>{both(shown.caption, 'span')}</caption>"
    return f'<div class="wide"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
