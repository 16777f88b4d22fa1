"""`make pictures`: the pictures of the README and of this manual, drawn anew.

They are the only generated files in the repository, so that a reader sees them where they are described.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from sklearn.datasets import load_breast_cancer

from osolgil import (
    FiniteSum,
    Race,
    Result,
    Stop,
    diagnose,
    fit,
    fit_curve,
    likelihood,
    maximum_likelihood,
    minimize,
    networks,
    plots,
    race,
    surfaces,
)
from osolgil.methods import Adam, GradientDescent, Momentum
from osolgil.plots import style
from osolgil.regression.families import Bernoulli, SquaredErrorLogistic
from osolgil.regression.penalties import Lasso

FOLDER = Path(__file__).parent / "pictures"
DPI = 75
"""960 × 540 pixels: the width of a page, with the lettering of a slide."""

HEIGHTS = np.arange(58.0, 73.0)
WEIGHTS = np.array([115.0, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164])
"""Average heights and weights of American women aged 30 to 39 (McNeil 1977), in inches and pounds."""


def pick(language: str, english: str, korean: str) -> str:
    """One of two wordings."""
    return korean if language == "ko" else english


def line(language: str) -> Figure:
    """The running example: from height = weight to the least-squares line, by ten steps of gradient descent."""
    table = {"height": HEIGHTS, "weight": WEIGHTS}
    found = fit("height ~ weight", table)
    descent = {"method": GradientDescent(0.5), "start": {"weight": 1.0}, "record": "path", "stop": Stop(steps=10)}
    path = fit("height ~ weight", table, **descent).result.trace.path
    told = {step: pick(language, f"after {step} steps", f"{step}스텝 뒤") for step in (2, 3, 4)}
    lines = {label: (path[step, 0], path[step, 1]) for step, label in told.items()}
    names = (pick(language, "weight", "몸무게"), pick(language, "height", "키"))
    fits = lines | {pick(language, "least squares", "최소제곱"): found}
    return plots.fitted_line(WEIGHTS, HEIGHTS, fits, names=names, language=language)


def two_bags(language: str) -> Figure:
    """The likelihood of two bags, for every number of black balls among five."""
    return plots.likelihood(likelihood.table(likelihood.Binomial(5), [1 / 2, 3 / 4]), language=language)


def four_of_five(language: str) -> Figure:
    """The likelihood of a probability after four successes in five trials."""
    return plots.likelihood(maximum_likelihood("binomial", 4, trials=5), language=language)


def least_squares(language: str) -> Figure:
    """The log-likelihood of a line and its residual sum of squares, over the slope."""
    names = (pick(language, "weight", "몸무게"), pick(language, "height", "키"))
    return plots.likelihood_and_squares(WEIGHTS, HEIGHTS, names=names, language=language)


def chord(language: str) -> Figure:
    """The negative log-likelihood of one coefficient, and the squared error with the chord that lies below it."""
    x = np.array([-2.0, -1.5, -1.0, -0.5, 0.0, 0.3, 0.8, 1.2, 2.0, 2.5])
    y = np.array([0.0, 0, 1, 0, 0, 1, 0, 1, 1, 1])
    costs = {
        pick(language, "negative log-likelihood", "음의 로그우도"): Bernoulli(),
        pick(language, "squared error", "제곱오차"): SquaredErrorLogistic(),
    }
    found = {
        label: diagnose.convexity(FiniteSum(lambda b, rows, f=f: f.loss(b[0] * rows[0], rows[1]), (x, y)), [(-10, 10)])
        for label, f in costs.items()
    }
    return plots.chord(found, name=pick(language, "coefficient", "계수"), language=language)


def parabola(language: str) -> Figure:
    """Steps worked by hand on x²: crawling from 2, striding from −3, and jumping from side to side."""
    cases = ((2.0, 0.01), (-3.0, 0.1), (3.0, 0.95))
    stop = Stop(steps=25, optimality=0.0)
    runs = {
        pick(language, f"from {start:g}, rate {rate:g}", f"{start:g}에서, 학습률 {rate:g}"): minimize(
            square, start, GradientDescent(rate), stop=stop, record="path"
        )
        for start, rate in cases
    }
    return plots.graph(square, runs, window=(-3.4, 3.4), title="x²", language=language)


def square(x: float) -> float:
    """x²."""
    return x**2


def batches(language: str) -> Figure:
    """Batch, mini-batch and stochastic descent on the same loss, of the women's standardized weights."""
    weights = (WEIGHTS - WEIGHTS.mean()) / WEIGHTS.std()
    rows = (weights, HEIGHTS - HEIGHTS.mean())
    problem = FiniteSum(lambda x, rows: (rows[1] - x[0] - x[1] * rows[0]) ** 2 / 2, rows)
    sizes = {
        pick(language, "batch", "배치"): None,
        pick(language, "mini-batch of 5", "미니배치 (5행)"): 5,
        pick(language, "stochastic", "확률적"): 1,
    }
    runs = {
        label: minimize(
            problem, np.array([4.0, -2.0]), GradientDescent(0.2), batch_size=size, order="replacement",
            stop=Stop(epochs=30 if size is None else 6), record="path",
        )
        for label, size in sizes.items()
    }  # fmt: skip
    minimum = np.array([0.0, weights @ rows[1] / (weights @ weights)])
    names = (pick(language, "intercept", "절편"), pick(language, "slope", "기울기"))
    return plots.batch_paths(problem, runs, names=names, minimum=minimum, language=language)


