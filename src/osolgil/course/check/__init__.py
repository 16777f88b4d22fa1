"""The checker: one function for each function of the assignment, which says whether it is right and names the mistake.

    from osolgil.course import check
    check.use("ko")          # Korean from here on
    check.step(step)         # prints the verdict and returns it
    check.all(globals())     # a table of all ten

A function is called on small fixed cases and held against a reference; derivatives are held against difference
quotients of the losses. A mistake has a name only if its own formula gives *everything* that the function gave;
otherwise the verdict shows a case in which it fails. Hints say where to look, never what to write.
"""

from collections.abc import Callable, Mapping
from typing import Any

from osolgil.course.check import batches, descent
from osolgil.course.check.calling import accepts, call, called_by
from osolgil.course.check.catalogue import MISTAKES
from osolgil.course.check.examine import examine
from osolgil.course.check.exercises import EXERCISES
from osolgil.course.check.findings import Found
from osolgil.course.check.mistakes import Mistake
from osolgil.course.check.reading import Said
from osolgil.course.check.verdict import Report, Verdict
from osolgil.protocol.words import checked_language

__all__ = [
    "MISTAKES",
    "NAMES",
    "Mistake",
    "Report",
    "Verdict",
    "all",
    "batch_gradient",
    "batch_idx",
    "batch_loss",
    "dot_product",
    "get_gradient_ij",
    "gradient_descent",
    "language",
    "logistic",
    "minus_log_cross_entropy_i",
    "mse_i",
    "step",
    "use",
]

Function = Callable[..., Any]

ARGUMENTS: dict[str, tuple[str, ...]] = {
    **{name: exercise.arguments for name, exercise in EXERCISES.items()},
    batches.NAME: batches.ARGUMENTS,
    descent.NAME: descent.ARGUMENTS,
}

NAMES: tuple[str, ...] = tuple(ARGUMENTS)
"""The ten functions in the order of the assignment."""

language = "en"
"""The language of the verdicts, "en" or "ko"."""

OVERFLOW: Said = (
    "for x·β = −1000 the exponential overflows; there is a way to write it that does not.",
    "x·β = −1000이면 지수 함수에서 오버플로가 납니다. 오버플로가 나지 않게 쓰는 방법도 있습니다.",
)


def use(language: str) -> None:
    """Let all verdicts from here on be in this language, "en" or "ko".

    Raises:
        ValueError: the language is neither.
    """
    globals()["language"] = checked_language(language)


