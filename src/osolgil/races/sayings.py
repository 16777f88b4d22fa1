"""What audits say, in English and Korean. The numbers are filled in by those who found them."""

from typing import Any, NamedTuple

from osolgil.protocol.findings import Finding


class Said(NamedTuple):
    """An objection in words: templates for `str.format`; evidence without its end, and what to do about it."""

    evidence: str
    remedy: str
    evidence_ko: str
    remedy_ko: str


SAYINGS = {
    "edge": Said(
        "the best {dimension} of {contestant} on {problem}, {value:.4g}, lies in the outer tenth of the range "
        "searched, {low:.4g} to {high:.4g}",
        "widen {dimension} for everybody and run again: the best value may lie outside",
        "{problem}에서 {contestant}의 가장 좋은 {dimension} 값({value:.4g})이 탐색 범위 [{low:.4g}, {high:.4g}]의 "
        "가장자리 10% 안에 있습니다",
        "모든 참가자의 {dimension} 범위를 넓혀 다시 실행하세요. 더 좋은 값이 범위 밖에 있을 수 있습니다",
    ),
    "edge again": Said(
        "the best {dimension} of {contestant} on {problem}, {value:.4g}, lies in the outer tenth of the range "
        "searched, {low:.4g} to {high:.4g}, although that was widened already",
        "do not trust the comparison: look at the sensitivity, and ask whether there is a best {dimension} at all",
        "{problem}에서 {contestant}의 가장 좋은 {dimension} 값({value:.4g})이, 범위를 이미 한 번 넓혔는데도 "
        "[{low:.4g}, {high:.4g}]의 가장자리 10% 안에 있습니다",
        "이 비교를 믿지 마세요. 민감도 그림을 보고, 이 문제에 가장 좋은 {dimension} 값이 있기는 한지 살펴보세요",
    ),
    "inclusion": Said(
        "{general} contains {special} as a special case and yet lost to it on {problem}: {better} trials of {special} "
        "beat the best one of {general}, which chance does with p = {p:.2g}",
        "give both more trials: the search is at fault, and not {general}",
        "{special} 방법은 {general} 방법의 특수한 경우인데도 {problem}에서 {general} 쪽이 졌습니다. {special}의 시행 "
        "{better}개가 {general}의 가장 좋은 시행보다 나은데, 우연히 그럴 확률은 p = {p:.2g}입니다",
        "둘 다 시행 횟수를 늘리세요. {general} 탓이 아니라 탐색이 모자란 탓입니다",
    ),
    "unequal trials": Said(
        "{contestant} has {found} tuning runs on {problem} where {expected} were declared for everybody",
        "give every contestant the same trials and seeds",
        "{problem}에서 {contestant}의 튜닝 실행은 {found}회로, 모두에게 정해진 {expected}회와 다릅니다",
        "모든 참가자에게 같은 시행과 같은 시드를 주세요",
    ),
    "unequal spaces": Said(
        "{contestant} searches {dimension} in a range of its own",
        "search the same range for everybody; a name has one range",
        "{contestant}만 {dimension}의 범위가 다릅니다",
        "모두 같은 범위에서 탐색하세요. 이름이 같으면 범위도 같아야 합니다",
    ),
    "spaces changed": Said(
        "the spaces are not those that were sealed before the first run",
        "race again, with the spaces declared beforehand",
        "탐색 공간이 첫 실행 전에 봉인한 것과 다릅니다",
        "탐색 공간을 먼저 선언하고 다시 실행하세요",
    ),
    "picked trials": Said(
        "trial {trial} of {contestant} on {problem} is not the point that was drawn for it",
        "run the trials that the declared seed draws",
        "{problem}에서 {contestant}의 시행 {trial}번이 선언한 시드로 뽑힌 점이 아닙니다",
        "선언한 시드로 뽑힌 시행만 실행하세요",
    ),
    "unequal budget": Said(
        "a run of {contestant} on {problem} used {found} of {count}, and everybody's budget is {budget}",
        "stop every run at the same budget",
        "{problem}에서 {contestant}의 한 실행이 예산을 넘었습니다. {count}의 예산은 모두 {budget}인데 "
        "{found}까지 썼습니다",
        "모든 실행을 같은 예산에서 멈추세요",
    ),
    "overlapping seeds": Said(
        "seeds {seeds} were used for tuning and for evaluation as well",
        "evaluate on seeds that tuning has never seen",
        "튜닝과 평가에 같은 시드({seeds})가 쓰였습니다",
        "튜닝에 쓰지 않은 시드로 평가하세요",
    ),
    "target changed": Said(
        "the targets of {problem} are not those that were sealed before the first run: {detail}",
        "race again, with the targets stored with the problem beforehand",
        "{problem}의 목표값이 첫 실행 전에 봉인한 것과 다릅니다: {detail_ko}",
        "목표값을 문제와 함께 먼저 저장하고 다시 실행하세요",
    ),
    "hidden clipping": Said(
        "{contestant} clips its gradients ({layer}), which its name does not say",
        "name it so, such as {contestant}_clipped, or take the clipping off",
        "참가자 {contestant}의 이름에 기울기를 자른다는({layer}) 사실이 없습니다",
        "{contestant}_clipped처럼 이름에 밝히거나, 자르기를 빼세요",
    ),
    "hidden transform": Said(
        "{contestant} contains {layer}, which its name does not say",
        "name it so, such as {contestant}_with_{layer}, or take it off",
        "참가자 {contestant}의 이름에 {layer} 변환이 들어 있다는 사실이 없습니다",
        "{contestant}_with_{layer}처럼 이름에 밝히거나 빼세요",
    ),
    "test in selection": Said(
        "the test metric took part in tuning: {detail}",
        "select by {allowed}, and read the test once, at the end",
        "테스트 지표가 튜닝에 쓰였습니다: {detail_ko}",
        "{allowed} 기준으로 고르고, 테스트는 마지막에 한 번만 보세요",
    ),
    "other winner": Said(
        "trial {found} of {contestant} on {problem} was evaluated, while {metric} selects trial {expected}",
        "evaluate the trial that the declared metric selects",
        "{problem}에서 {contestant}의 시행 {found}번을 평가했지만, {metric} 기준으로 뽑히는 것은 {expected}번입니다",
        "선언한 기준이 고르는 시행을 평가하세요",
    ),
    "missing runs": Said(
        "{missing} of {expected} runs of {contestant} on {problem} are missing ({phase})",
        "run them: what failed counts as a failure, and what is missing could be anything",
        "{problem}에서 {contestant}의 실행 {expected}개 가운데 {missing}개가 없습니다({phase_ko})",
        "빠진 실행을 마저 하세요. 실패는 실패로 세지만, 없는 결과는 무엇이었을지 알 수 없습니다",
    ),
    "doubled runs": Said(
        "{doubled} runs of {contestant} on {problem} are there twice ({phase}), so that the better could be picked",
        "keep the first of each",
        "{problem}에서 {contestant}의 실행 {doubled}개가 두 번 들어 있습니다({phase_ko}). 좋은 쪽만 골랐을 수 있습니다",
        "각각 처음 것만 남기세요",
    ),
    "few pairs": Said(
        "there are {pairs} pairs, and the smallest p-value of {pairs} is {least:.2g}",
        "evaluate on {needed} seeds or more",
        "쌍이 {pairs}개뿐이어서 p값이 아무리 작아도 {least:.2g}입니다",
        "평가 시드를 {needed}개 이상으로 늘리세요",
    ),
}
"""By cause."""

PHASES_KO = {"tuning": "튜닝", "evaluation": "평가"}


def as_finding(cause: str, number: float, **told: Any) -> Finding:
    """The finding of this cause, with the numbers and words that its templates ask for."""
    evidence, remedy, evidence_ko, remedy_ko = (template.format(**told) for template in SAYINGS[cause])
    return Finding(cause, number, evidence, remedy, korean=(evidence_ko, remedy_ko))
