"""The words in pictures, in English and Korean, and a font that has them."""

import functools
import warnings

from matplotlib import font_manager

LANGUAGES = ("en", "ko")

KNOWN_FONTS = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "Nanum Gothic",
    "NanumBarunGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "Noto Sans CJK JP",
    "UnDotum",
    "Baekmuk Dotum",
)
"""Fonts that have Hangul, the best first."""

KOREAN = {
    "start": "출발점",
    "minimum": "최솟점",
    "local minimum": "지역 최솟점",
    "saddle point": "안장점",
    "leaves the picture": "그림 밖으로 나감",
    "value": "함숫값",
    "value above the minimum": "최솟값과의 차이",
    "size of the gradient": "기울기의 크기",
    "steps": "스텝",
    "evaluations": "평가 횟수",
    "rows seen": "본 행의 수",
    "step": "스텝",
    "batch by batch": "배치마다",
    "all rows, once an epoch": "전체 행, 에폭마다",
    "loss": "손실",
    "data": "데이터",
    "height of the surface": "곡면의 높이",
    "confidence band": "신뢰구간",
    "probability one half": "확률 1/2",
    "Learning rates": "학습률",
    "given by the user": "사용자가 정함",
    "yes": "예",
    "no": "아니요",
}
"""Every word that the library itself writes into a picture."""


@functools.cache
def hangul_font() -> str | None:
    """The name of an installed font that has Hangul, or None."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in KNOWN_FONTS if name in installed), None)


def families() -> list[str]:
    """Font families for any text, in the order in which glyphs are looked up."""
    font = hangul_font()
    return ["DejaVu Sans"] if font is None else ["DejaVu Sans", font]


def has_hangul(text: str) -> bool:
    """Whether a text needs a font that has Hangul.

    >>> has_hangul("키 (in)"), has_hangul("height (in)")
    (True, False)
    """
    return any("가" <= letter <= "힣" or "ㄱ" <= letter <= "ㆎ" or "ᄀ" <= letter <= "ᇿ" for letter in text)


def checked_language(language: str) -> str:
    """The language, or a ValueError that lists those there are."""
    if language not in LANGUAGES:
        raise ValueError(f"language={language!r} is not known; choose 'en' or 'ko'.")
    return language


def say(english: str, language: str) -> str:
    """One of the library's own words in this language; in English where no installed font has Hangul."""
    if checked_language(language) == "ko" and hangul_font() is not None:
        return KOREAN[english]
    return english


def legible(text: str, instead: str) -> str:
    """A person's own text, or `instead` with a warning if it would be drawn as empty boxes."""
    if not has_hangul(text) or hangul_font() is not None:
        return text
    warnings.warn(
        f"No installed font has Hangul, so {text!r} is written as {instead!r}; install NanumGothic or Noto Sans CJK.",
        stacklevel=3,
    )
    return instead