def dot_product(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `dot_product(a, b)`: the number Σ aᵢbᵢ of two vectors of one length.

    Args:
        function: the student's.
        language: of the verdict, "en" or "ko"; that of `use` if none is given.
        show: whether the verdict is printed.

    >>> verdict = dot_product(lambda a, b: sum(p + q for p, q in zip(a, b)), show=False)
    >>> verdict.passed, verdict.mistakes
    (False, ('plus_for_times',))
    """
    return checked("dot_product", function, language, show)


def logistic(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `logistic(x, beta)`: the probability 1/(1 + e^−xβ) of a row. See `dot_product` for the arguments."""
    return checked("logistic", function, language, show)


def minus_log_cross_entropy_i(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `minus_log_cross_entropy_i(x, y, beta)`: −{y log p + (1 − y) log(1 − p)} of a row."""
    return checked("minus_log_cross_entropy_i", function, language, show)


def mse_i(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `mse_i(x, y, beta)`: ½(y − xβ)² of a row."""
    return checked("mse_i", function, language, show)


def batch_loss(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `batch_loss(X, y, beta, loss_i)`: the sum of `loss_i(x, y, beta)` over the rows."""
    return checked("batch_loss", function, language, show)


def get_gradient_ij(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `get_gradient_ij(x, y, beta, j, model)`: ∂ℓᵢ/∂β_j of a row's loss, model being "linear" or "logistic"."""
    return checked("get_gradient_ij", function, language, show)


def batch_gradient(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `batch_gradient(X, y, beta, model)`: the gradient of `batch_loss`, a sum over the rows, shape (n,)."""
    return checked("batch_gradient", function, language, show)


def step(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `step(beta, gradient, learning_rate)`: the next point, shape (n,); beta itself must not change."""
    return checked("step", function, language, show)


def batch_idx(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `batch_idx(rows, batch_size, rng)`: the row numbers of an epoch's batches, shuffled anew at each call.

    Every row from 0 to rows − 1 once, batch_size of them in each batch, what is left in a smaller one. rng is a NumPy
    generator; batches may be lists, arrays or what a generator function yields.
    """
    return checked("batch_idx", function, language, show)


def gradient_descent(function: Function, *, language: str | None = None, show: bool = True) -> Verdict:
    """Check `gradient_descent(X, y, beta, model, learning_rate, epochs, batch_size, rng)`: the path of points.

    The start first, then the point after each step: 1 + epochs·⌈rows/batch_size⌉ points. A step goes down the gradient
    of its batch, divided once by the number of rows of that batch. Any shuffling is right that uses every row once an
    epoch and is another one in the next.
    """
    return checked("gradient_descent", function, language, show)


def all(namespace: Mapping[str, Any], *, language: str | None = None, show: bool = True) -> Report:  # noqa: A001
    """Check every function of the assignment that a namespace holds, such as `globals()`, and print a table.

    >>> report = all({"step": lambda beta, gradient, rate: beta - rate * gradient}, show=False)
    >>> report.passed, report.verdicts["step"].passed, report.verdicts["logistic"]
    (False, True, None)
    """
    told = spoken_language(language)
    verdicts = {name: judge(name, namespace[name], told) if namespace.get(name) is not None else None for name in NAMES}
    report = Report(verdicts, told)
    if show:
        print(report)
    return report


def spoken_language(language: str | None) -> str:
    """The language asked for, or the one in use."""
    return checked_language(globals()["language"] if language is None else language)


def checked(name: str, function: Function, language: str | None, show: bool) -> Verdict:
    """The verdict, printed if it is to be shown."""
    verdict = judge(name, function, spoken_language(language))
    if show:
        print(verdict)
    return verdict


def judge(name: str, function: Function, language: str) -> Verdict:
    """The verdict on a function, or on the first function that it calls and that is not right itself."""
    found = found_out(name, function)
    if not found.wrong:
        return Verdict(name, True, notes=notes(name, function), language=language)
    for other, below in called_by(function, NAMES).items() if callable(function) else ():
        if other != name and found_out(other, below).wrong:
            said = (f"It calls {other}, which is not right.", f"맞지 않은 함수: {other}")
            return Verdict(name, False, ("builds_on_another",), (said,), language=language)
    return Verdict(name, False, found.mistakes, found.details, language=language)


def found_out(name: str, function: Any) -> Found:
    """What is wrong with a function by itself."""
    if not callable(function):
        said = (f"It is {function!r}.", f"넘겨받은 값: {function!r}")
        return Found(("not_callable",), (said,), wrong=True, value=False)
    arguments = ARGUMENTS[name]
    if not accepts(function, len(arguments)):
        call_ = f"{name}({', '.join(arguments)})"
        said = (f"It is called as {call_}.", f"호출하는 방식: {call_}")
        return Found(("wrong_arguments",), (said,), wrong=True, value=False)
    if name == batches.NAME:
        return batches.examine_batches(function)
    if name == descent.NAME:
        return descent.examine_descent(function)
    return examine(EXERCISES[name], function)


def notes(name: str, function: Function) -> tuple[Said, ...]:
    """What is worth knowing about a right function: a plain logistic overflows far out, which is no mistake."""
    if name != "logistic":
        return ()
    far = {"x": [1.0, 10.0, 0.0], "beta": [0.0, -100.0, 0.0]}
    return (OVERFLOW,) if call(function, far, "lists").error is not None else ()