def beale(language: str) -> Figure:
    """The lecture's optimizers on Beale's function, each at its own tuned rate."""
    surface = surfaces.named("beale")
    runs = plots.tuned(surface).results
    title = pick(language, "Beale's function", "Beale 함수")
    return plots.contour(surface, runs, window=((0.5, 3.7), (-1.1, 1.2)), title=title, language=language)


def learning_rates(language: str) -> Figure:
    """Gradient descent on a bowl of condition number 10: crawling, arriving, zig-zagging, and leaving."""
    bowl = surfaces.named("bowl", condition=10)
    stop = Stop(steps=40, optimality=0.0)
    word = pick(language, "learning rate", "학습률")
    runs = {f"{word} {rate:.3g}": descend(bowl, rate, stop) for rate in (0.01, 2 / 11, 0.195, 0.202)}
    return plots.curves(runs, reference=0.0, title=pick(language, bowl.title, "그릇, 조건수 10"), language=language)


def descend(surface: surfaces.Surface, rate: float, stop: Stop) -> Result:
    """One run of gradient descent."""
    return minimize(surface, method=GradientDescent(rate), stop=stop, record="path")


def valley(language: str) -> Figure:
    """The lecture's bowl, condition number 10: gradient descent zig-zags, momentum cuts across."""
    bowl = surfaces.named("bowl", condition=10)
    methods = {
        pick(language, "gradient descent", "경사하강법"): GradientDescent(0.18),
        pick(language, "momentum", "모멘텀"): Momentum(0.09, momentum=0.5),
    }
    stop = Stop(steps=40, optimality=0.0)
    runs = {label: minimize(bowl, [9.0, 2.5], each, stop=stop, record="path") for label, each in methods.items()}
    title = pick(language, "½(x₁² + 10x₂²): axes √10 : 1", "½(x₁² + 10x₂²): 두 축의 비는 √10 : 1")
    return plots.contour(bowl, runs, window=((-3.5, 10.0), (-3.0, 3.0)), title=title, language=language)


def saddle(language: str) -> Figure:
    """Gradient descent and momentum past a saddle, from above."""
    surface = surfaces.named("race_saddle")
    methods = {
        pick(language, "gradient descent", "경사하강법"): GradientDescent(0.05),
        pick(language, "momentum", "모멘텀"): Momentum(0.05),
    }
    runs = {
        label: minimize(surface, method=method, stop=Stop(steps=150), record="path")
        for label, method in methods.items()
    }
    return plots.surface3d(surface, runs, title=pick(language, surface.title, "안장점"), language=language)


