"""Networks by name."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.naming import chosen
from osolgil.problems.networks.digits import DIGITS, PIXELS, splits
from osolgil.problems.networks.losses import (
    FILTER,
    PLACES,
    Autoencoder,
    Convolutional,
    Perceptron,
    SoftmaxRegression,
)
from osolgil.problems.networks.network import Network
from osolgil.problems.surfaces.surface import finite, generator, whole

SOURCE = "scikit-learn's handwritten digits: Alpaydin & Kaynak 1998, the test part of the UCI data set"


def layer(weight: np.ndarray) -> dict[str, np.ndarray]:
    """A layer with these weights, shape (inputs, outputs), and biases of zero; read-only."""
    made = {"weight": weight.astype(np.float32), "bias": np.zeros(weight.shape[1], np.float32)}
    for array in made.values():
        array.setflags(write=False)
    return made


def he(random: np.random.Generator, inputs: int, outputs: int) -> dict[str, np.ndarray]:
    """N(0, 2 / inputs), for a layer that a rectifier follows. Source: He et al. 2015, equation (10)."""
    return layer(random.normal(0, np.sqrt(2 / inputs), (inputs, outputs)))


def glorot(random: np.random.Generator, inputs: int, outputs: int) -> dict[str, np.ndarray]:
    """Uniform in ±√(6 / (inputs + outputs)). Source: Glorot & Bengio 2010, equation (16)."""
    bound = np.sqrt(6 / (inputs + outputs))
    return layer(random.uniform(-bound, bound, (inputs, outputs)))


def perceptron_start(hidden: int, seed: int) -> Any:
    """He's start for the hidden layer, Glorot's for the last one."""
    random = generator(seed)
    return {"hidden": he(random, PIXELS, hidden), "out": glorot(random, hidden, DIGITS)}


def softmax_start(seed: int) -> Any:
    """Glorot's start."""
    return {"out": glorot(generator(seed), PIXELS, DIGITS)}


def convolutional_start(channels: int, seed: int) -> Any:
    """He's start for the filters, Glorot's for the last layer."""
    random = generator(seed)
    return {"filters": he(random, FILTER**2, channels), "out": glorot(random, PLACES**2 * channels, DIGITS)}


def autoencoder_start(hidden: int, seed: int) -> Any:
    """Glorot's start for both layers."""
    random = generator(seed)
    return {"hidden": glorot(random, PIXELS, hidden), "out": glorot(random, hidden, PIXELS)}


def on_digits(loss: Any, drawn: Callable[[int], Any], seed: int, **known: str) -> Network:
    """A network on the digits, from its loss and its starts; `known` are its name, title and what it teaches."""
    rows = splits()
    return Network(
        problem=FiniteSum(loss, rows["train"]),
        validation=FiniteSum(loss, rows["validation"]),
        start=drawn(seed),
        drawn=drawn,
        rows=rows,
        source=SOURCE,
        **known,
    )


def perceptron_network(hidden: int = 64, dropout: float = 0.0, seed: int = 0) -> Network:
    """One hidden layer of rectifiers, with dropout."""
    width, share = whole("hidden", hidden, least=1), finite("dropout", dropout, least=0)
    if share >= 1:
        raise ValueError(f"dropout must be below 1, but it is {share:g}; 1 would leave every hidden unit out.")
    return on_digits(
        Perceptron(share or None),
        partial(perceptron_start, width),
        seed,
        name="perceptron",
        title=f"Perceptron with {width} hidden units",
        teaches=(
            "What all of it exists for: thousands of parameters, mini-batches, and a loss that is lower on the rows "
            "one trains on than on others. Validation stops it early, dropout keeps units from relying on each other."
        ),
        teaches_ko=(
            "최적화를 배우는 까닭: 매개변수는 수천 개이고, 미니배치로 학습하며, 학습에 쓴 데이터의 손실은 처음 보는 "
            "데이터의 손실보다 낮다. 검증 손실을 보고 일찍 멈추며(조기 종료), 드롭아웃은 은닉 유닛이 서로에게 기대지 "
            "않게 한다."
        ),
    )


