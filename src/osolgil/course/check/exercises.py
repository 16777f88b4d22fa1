"""The functions that are checked by their values: their cases, the truth, and the mistakes that have a formula."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from osolgil.course.check import cases, formulas, reference
from osolgil.course.check.cases import Case
from osolgil.course.check.formulas import Mutant
from osolgil.course.check.reading import number, vector


@dataclass(frozen=True)
class Exercise:
    """A function of the assignment whose values can be foretold.

    Attributes:
        name: of the function.
        cases: the calls that are made.
        truth: takes the arguments by name.
        mutants: those of a group of cases.
        vector_like: the argument whose length the result has; None if the result is a number.
        quotient: whether the truth is a difference quotient of the loss.
    """

    name: str
    cases: list[Case]
    truth: Callable[..., Any]
    mutants: Callable[[str], Iterable[Mutant]]
    vector_like: str | None = None
    quotient: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments, in the order of the assignment."""
        return tuple(self.cases[0].arguments)

    def reader(self, case: Case) -> Callable[[Any], Any]:
        """What reads the result of this case."""
        return number if self.vector_like is None else vector(len(case.arguments[self.vector_like]))


def always(known: list[Mutant]) -> Callable[[str], Iterable[Mutant]]:
    """The same mutants for every group."""
    return lambda group: known


EXERCISES = {
    each.name: each
    for each in (
        Exercise("dot_product", cases.DOT_PRODUCTS, reference.dot_product, always(formulas.DOT_PRODUCT)),
        Exercise("logistic", cases.LOGISTICS, reference.logistic, always(formulas.LOGISTIC)),
        Exercise(
            "minus_log_cross_entropy_i",
            cases.CROSS_ENTROPIES,
            reference.minus_log_cross_entropy_i,
            always(formulas.CROSS_ENTROPY),
        ),
        Exercise("mse_i", cases.SQUARED_ERRORS, reference.mse_i, always(formulas.SQUARED_ERROR)),
        Exercise("batch_loss", cases.BATCH_LOSSES, reference.batch_loss, always(formulas.BATCH_LOSS)),
        Exercise(
            "get_gradient_ij",
            cases.PARTIAL_DERIVATIVES,
            reference.get_gradient_ij,
            formulas.partial_derivatives,
            quotient=True,
        ),
        Exercise(
            "batch_gradient",
            cases.GRADIENTS,
            reference.batch_gradient,
            formulas.batch_gradients,
            vector_like="beta",
            quotient=True,
        ),
        Exercise("step", cases.STEPS, reference.step, always(formulas.STEP), vector_like="beta"),
    )
}
