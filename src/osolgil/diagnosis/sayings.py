"""What the findings say, in English and Korean. The numbers are filled in by those who measured them."""

from typing import Any, NamedTuple

from osolgil.protocol.findings import Finding


class Said(NamedTuple):
    """A finding in words: templates for `str.format`; evidence without its end, and what to do about it."""

    evidence: str
    remedy: str
    evidence_ko: str
    remedy_ko: str


RATE = "the learning rate {rate:.4g} is {ratio:.3g} of the largest stable one, {limit:.4g} = {bound:.3g}/{largest:.5g}"
RATE_KO = "학습률({rate:.4g})은 안정한 최대 학습률({limit:.4g} = {bound:.3g}/{largest:.5g})의 {ratio:.3g}배입니다"

LANCZOS = (
    "; by Lanczos' method, which knows the largest to ±{above:.2g} and the smallest to ±{below:.2g}",
    ". 란초스 방법으로 구했으며, 가장 큰 고윳값은 ±{above:.2g}, 가장 작은 고윳값은 ±{below:.2g}까지 압니다",
)

SAYINGS = {
    # The learning rate.
    "right rate": Said(
        RATE + ", by {met}",
        "",
        RATE_KO,
        "",
    ),
    "largest rate": Said(
        "gradient descent is stable here up to the learning rate 2/λmax = {limit:.4g}; {good:.4g} would do",
        "",
        "이곳에서 경사하강법은 학습률 2/λmax = {limit:.4g}까지 안정합니다. {good:.4g} 정도면 됩니다",
        "",
    ),
    "crawling": Said(
        RATE + ", by {met}: the steps are {short:.3g} times as short as they could be",
        "take a larger learning rate; {good:.3g} would do",
        RATE_KO + ". 스텝의 길이가 낼 수 있는 길이의 1/{short:.3g}밖에 되지 않아 느립니다",
        "학습률을 높이세요. {good:.3g} 정도면 됩니다",
    ),
    "oscillating": Said(
        RATE + ", by {met}: the steps jump from one side of the valley to the other, and the error "
        "there changes by the factor {top:.3g} a step",
        "take a smaller learning rate; {good:.3g} would do",
        RATE_KO
        + ". 곡률이 가장 큰 방향으로 골짜기의 양쪽을 오가고(진동), 그 방향의 오차는 한 스텝에 {top:.3g}배가 됩니다",
        "학습률을 낮추세요. {good:.3g} 정도면 됩니다",
    ),
    "diverging": Said(
        RATE + ", by {met}: errors along it grow by the factor {top:.3g} a step",
        "take a learning rate below {limit:.3g}; {good:.3g} would do",
        RATE_KO + ". 곡률이 가장 큰 방향의 오차가 한 스텝마다 {top:.3g}배로 커집니다(발산)",
        "학습률을 {limit:.3g} 아래로 낮추세요. {good:.3g} 정도면 됩니다",
    ),
    "edge of stability": Said(
        RATE + "; the curvature has grown from {first:.4g} to {last:.4g} and stays where this rate can just bear it, "
        "while f went down",
        "nothing needs doing; a smaller rate, such as {good:.3g}, goes on to sharper minima",
        RATE_KO
        + ". 곡률이 {first:.4g}에서 {last:.4g}까지 커져 이 학습률이 견딜 수 있는 한계에 머물고, 그동안 함숫값은 "
        "내려갔습니다(안정성의 경계)",
        "그대로 두어도 됩니다. {good:.3g}처럼 더 작은 학습률은 더 날카로운 최소점으로 갑니다",
    ),
    # Ill-conditioning.
    "well-conditioned": Said(
        "the condition number is {bound}{kappa:.4g}: curvature {largest:.4g} along {steep} and {smallest:.4g} along "
        "{flat}; for six digits gradient descent needs about {descent}, momentum {momentum}, Nesterov {nesterov}, each "
        "at its best rate{raw}{lanczos}",
        "",
        "조건수가 {kappa:.4g}{bound_ko}입니다. 곡률은 {steep} 방향으로 {largest:.4g}, {flat} 방향으로 {smallest:.4g}입니다. "
        "여섯 자리까지 맞추려면 방법마다 가장 좋은 학습률을 써도 경사하강법은 약 {descent_ko}, 모멘텀은 {momentum_ko}, 네스테로프는 "
        "{nesterov_ko}이 필요합니다{raw_ko}{lanczos_ko}",
        "",
    ),
    "flat direction": Said(
        "the Hessian is singular: there is no curvature along {flat}, so that second derivatives do not determine the "
        "answer in that direction",
        "add a ridge penalty, or leave out parameters that others make up for",
        "헤세 행렬이 특이행렬입니다. {flat} 방향으로 곡률이 없어, 이계도함수만으로는 그 방향의 답이 정해지지 않습니다",
        "릿지 벌점을 더하거나, 다른 매개변수와 겹치는 매개변수를 빼세요",
    ),
    # Critical points.
    "minimum": Said(
        "{there} a minimum{away}: the Hessian's {values} are {smallest:.5g} to {largest:.5g}",
        "",
        "{there_ko} 극소점{end_ko}. 헤세 행렬의 고윳값은 {smallest:.5g} ~ {largest:.5g}입니다",
        "",
    ),
    "maximum": Said(
        "{there} a maximum{away}: the Hessian's {values} are {smallest:.5g} to {largest:.5g}, and f falls most steeply "
        "along {escape}",
        "start a little off it, along that direction",
        "{there_ko} 극대점{end_ko}. 헤세 행렬의 고윳값은 {smallest:.5g} ~ {largest:.5g}이고, 함수는 {escape} 방향으로 가장 "
        "가파르게 내려갑니다",
        "그 방향으로 조금 벗어나 시작하세요",
    ),
    "saddle": Said(
        "{there} a saddle point{away}: the Hessian's {values} are {smallest:.5g} to {largest:.5g}, and f falls in "
        "{downward}, most steeply along {escape}",
        "start a little off it, along that direction; noise, momentum, or a method that uses negative curvature leave it "
        "by themselves",
        "{there_ko} 안장점{end_ko}. 헤세 행렬의 고윳값은 {smallest:.5g} ~ {largest:.5g}이고, 함수는 {escape} 방향으로 가장 "
        "가파르게 내려갑니다",
        "그 방향으로 조금 벗어나 시작하세요. 잡음, 모멘텀, 음의 곡률을 쓰는 방법은 스스로 벗어납니다",
    ),
    "degenerate": Said(
        "{there} a critical point{away}, but of what kind the Hessian does not decide: its {values} are {smallest:.5g} "
        "to {largest:.5g}{doubt}",
        "look at f around it; if it is a valley's floor, a ridge penalty makes the answer unique",
        "{there_ko} 임계점{end_ko}. 그러나 헤세 행렬만으로는 종류를 알 수 없습니다. 고윳값은 {smallest:.5g} ~ "
        "{largest:.5g}{doubt_ko}",
        "주변의 함숫값을 살펴보세요. 골짜기 바닥이라면 릿지 벌점이 답을 하나로 정해 줍니다",
    ),
    "plateau": Said(
        "this is a plateau: the slope is {slope:.3g}, but {distance:.3g} further down f has fallen by {fall:.3g}, "
        "{times:.3g} times as fast",
        "start elsewhere, or use a method whose steps do not shrink with the slope, such as rmsprop, adam or normalized "
        "gradient descent",
        "평평한 고원입니다. 기울기의 크기는 {slope:.3g}인데, {distance:.3g}만큼 더 내려가면 함숫값이 {fall:.3g}만큼 "
        "낮아져 여기보다 {times:.3g}배 가파릅니다",
        "다른 곳에서 시작하거나, 기울기가 작아도 스텝이 짧아지지 않는 방법(RMSProp, Adam, 정규화 경사하강법)을 쓰세요",
    ),
    # Gradient noise.
    "gradient noise": Said(
        "the gradients of single rows differ from their mean by {spread:.3g}, whose size is {signal:.3g} (noise scale "
        "tr Σ/‖g‖² = {scale:.3g}; {looked}){even}",
        "",
        "행 하나하나의 기울기는 평균에서 {spread:.3g}만큼 벗어나고, 평균 기울기의 크기는 {signal:.3g}입니다(잡음 척도 "
        "tr Σ/‖g‖² = {scale:.3g}){even_ko}",
        "",
    ),
    "noise": Said(
        "a batch of {size:,} has {share:.2g} times as much signal as noise: the gradients of single rows differ from "
        "their mean by {spread:.3g}, whose size is {signal:.3g} (noise scale tr Σ/‖g‖² = {scale:.3g}; {looked}){wanders}",
        "let the learning rate shrink by a schedule, average the path (PolyakAveraging), or use {enough}",
        "크기 {size:,}인 배치의 신호는 잡음의 {share:.2g}배입니다. 행 하나하나의 기울기는 평균에서 {spread:.3g}만큼 "
        "벗어나고, 평균 기울기의 크기는 {signal:.3g}입니다(잡음 척도 tr Σ/‖g‖² = {scale:.3g}){wanders_ko}",
        "스케줄로 학습률을 줄이거나, 경로를 평균하거나(PolyakAveraging), {enough_ko} 쓰세요",
    ),
    # What is not finite.
    "not finite": Said(
        "{told}",
        "take a smaller learning rate, clip the gradient (ClipByNorm), start elsewhere, or write the function in a form "
        "that does not overflow: no logarithm or root of negative numbers, no division by zero, no exponential of "
        "large numbers",
        "{told_ko}",
        "학습률을 낮추거나, 기울기를 자르거나(ClipByNorm), 다른 곳에서 시작하거나, 오버플로가 나지 않는 형태로 함수를 쓰세요. 음수의 "
        "로그나 제곱근, 0으로 나누기, 큰 수의 지수가 없는지 보세요",
    ),
}
"""By cause."""

SAYINGS["ill-conditioned"] = SAYINGS["well-conditioned"]._replace(
    remedy="{scaling}use momentum, an adaptive method, or one of second order",
    remedy_ko="{scaling_ko}모멘텀, 적응적 방법, 2차 방법을 쓰세요",
)


def as_finding(cause: str, number: float, *, trouble: bool = True, **told: Any) -> Finding:
    """The finding of this cause, with the numbers and words that its templates ask for."""
    evidence, remedy, evidence_ko, remedy_ko = (template.format(**told) for template in SAYINGS[cause])
    return Finding(cause, number, evidence, remedy, trouble, korean=(evidence_ko, remedy_ko))
