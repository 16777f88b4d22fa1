"""Right solutions are accepted in whatever style they are written."""

import pytest
from oracles import course, course_loops

from osolgil.course import check

SOLUTIONS = {
    "dot_product": course.DOT_PRODUCTS,
    "logistic": course.LOGISTICS,
    "minus_log_cross_entropy_i": course.CROSS_ENTROPIES,
    "mse_i": course.SQUARED_ERRORS,
    "batch_loss": course.BATCH_LOSSES,
    "get_gradient_ij": course.PARTIAL_DERIVATIVES,
    "batch_gradient": course.GRADIENTS,
    "step": course.STEPS,
    "batch_idx": course.BATCHES,
    "gradient_descent": course_loops.LOOPS,
}

EACH = [(name, k) for name, solutions in SOLUTIONS.items() for k in range(len(solutions))]


def test_every_function_has_ten_solutions_in_different_styles():
    assert tuple(SOLUTIONS) == check.NAMES
    assert min(map(len, SOLUTIONS.values())) >= 10


@pytest.mark.parametrize(("name", "k"), EACH)
def test_a_right_solution_is_accepted(name, k):
    verdict = getattr(check, name)(SOLUTIONS[name][k], show=False)
    assert verdict.passed, verdict.text()
    assert verdict.mistakes == () == verdict.details