def double_well(language: str) -> Figure:
    """Momentum passes the local minimum in which gradient descent stays, and overshoots the other."""
    well = surfaces.named("double_well")
    methods = {
        pick(language, "gradient descent", "경사하강법"): GradientDescent(0.02),
        pick(language, "momentum", "모멘텀"): Momentum(0.02),
    }
    stop = Stop(steps=80, optimality=0.0)
    runs = {label: minimize(well, method=each, stop=stop, record="path") for label, each in methods.items()}
    return plots.graph(well, runs, title=pick(language, well.title, "기울어진 두 우물"), language=language)


def adam_first_steps(language: str) -> Figure:
    """What bias correction is for: Adam's steps down a constant slope, in units of the learning rate."""
    figure = style.slide()
    axes = figure.add_subplot()
    lines = []
    labels = {
        True: pick(language, "with bias correction", "편향 보정 있음"),
        False: pick(language, "without", "편향 보정 없음"),
    }
    for corrected, look in ((True, style.look(2)), (False, style.look(1))):
        method = Adam(learning_rate=1.0, epsilon=0.0, bias_correction=corrected)
        lengths = minimize(lambda x: x[0], np.zeros(1), method, stop=Stop(steps=60, optimality=0.0)).trace.step_size
        told = () if corrected else (0, int(np.argmax(lengths[:60])))
        marks = list(told) or slice(0, None, 6)
        lines += axes.plot(np.arange(1, 61), lengths[:60], label=labels[corrected], markevery=marks, **look.drawn)
        for t in told:
            axes.annotate(
                f"{lengths[t]:.2f}", (t + 1, lengths[t]), (10, 8), textcoords="offset points",
                fontproperties=style.font(style.MEDIUM),
            )  # fmt: skip
    axes.set_ylim(0, 7.6)
    style.dress(
        axes,
        pick(language, "step", "스텝"),
        pick(language, "length, in learning rates", "스텝의 길이 (학습률의 배수)"),
    )
    style.explain(axes, lines, loc="upper right")
    return figure


def sensitivity(language: str) -> Figure:
    """How far down the long valley five methods come in 1000 steps, over six decades of learning rates."""
    names = ("gradient_descent", "momentum", "adagrad", "rmsprop", "adam")
    figure = style.slide()
    axes = figure.add_subplot()
    lines = []
    for name, run in zip(names, plots.tuned(surfaces.named("long_valley"), names, steps=1000).runs, strict=True):
        finals = np.where(np.isfinite(run.finals), np.maximum(run.finals, 1e-6), np.nan)
        lines += axes.loglog(run.rates, finals, label=run.label, **style.FIXED[name].drawn)
    axes.set_ylim(5e-7, 1e2)
    style.dress(
        axes,
        pick(language, "learning rate", "학습률"),
        pick(language, "value after 1000 steps", "1000스텝 뒤의 함숫값"),
        pick(language, "Long valley", "긴 골짜기"),
    )
    style.explain(axes, lines, loc="lower left")
    return figure


def early_stopping(language: str) -> Figure:
    """A perceptron that goes on learning its training rows by heart while the validation rows gain nothing more."""
    network = networks.named("perceptron")
    options = {"batch_size": 32, "validation": network.validation, "stop": Stop(epochs=60, patience=10)}
    word = pick(language, "learning rate", "학습률")
    runs = {f"{word} {rate:g}": minimize(network, method=Adam(rate), **options) for rate in (0.001, 0.01)}
    title = pick(language, "Adam on a perceptron", "Adam으로 훈련한 퍼셉트론")
    return plots.curves(runs, title=title, language=language)


def curve(language: str) -> Figure:
    """Counts of decays, and how far the curve through them can be trusted."""
    decay = {"hours": [0.5, 1.0, 2.0, 3.0, 4.0, 6.0], "count": [95.0, 83.0, 60.0, 48.0, 33.0, 20.0]}
    fitted = fit_curve("n*exp(-k*hours)", decay, start={"n": 100, "k": 0.1}, response="count")
    names = (pick(language, "hours", "시간"), pick(language, "decays", "붕괴 횟수"))
    return plots.fitted_curve(fitted, names=names, language=language)


STACK_LOSS = {
    "loss": [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15],
    "air": [80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70],
    "water": [27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20],
    "acid": [89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91],
}
"""A plant that oxidizes ammonia to nitric acid, on 21 days (Brownlee 1965, *Statistical Theory and Methodology*)."""