def softmax_regression_network(seed: int = 0) -> Network:
    """No hidden layer: logistic regression for ten classes."""
    return on_digits(
        SoftmaxRegression(),
        softmax_start,
        seed,
        name="softmax_regression",
        title="Softmax regression",
        teaches=(
            "Logistic regression for ten classes: the loss is convex, so every start goes down to the same value, and "
            "a network without a hidden layer is the yardstick for one that has it."
        ),
        teaches_ko=(
            "클래스가 열 개인 로지스틱 회귀: 손실이 볼록하므로 어디서 시작해도 같은 값까지 내려간다. 은닉층이 없는 이 "
            "신경망은 은닉층을 둔 신경망이 얼마나 나은지를 재는 기준이 된다."
        ),
    )


def convolutional_network(channels: int = 8, seed: int = 0) -> Network:
    """Filters of 3 × 3 pixels with stride 2, and a dense layer."""
    return on_digits(
        Convolutional(),
        partial(convolutional_start, whole("channels", channels, least=1)),
        seed,
        name="convolutional",
        title=f"Convolutional network with {channels} filters",
        teaches=(
            "Shared weights: a filter looks at every place of the picture with the same nine weights, so its gradient "
            "is a sum over all places. With 1,370 parameters it comes close to the perceptron with its 4,810."
        ),
        teaches_ko=(
            "가중치 공유: 필터 하나가 같은 가중치 아홉 개로 그림의 모든 자리를 훑는다. 그래서 필터의 기울기는 모든 "
            "자리의 기울기를 더한 것이다. 매개변수 1,370개로 4,810개인 퍼셉트론을 거의 따라잡는다."
        ),
    )


def autoencoder_network(hidden: int = 16, seed: int = 0) -> Network:
    """The pixels through a few sigmoids, and back."""
    width = whole("hidden", hidden, least=1)
    return on_digits(
        Autoencoder(),
        partial(autoencoder_start, width),
        seed,
        name="autoencoder",
        title=f"Autoencoder with {width} hidden units",
        teaches=(
            "Learning without labels: 64 pixels through a bottleneck and back. The loss first drops to that of the "
            "mean picture, 0.073, for which no hidden unit is needed, and from there on slowly, as the hidden units "
            "find what tells one picture from another."
        ),
        teaches_ko=(
            "레이블 없는 학습: 픽셀 64개를 좁은 은닉층에 통과시켰다가 되돌린다. 손실은 먼저 평균 그림의 손실인 "
            "0.073까지 빠르게 떨어지는데, 여기까지는 은닉 유닛이 필요 없다. 그다음부터는 은닉 유닛이 그림을 서로 "
            "구별하는 법을 익히는 만큼 천천히 줄어든다."
        ),
    )


BUILDERS: dict[str, Callable[..., Network]] = {
    builder.__name__.removesuffix("_network"): builder
    for builder in (softmax_regression_network, perceptron_network, convolutional_network, autoencoder_network)
}


def names() -> tuple[str, ...]:
    """The names of all networks, the simplest first."""
    return tuple(BUILDERS)


def named(name: str, **options: Any) -> Network:
    """The network with this name. The same call returns the same object, so that it is compiled once.

    Args:
        name: one of `names()`; hyphens and blanks stand for underscores.
        **options: `seed` of the start; `hidden`, the number of hidden units of the perceptron and the autoencoder;
            `dropout`, the probability that one of the perceptron's is left out of a pass; `channels`, the number of
            filters of the convolutional network.

    Raises:
        ValueError: there is no such network, or an option is out of range.
        TypeError: the network has no such option, or it is not a number.

    >>> named("perceptron").n, named("softmax_regression").n
    (4810, 650)
    >>> named("perceptron", hidden=32).start["hidden"]["weight"].shape
    (64, 32)
    """
    return _built(*chosen("network", BUILDERS, name, options))


@lru_cache(maxsize=64)
def _built(builder: Callable[..., Network], options: tuple[tuple[str, Any], ...]) -> Network:
    return builder(**dict(options))
