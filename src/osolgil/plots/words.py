"""The words in pictures, in English and Korean, and a font that has them."""

import functools
import warnings

from matplotlib import font_manager

from osolgil.protocol.words import checked_language

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
    "minimum": "최소점",
    "local minimum": "지역 최소점",
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
    "validation, once an epoch": "검증 데이터, 에폭마다",
    "loss": "손실",
    "data": "데이터",
    "height of the surface": "곡면의 높이",
    "confidence band": "신뢰구간",
    "prediction band": "예측구간",
    "fitted curve": "적합한 곡선",
    "data, ± one standard deviation": "데이터, ± 표준편차",
    "probability one half": "확률 1/2",
    "Learning rates": "학습률",
    "given by the user": "사용자가 정함",
    "The family tree": "최적화 방법의 계보",
    "yes": "예",
    "no": "아니요",
    "likelihood": "우도",
    "log-likelihood": "로그우도",
    "relative likelihood": "상대 우도",
    "relative likelihood (profile)": "상대 우도 (프로파일)",
    "log-likelihood (profile)": "로그우도 (프로파일)",
    "estimate": "추정값",
    "likelihood interval": "우도 구간",
    "most likely": "우도가 가장 큼",
    "equally likely": "우도가 같음",
    "slope": "직선의 기울기",
    "sum of squares": "잔차제곱합",
    "one optimum": "최적점은 하나",
    "linear predictor": "선형 예측값",
    "cost of a row": "한 행의 비용",
    "negative log-likelihood": "음의 로그우도",
    "squared error": "제곱오차",
    "from x (0) to y (1)": "x(0)에서 y(1)까지",
    "function": "함수",
    "chord": "현",
    "the function lies above its chord": "함수가 현보다 위에 있음",
    "no such chord was found": "그런 현을 찾지 못함",
    "rows": "행",
    "row": "행",
    "smooth": "평활 곡선",
    "fitted mean": "적합값",
    "residual": "잔차",
    "Pearson residual": "피어슨 잔차",
    "deviance residual": "이탈도 잔차",
    "standardized residual": "표준화 잔차",
    "quantile residual": "분위수 잔차",
    "95% lie between, if the model is right": "모형이 맞으면 95%가 이 사이에 있음",
    "normal": "정규분포",
    "normal quantile": "정규분포의 분위수",
    "at each rank, if the model is right": "구간 (순위마다, 모형이 맞을 때)",
    "leverage": "지렛값 (leverage)",
    "Cook’s distance": "쿡의 거리",
    "false positives: noes taken for yes": "위양성률: 아니요를 예라고 한 비율",
    "true positives: yeses found": "진양성률: 예를 찾아낸 비율",
    "by chance": "무작위",
    "predicted probability": "예측 확률",
    "observed share": "실제 비율",
    "as predicted": "예측한 대로",
    "coefficient": "계수",
    "coefficient, for one standard deviation of the column": "계수 (열의 표준편차 하나에 대한)",
    "confidence interval": "신뢰구간",
    "no intervals": "구간 없음",
    "penalized": "벌점이 있음",
    "bounds or constraints": "경계나 제약이 있음",
    "no likelihood": "우도가 아님",
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