def residuals(language: str) -> Figure:
    """A straight line through the women's heights: nearly all is explained, and the form is wrong."""
    return plots.residuals(fit("height ~ weight", {"height": HEIGHTS, "weight": WEIGHTS}), language=language)


def leverage(language: str) -> Figure:
    """The stack loss data, whose last row is known for its influence."""
    return plots.leverage(fit("loss ~ air + water + acid", STACK_LOSS), language=language)


def tumours(start: int) -> dict[str, np.ndarray]:
    """Every other row of the Wisconsin breast cancer data (Street, Wolberg & Mangasarian 1993)."""
    data = load_breast_cancer()
    found = {name: data.data[start::2, place] for name, place in (("radius", 0), ("texture", 1), ("smoothness", 4))}
    return found | {"malignant": (data.target[start::2] == 0).astype(float)}


def roc(language: str) -> Figure:
    """One column and three, judged on rows that were not fitted to."""
    formulas = {
        pick(language, "texture", "질감"): "texture",
        pick(language, "radius, texture, smoothness", "반지름, 질감, 매끄러움"): "radius + texture + smoothness",
    }
    models = {label: fit(f"malignant ~ {each}", tumours(0), family="bernoulli") for label, each in formulas.items()}
    return plots.roc(models, tumours(1), language=language)


def coefficients(language: str) -> Figure:
    """Maximum likelihood with its intervals, and a lasso, which has none."""
    formula = "malignant ~ radius + texture + smoothness"
    models = {
        pick(language, "maximum likelihood", "최대우도"): fit(formula, tumours(0), family="bernoulli"),
        pick(language, "lasso", "라쏘"): fit(formula, tumours(0), family="bernoulli", penalty=Lasso(0.02)),
    }
    return plots.coefficients(models, standardized=True, language=language)


@cache
def valley_race() -> Race:
    """Five of the lecture's optimizers on the long valley, by the protocol of the lecture's suite."""
    return race(["long_valley"], ("gradient_descent", "momentum", "adagrad", "rmsprop", "adam"))


def raced(language: str) -> Figure:
    """The curves of that race, as its report draws them."""
    found = valley_race()
    [chart] = found.charts(found.judged())["curves"]["learning_rate_tuned"]
    return plots.race_chart(chart, found.manifest, language=language)


FIGURES: dict[str, Callable[[str], Figure]] = {
    "line": line,
    "two-bags": two_bags,
    "likelihood": four_of_five,
    "least-squares": least_squares,
    "row-costs": plots.row_costs,
    "chord": chord,
    "parabola": parabola,
    "batches": batches,
    "beale": beale,
    "learning-rates": learning_rates,
    "valley": valley,
    "saddle": saddle,
    "double-well": double_well,
    "adam-first-steps": adam_first_steps,
    "sensitivity": sensitivity,
    "family-tree": lambda language: plots.family_tree(language=language),
    "early-stopping": early_stopping,
    "curve": curve,
    "residuals": residuals,
    "leverage": leverage,
    "roc": roc,
    "coefficients": coefficients,
    "race": raced,
}
"""By name, each drawn in both languages: `beale.png` and `beale-ko.png`."""


def saddle_race() -> Path:
    """Four of the lecture's optimizers leave the race's saddle."""
    surface = surfaces.named("race_saddle")
    sweep = plots.tuned(surface, ["sgd", "momentum", "rmsprop", "adam"], steps=40)
    return plots.animate(surface, sweep, FOLDER / "race.gif", frames=32, per_second=8, dpi=45)


def write(name: str, figure: Figure) -> Path:
    """Write a figure as a PNG of 256 colours, a third of the size."""
    path = plots.save(figure, FOLDER / name, dpi=DPI)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    return path


def main() -> None:
    """Draw all pictures, and say how large they are."""
    FOLDER.mkdir(exist_ok=True)
    endings = {"en": ".png", "ko": "-ko.png"}
    written = [write(name + end, draw(language)) for name, draw in FIGURES.items() for language, end in endings.items()]
    written.append(saddle_race())
    for path in written:
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
