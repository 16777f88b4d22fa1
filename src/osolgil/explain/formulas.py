r"""LaTeX for a terminal: the part of it that surfaces' formulas use."""

import re
from collections.abc import Callable

from osolgil.methods.typeset import GREEK

WORDS = {rf"\{name}": letter for name, letter in GREEK.items()} | {
    r"\left": "", r"\right": "", r"\,": " ", r"\;": " ", r"\quad": "  ", r"\qquad": "   ", r"\cdot": "·",
    r"\times": "×", r"\pi": "π", r"\nabla": "∇", r"\sum": "Σ", r"\exp": "exp", r"\sin": "sin", r"\cos": "cos ",
    r"\log": "log", r"\max": "max", r"\lvert": "|", r"\rvert": "|", r"\top": "ᵀ", r"\le": "≤", r"\ge": "≥",
    r"\ldots": "...", r"\dots": "...",
}  # fmt: skip
HIGH = str.maketrans("0123456789+-()ntᵀ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵗᵀ")
LOW = str.maketrans("0123456789+-=()ijnt", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₙₜ")
FRACTIONS = {("1", "2"): "½", ("1", "4"): "¼", ("1", "8"): "⅛", ("1", "6"): "⅙", ("1", "3"): "⅓"}
NESTED = r"\{((?:[^{}]|\{[^{}]*\})*)\}"


def plain(latex: str) -> str:
    r"""A formula in LaTeX as Unicode text.

    >>> plain(r"\tfrac{1}{2}\left(x_1^2 + 10\,x_2^2\right)")
    '½(x₁² + 10 x₂²)'
    >>> plain(r"-20\exp\left(-0.2\sqrt{\tfrac{1}{2}\sum_{i=1}^{2} x_i^2}\right)")
    '-20exp(-0.2√(½Σ_{i=1..2} xᵢ²))'
    """
    text = re.sub(r"\\text" + NESTED, r"\1", latex)
    text = until_stable(text, r"\\[tdc]?frac" + NESTED + NESTED, lambda m: fraction(plain(m[1]), plain(m[2])))
    text = until_stable(text, r"\\sqrt" + NESTED, lambda m: f"√({plain(m[1])})")
    text = re.sub(r"\\sum_\{(.)=1\}\^\{(\w+)\}", "Σ_{\\1=1..\\2}", text)
    for word in sorted(WORDS, key=len, reverse=True):
        letter = r"(?![A-Za-z])" if word[-1].isalpha() else ""
        text = re.sub(re.escape(word) + letter, WORDS[word], text)
    text = re.sub(r"\^(?:" + NESTED + r"|(\w|ᵀ))", lambda m: scripted(m[1] or m[2], HIGH, "^"), text)
    text = re.sub(r"(?<!Σ)_(?:" + NESTED + r"|(\w))", lambda m: scripted(m[1] or m[2], LOW, "_"), text)
    return re.sub(r" {2,}", " ", text).replace("( ", "(").replace("∇ ", "∇").strip()


def until_stable(text: str, pattern: str, replace: Callable[[re.Match[str]], str]) -> str:
    """Replace, again and again, until nothing changes: for what stands inside of itself."""
    while (changed := re.sub(pattern, replace, text)) != text:
        text = changed
    return text


def fraction(above: str, below: str) -> str:
    """A quotient on one line."""
    if (above, below) in FRACTIONS:
        return FRACTIONS[above, below]
    return f"({above})/({below})" if len(above) > 1 and not above.isdigit() else f"{above}/{below} "


def scripted(inside: str, letters: dict[int, int], sign: str) -> str:
    """Raised or lowered letters, if there are such letters; otherwise the sign and parentheses."""
    moved = inside.translate(letters)
    exists = all(ord(character) in letters for character in inside)
    return moved if exists else f"{sign}{inside}" if inside.isalnum() else f"{sign}({inside})"
