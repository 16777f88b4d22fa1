"""The words in a lesson's own pictures, those that it draws with pyplot."""

import warnings
from collections.abc import Mapping

from osolgil.plots.words import families, hangul_font, has_hangul


def lettered(words: Mapping[str, str]) -> dict[str, str]:
    """Let pyplot write these words, and give back those that it can write.

    pyplot gets a font that has Hangul, where one is installed. Where none is, the English words stand in for the Korean
    ones, with one warning: empty boxes tell nobody anything.

    Args:
        words: what to write, by what it is called in English.

    Returns:
        the same words, or their English names.
    """
    import matplotlib.pyplot as plt

    plt.rcParams["font.family"] = families()
    if hangul_font() is not None or not any(map(has_hangul, words.values())):
        return dict(words)
    warnings.warn(
        "No installed font has Hangul, so the pictures of this lesson are lettered in English; install NanumGothic or "
        "Noto Sans CJK.",
        stacklevel=2,
    )
    return {english: english for english in words}
