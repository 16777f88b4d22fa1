"""What the page says more than once, in English and Korean."""

from collections.abc import Iterable
from typing import NamedTuple

from osolgil.protocol.words import checked_language
from osolgil.races.manifest import Manifest, tuned_divisions
from osolgil.races.pairings import MEASURES
from osolgil.races.verdicts import shown


class Words(NamedTuple):
    """A text in English and in Korean."""

    en: str
    ko: str

    def in_(self, language: str) -> str:
        """The text in this language.

        Raises:
            ValueError: the language is neither "en" nor "ko".
        """
        return self.en if checked_language(language) == "en" else self.ko


DIVISION_WORDS = {
    "defaults": Words("Defaults", "기본값 부문"),
    "learning_rate_tuned": Words("Learning rate tuned", "학습률 튜닝 부문"),
    "fully_tuned": Words("Fully tuned", "전체 튜닝 부문"),
    "self_tuning": Words("Self-tuning", "자체 조절 부문"),
}
"""By division."""

METRIC_WORDS = {
    "final": Words("the final training objective", "마지막 훈련 목적함숫값"),
    "best": Words("the lowest training objective", "가장 낮은 훈련 목적함숫값"),
    "validation": Words("the validation loss", "검증 손실"),
    "test": Words("the test loss", "테스트 손실"),
}
"""By the column that winners are selected by."""

COUNT_WORDS = {
    "steps": Words("steps", "스텝"),
    "evaluations_value": Words("values", "함숫값 평가"),
    "evaluations_gradient": Words("gradients", "기울기 평가"),
    "evaluations_hessian": Words("Hessians", "헤세 행렬 평가"),
    "evaluations_product": Words("Hessian products", "헤세 행렬-벡터 곱"),
    "rows": Words("rows read", "읽은 행"),
    "seconds": Words("seconds", "실행 시간(초)"),
    "compile_seconds": Words("seconds compiling", "컴파일 시간(초)"),
}
"""By the column that counts."""

CONTESTANT = Words("contestant", "참가자")


def number(value: float) -> str:
    """A number as tables write it: counts in full, the rest to three digits.

    >>> number(1364.0), number(0.0123456), number(float("inf"))
    ('1,364', '0.0123', '∞')
    """
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else shown(value)


def division_words(division: str) -> Words:
    """The name of a division; one that nobody knows is called what it is called."""
    return DIVISION_WORDS.get(division, Words(division, division))


def metric_words(metric: str) -> Words:
    """The name of what winners are selected by."""
    return METRIC_WORDS.get(metric, Words(metric, metric))


def measure_words(measure: str) -> Words:
    """The name of what is compared."""
    return Words(*MEASURES[measure])


def runs_of_numbers(numbers: Iterable[int]) -> str:
    """Whole numbers, neighbours drawn together.

    >>> runs_of_numbers([0, 1, 2, 3, 7, 100, 101])
    '0–3, 7, 100, 101'
    """
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    wide = 2
    told = [f"{low}–{high}" if high - low >= wide else ", ".join(map(str, range(low, high + 1))) for low, high in spans]
    return ", ".join(told)


def protocol_words(manifest: Manifest, division: str) -> Words:
    """How the runs of a division came about, for captions: trials, selection, seeds and budget of the manifest."""
    seeds, search = manifest["seeds"], manifest["search"]
    evaluation = runs_of_numbers(seeds["evaluation"])
    if division in tuned_divisions(manifest):
        metric = metric_words(manifest["selection"]["metric"])
        tuning = runs_of_numbers(seeds["tuning"])
        how = Words(
            f"Every contestant had {search['trials']} trials (Sobol points, scrambled by seed {search['seed']}); the "
            f"best by {metric.en} on tuning seeds {tuning} went on to evaluation seeds {evaluation}.",
            f"참가자마다 시행을 {search['trials']}회씩 했고(소볼 점, 스크램블 시드 {search['seed']}), 튜닝 시드 "
            f"{tuning}에서 {metric.ko} 기준으로 가장 좋은 시행을 평가 시드 {evaluation}에서 평가했습니다.",
        )
    else:
        how = Words(
            f"Nothing was tuned; evaluation seeds {evaluation}.",
            f"튜닝하지 않았습니다. 평가 시드 {evaluation}.",
        )
    limits = Words(
        ", ".join(f"{most:,} {count_words(name).en}" for name, most in manifest["budget"].items()),
        ", ".join(f"{count_words(name).ko} {most:,}" for name, most in manifest["budget"].items()),
    )
    if not limits.en:
        return how
    return Words(f"{how.en} Budget of a run: {limits.en}.", f"{how.ko} 실행당 예산: {limits.ko}.")


def count_words(name: str) -> Words:
    """The name of a cost that is counted."""
    return COUNT_WORDS.get(name, Words(name, name))
