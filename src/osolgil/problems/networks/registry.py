"""Networks by name."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.naming import chosen
from osolgil.problems.networks.digits import DIGITS, PIXELS, splits
from osolgil.problems.networks.losses import Perceptron, SoftmaxRegression
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


def perceptron_network(hidden: int = 64, dropout: float = 0.0, seed: int = 0) -> Network:
    """One hidden layer of rectifiers, with dropout."""
    width, share = whole("hidden", hidden, least=1), finite("dropout", dropout, least=0)
    if share >= 1:
        raise ValueError(f"dropout must be below 1, but it is {share:g}; 1 would leave every hidden unit out.")
    drawn = partial(perceptron_start, width)
    rows, loss = splits(), Perceptron(share or None)
    return Network(
        name="perceptron",
        title=f"Perceptron with {width} hidden units",
        problem=FiniteSum(loss, rows["train"]),
        validation=FiniteSum(loss, rows["validation"]),
        start=drawn(seed),
        drawn=drawn,
        rows=rows,
        teaches=(
            "What all of it exists for: thousands of parameters, mini-batches, and a loss that is lower on the rows "
            "one trains on than on others. Validation stops it early, dropout keeps units from relying on each other."
        ),
        teaches_ko=(
            "최적화를 배우는 까닭: 매개변수는 수천 개이고, 미니배치로 학습하며, 학습에 쓴 데이터의 손실은 처음 보는 "
            "데이터의 손실보다 낮다. 검증 손실을 보고 일찍 멈추며(조기 종료), 드롭아웃은 은닉 유닛이 서로에게 기대지 "
            "않게 한다."
        ),
        source=SOURCE,
    )


def softmax_regression_network(seed: int = 0) -> Network:
    """No hidden layer: logistic regression for ten classes."""
    rows, loss = splits(), SoftmaxRegression()
    return Network(
        name="softmax_regression",
        title="Softmax regression",
        problem=FiniteSum(loss, rows["train"]),
        validation=FiniteSum(loss, rows["validation"]),
        start=softmax_start(seed),
        drawn=softmax_start,
        rows=rows,
        teaches=(
            "Logistic regression for ten classes: the loss is convex, so every start goes down to the same value, and "
            "a network without a hidden layer is the yardstick for one that has it."
        ),
        teaches_ko=(
            "클래스가 열 개인 로지스틱 회귀: 손실이 볼록하므로 어디서 시작해도 같은 값까지 내려간다. 은닉층이 없는 이 "
            "신경망은 은닉층을 둔 신경망이 얼마나 나은지를 재는 기준이 된다."
        ),
        source=SOURCE,
    )


BUILDERS: dict[str, Callable[..., Network]] = {
    builder.__name__.removesuffix("_network"): builder for builder in (softmax_regression_network, perceptron_network)
}


def names() -> tuple[str, ...]:
    """The names of all networks, the simplest first."""
    return tuple(BUILDERS)


def named(name: str, **options: Any) -> Network:
    """The network with this name. The same call returns the same object, so that it is compiled once.

    Args:
        name: one of `names()`; hyphens and blanks stand for underscores.
        **options: `seed` of the start; for the perceptron `hidden`, the number of hidden units, and `dropout`, the
            probability that one of them is left out of a pass.

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
