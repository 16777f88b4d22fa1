"""Mistakes in derivatives and in the step."""

from osolgil.course.check.mistakes import Mistake, catalogue

GRADIENTS = catalogue(
    Mistake(
        "missing_x_ij",
        "The factor x_ij is missing: the derivative does not depend on which coefficient it belongs to.",
        "x_ij가 빠졌습니다. 어느 계수로 미분하든 값이 같습니다.",
        "Chain rule: after the outer derivative comes the inner one. What stands next to β_j?",
        "연쇄 법칙에서 바깥 함수를 미분한 다음에는 안쪽 함수를 미분합니다. β_j 옆에 무엇이 있습니까?",
    ),
    Mistake(
        "model_ignored",
        "The prediction of the other model is used: the argument `model` is not heeded, or taken the wrong way round.",
        "다른 모형의 예측값을 썼습니다. 인수 `model`을 쓰지 않았거나 거꾸로 썼습니다.",
        "The two gradients have one shape. What does each model predict for a row?",
        "두 기울기는 같은 꼴의 식입니다. 각 모형은 한 행에 대해 무엇을 예측합니까?",
    ),
    Mistake(
        "wrong_column",
        "The neighbouring column is used, not column j: a shift by one.",
        "j번째 열이 아니라 바로 옆의 열을 썼습니다. 번호가 하나 밀렸습니다.",
        "Python counts from 0. Which column is number 0 here?",
        "파이썬은 0부터 셉니다. 여기서 0번 열은 무엇입니까?",
    ),
    Mistake(
        "beta_for_x",
        "A coefficient stands where the row's own value belongs.",
        "행의 값이 있어야 할 자리에 계수가 있습니다.",
        "Differentiate the linear predictor with respect to one coefficient: which of the two factors remains?",
        "선형 예측값을 계수 하나로 미분해 보십시오. 곱해진 두 수 가운데 어느 것이 남습니까?",
    ),
    Mistake(
        "squared_residual",
        "The residual is squared: that belongs to the loss, not to its derivative.",
        "잔차를 제곱했습니다. 제곱은 손실에 있는 것이고 도함수에는 없습니다.",
        "What is the degree of a square's derivative?",
        "제곱을 미분하면 몇 차가 됩니까?",
    ),
    Mistake(
        "residual_missing",
        "The residual is missing: the derivative does not depend on the target.",
        "잔차가 빠졌습니다. 도함수가 목표값과 무관합니다.",
        "What should the derivative be for a row whose prediction is exact?",
        "예측이 정확히 맞은 행에서 도함수는 얼마여야 합니까?",
    ),
    Mistake(
        "gradient_ascent",
        "Gradient ascent: the step goes up the slope, not down.",
        "경사상승법입니다. 기울기를 따라 내려가지 않고 올라갑니다.",
        "The gradient points where the function grows fastest. Where do we want to go?",
        "기울기는 함수가 가장 빠르게 커지는 쪽을 가리킵니다. 우리는 어느 쪽으로 가야 합니까?",
    ),
    Mistake(
        "learning_rate_ignored",
        "The learning rate is ignored: the step is as long as the gradient.",
        "학습률이 쓰이지 않았습니다. 스텝의 길이가 기울기의 크기와 같습니다.",
        "If the learning rate is halved, how should the step change? Does it?",
        "학습률을 절반으로 줄이면 스텝은 어떻게 달라져야 합니까? 실제로 그렇습니까?",
    ),
    Mistake(
        "divided_by_learning_rate",
        "The gradient is divided by the learning rate: a small rate makes a large step.",
        "기울기를 학습률로 나누었습니다. 학습률이 작을수록 스텝이 커집니다.",
        "If the learning rate is halved, should the step become longer or shorter?",
        "학습률을 절반으로 줄이면 스텝은 길어져야 합니까, 짧아져야 합니까?",
    ),
    Mistake(
        "beta_ignored",
        "Only the move is returned, not the point where it ends.",
        "움직인 양만 반환하고, 움직여서 도착한 점은 반환하지 않았습니다.",
        "With a gradient of zero the point should stay where it is. What does your function return then?",
        "기울기가 0이면 점은 제자리에 있어야 합니다. 그때 지금 함수는 무엇을 반환합니까?",
    ),
    Mistake(
        "one_coordinate_only",
        "Only one coordinate moves, the others stay.",
        "좌표 하나만 움직이고 나머지는 그대로입니다.",
        "Look at the indentation of `return`, and at the numbers that the loop goes through.",
        "`return`의 들여쓰기와 반복문이 지나가는 번호를 살펴보십시오.",
    ),
)
