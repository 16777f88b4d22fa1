"""Planted mistakes in what is checked by its values: each is named, however it was made."""

import math

import numpy as np
import pytest
from oracles.course import branching_ij, copying_step, loop_dot, matrix_gradient, predicted, stable_logistic

from osolgil.course import check


def product_from_one(a, b):
    total = 1
    for p, q in zip(a, b, strict=True):
        total *= p * q
    return total


def product_from_zero(a, b):
    total = 0
    for p, q in zip(a, b, strict=True):
        total *= p * q
    return total


def overwritten_dot(a, b):
    for p, q in zip(a, b, strict=True):
        total = p * q
    return total


def returned_inside(a, b):  # noqa: RET503
    total = 0
    for p, q in zip(a, b, strict=True):
        total += p * q
        return total


def from_one_dot(a, b):
    return sum(a[i] * b[i] for i in range(1, len(a)))


def short_dot(a, b):
    return sum(a[i] * b[i] for i in range(len(a) - 1))


DOT_PRODUCTS = {
    "plus_for_times": [
        lambda a, b: sum(p + q for p, q in zip(a, b, strict=True)),
        lambda a, b: sum(a) + sum(b),
        lambda a, b: np.sum(np.add(a, b)),
    ],
    "times_for_plus": [product_from_one, lambda a, b: math.prod(map(float, [*a, *b]))],
    "stays_zero": [product_from_zero, lambda a, b: 0],
    "last_term_only": [overwritten_dot, lambda a, b: a[-1] * b[-1]],
    "first_term_only": [returned_inside, lambda a, b: a[0] * b[0]],
    "first_skipped": [from_one_dot, lambda a, b: np.dot(a[1:], b[1:])],
    "last_skipped": [short_dot, lambda a, b: np.dot(a[:-1], b[:-1])],
    "one_vector_twice": [lambda a, b: np.dot(a, a), lambda a, b: sum(q**2 for q in b)],
    "divided_by_n": [lambda a, b: np.mean(a * b), lambda a, b: loop_dot(a, b) / len(a)],
    "flipped_sign": [lambda a, b: -loop_dot(a, b)],
}

LOGISTICS = {
    "flipped_exponent": [
        lambda x, beta: 1 / (1 + math.exp(loop_dot(x, beta))),
        lambda x, beta: 1 - stable_logistic(x, beta),
    ],
    "no_logistic": [loop_dot, lambda x, beta: x @ beta],
    "missing_parentheses": [
        lambda x, beta: 1 / 1 + math.exp(-loop_dot(x, beta)),
        lambda x, beta: 1 + np.exp(-x @ beta),
    ],
    "one_omitted": [lambda x, beta: 1 / math.exp(-loop_dot(x, beta)), lambda x, beta: np.exp(x @ beta)],
    "class_for_probability": [
        lambda x, beta: round(stable_logistic(x, beta)),
        lambda x, beta: stable_logistic(x, beta) > 0.5,
        lambda x, beta: 1 if x @ beta >= 0 else 0,
    ],
    "plus_for_times": [lambda x, beta: 1 / (1 + math.exp(-sum(p + q for p, q in zip(x, beta, strict=True))))],
    "intercept_skipped": [lambda x, beta: stable_logistic(x[1:], beta[1:])],
    "flipped_sign": [lambda x, beta: -stable_logistic(x, beta), lambda x, beta: -1 / (1 + np.exp(-x @ beta))],
}


def p_(x, beta):
    return stable_logistic(x, beta)


CROSS_ENTROPIES = {
    "flipped_sign": [lambda x, y, beta: y * math.log(p_(x, beta)) + (1 - y) * math.log(1 - p_(x, beta))],
    "no_logarithm": [
        lambda x, y, beta: -(y * p_(x, beta) + (1 - y) * (1 - p_(x, beta))),
        lambda x, y, beta: y * p_(x, beta) + (1 - y) * (1 - p_(x, beta)),
        lambda x, y, beta: -(p_(x, beta) if y else 1 - p_(x, beta)),
    ],
    "wrong_base": [
        lambda x, y, beta: -(y * math.log10(p_(x, beta)) + (1 - y) * math.log10(1 - p_(x, beta))),
        lambda x, y, beta: -np.log2(p_(x, beta) if y else 1 - p_(x, beta)),
    ],
    "one_class_only": [
        lambda x, y, beta: -y * math.log(p_(x, beta)),
        lambda x, y, beta: -(1 - y) * np.log(1 - p_(x, beta)),
        lambda x, y, beta: -math.log(p_(x, beta)) if y else 0,
    ],
    "classes_swapped": [
        lambda x, y, beta: -((1 - y) * math.log(p_(x, beta)) + y * math.log(1 - p_(x, beta))),
        lambda x, y, beta: -math.log(1 - p_(x, beta) if y else p_(x, beta)),
    ],
    "minus_between_terms": [
        lambda x, y, beta: -(y * math.log(p_(x, beta)) - (1 - y) * math.log(1 - p_(x, beta))),
        lambda x, y, beta: -y * math.log(p_(x, beta)) + (1 - y) * math.log(1 - p_(x, beta)),
    ],
    "stays_zero": [lambda x, y, beta: -(y * math.log(p_(x, beta)) * (1 - y) * math.log(1 - p_(x, beta)))],
    "plus_for_times": [lambda x, y, beta: -((y + math.log(p_(x, beta))) + ((1 - y) + math.log(1 - p_(x, beta))))],
    "squared_error_through_logistic": [
        lambda x, y, beta: (y - p_(x, beta)) ** 2,
        lambda x, y, beta: 0.5 * np.square(p_(x, beta) - y),
    ],
    "squared_error_for_cross_entropy": [
        lambda x, y, beta: 0.5 * (y - x @ beta) ** 2,
        lambda x, y, beta: (y - x @ beta) ** 2,
    ],
}

SQUARED_ERRORS = {
    "half_omitted": [lambda x, y, beta: (y - loop_dot(x, beta)) ** 2, lambda x, y, beta: np.square(x @ beta - y)],
    "squared_error_through_logistic": [
        lambda x, y, beta: 0.5 * (y - p_(x, beta)) ** 2,
        lambda x, y, beta: (y - 1 / (1 + np.exp(-x @ beta))) ** 2 / 2,
    ],
    "squared_error_through_logistic half_omitted": [lambda x, y, beta: (y - p_(x, beta)) ** 2],
    "not_squared": [
        lambda x, y, beta: 0.5 * (y - loop_dot(x, beta)) * 2,
        lambda x, y, beta: abs(y - loop_dot(x, beta)),
        lambda x, y, beta: 0.5 * (y - x @ beta),
    ],
    "flipped_sign": [lambda x, y, beta: -0.5 * (y - x @ beta) ** 2],
    "sum_for_difference": [lambda x, y, beta: 0.5 * (y + x @ beta) ** 2],
    "half_squared": [lambda x, y, beta: (0.5 * (y - x @ beta)) ** 2, lambda x, y, beta: ((y - x @ beta) / 2) ** 2],
    "plus_for_times": [lambda x, y, beta: 0.5 + (y - x @ beta) ** 2],
    "intercept_skipped": [lambda x, y, beta: 0.5 * (y - x[1:] @ beta[1:]) ** 2],
}


def losses(X, y, beta, loss_i):
    return [loss_i(X[i], y[i], beta) for i in range(len(y))]


def last_loss(X, y, beta, loss_i):
    for i in range(len(y)):
        total = 0
        total += loss_i(X[i], y[i], beta)
    return total


BATCH_LOSSES = {
    "divided_by_n": [
        lambda *a: np.mean(losses(*a)),
        lambda X, y, beta, loss_i: sum(losses(X, y, beta, loss_i)) / len(X),
    ],
    "divided_by_n_twice": [lambda X, y, beta, loss_i: np.mean(losses(X, y, beta, loss_i)) / len(y)],
    "stays_zero": [lambda X, y, beta, loss_i: 0 * math.prod(losses(X, y, beta, loss_i))],
    "times_for_plus": [lambda *a: math.prod(losses(*a)), lambda *a: np.prod(losses(*a))],
    "last_term_only": [last_loss, lambda X, y, beta, loss_i: loss_i(X[-1], y[-1], beta)],
    "first_term_only": [lambda X, y, beta, loss_i: loss_i(X[0], y[0], beta)],
    "first_skipped": [lambda *a: sum(losses(*a)[1:])],
    "last_skipped": [lambda *a: sum(losses(*a)[:-1])],
    "loss_ignored": [
        lambda X, y, beta, loss_i: sum(0.5 * (t - row @ beta) ** 2 for row, t in zip(X, y, strict=True)),
        lambda X, y, beta, loss_i: np.sum(np.logaddexp(0, X @ beta) - y * (X @ beta)),
    ],
    "flipped_sign": [lambda *a: -sum(losses(*a))],
}


def r_(x, y, beta, model):
    return y - predicted(x, beta, model)


def other(model):
    return {"linear": "logistic", "logistic": "linear"}[model]


def through_logistic(x, y, beta, j, model):
    p = predicted(x, beta, model)
    return -(y - p) * x[j] * (p * (1 - p) if model == "logistic" else 1)


PARTIAL_DERIVATIVES = {
    "missing_x_ij": [
        lambda x, y, beta, j, model: -r_(x, y, beta, model),
        lambda x, y, beta, j, model: -r_(x, y, beta, model) * x[0],
    ],
    "flipped_sign": [
        lambda x, y, beta, j, model: r_(x, y, beta, model) * x[j],
        lambda x, y, beta, j, model: -branching_ij(x, y, beta, j, model),
    ],
    "flipped_sign missing_x_ij": [lambda x, y, beta, j, model: r_(x, y, beta, model)],
    "half_omitted": [lambda x, y, beta, j, model: -2 * r_(x, y, beta, model) * x[j]],
    "plus_for_times": [lambda x, y, beta, j, model: -r_(x, y, beta, model) + x[j]],
    "model_ignored": [
        lambda x, y, beta, j, model: -(y - x @ beta) * x[j],
        lambda x, y, beta, j, model: -(y - p_(x, beta)) * x[j],
        lambda x, y, beta, j, model: branching_ij(x, y, beta, j, other(model)),
    ],
    "squared_error_through_logistic": [through_logistic],
    "flipped_exponent": [
        lambda x, y, beta, j, model: -(y - (x @ beta if model == "linear" else 1 / (1 + np.exp(x @ beta)))) * x[j]
    ],
    "wrong_column": [
        lambda x, y, beta, j, model: -r_(x, y, beta, model) * x[j - 1],
        lambda x, y, beta, j, model: -r_(x, y, beta, model) * x[(j + 1) % len(x)],
    ],
    "beta_for_x": [lambda x, y, beta, j, model: -r_(x, y, beta, model) * beta[j]],
    "sum_for_difference": [lambda x, y, beta, j, model: -(y + predicted(x, beta, model)) * x[j]],
    "squared_residual": [lambda x, y, beta, j, model: -(r_(x, y, beta, model) ** 2) * x[j]],
    "residual_missing": [lambda x, y, beta, j, model: x[j], lambda x, y, beta, j, model: -x[j]],
    "divided_by_n": [lambda x, y, beta, j, model: -r_(x, y, beta, model) * x[j] / len(x)],
    "stays_zero": [lambda x, y, beta, j, model: 0.0],
}


def rows_of(X, y, beta, model, ij=branching_ij):
    return np.array([[ij(X[i], y[i], beta, j, model) for j in range(len(beta))] for i in range(len(y))])


def running_on(X, y, beta, model):
    gradient, total = [], 0
    for j in range(len(beta)):
        for i in range(len(y)):
            total += branching_ij(X[i], y[i], beta, j, model)
        gradient.append(total)
    return gradient


def overwritten_gradient(X, y, beta, model):
    gradient = [0] * len(beta)
    for i in range(len(y)):
        for j in range(len(beta)):
            gradient[j] = branching_ij(X[i], y[i], beta, j, model)
    return gradient


def multiplied_gradient(X, y, beta, model):
    gradient = [0] * len(beta)
    for i in range(len(y)):
        for j in range(len(beta)):
            gradient[j] *= branching_ij(X[i], y[i], beta, j, model)
    return gradient


def without_x(X, y, beta, model):
    residual = sum(r_(X[i], y[i], beta, model) for i in range(len(y)))
    return [-residual] * len(beta)


GRADIENTS = {
    "divided_by_n": [
        lambda X, y, beta, model: matrix_gradient(X, y, beta, model) / len(y),
        lambda *a: rows_of(*a).mean(axis=0),
    ],
    "divided_by_n_twice": [lambda X, y, beta, model: rows_of(X, y, beta, model).mean(axis=0) / len(y)],
    "missing_x_ij": [without_x],
    "flipped_sign": [lambda X, y, beta, model: X.T @ (y - np.array([predicted(x, beta, model) for x in X]))],
    "flipped_sign divided_by_n": [lambda *a: -rows_of(*a).mean(axis=0)],
    "half_omitted": [lambda *a: 2 * rows_of(*a).sum(axis=0)],
    "model_ignored": [
        lambda X, y, beta, model: -X.T @ (y - X @ beta),
        lambda X, y, beta, model: matrix_gradient(X, y, beta, other(model)),
    ],
    "squared_error_through_logistic": [lambda *a: rows_of(*a, ij=through_logistic).sum(axis=0)],
    "last_term_only": [overwritten_gradient],
    "first_term_only": [lambda *a: rows_of(*a)[0]],
    "first_skipped": [lambda *a: rows_of(*a)[1:].sum(axis=0)],
    "last_skipped": [lambda *a: rows_of(*a)[:-1].sum(axis=0)],
    "stays_zero": [multiplied_gradient, lambda X, y, beta, model: [0, 0, 0]],
    "times_for_plus": [lambda *a: rows_of(*a).prod(axis=0)],
    "not_reset": [running_on],
}

STEPS = {
    "gradient_ascent": [
        lambda beta, gradient, learning_rate: beta + learning_rate * gradient,
        lambda beta, gradient, learning_rate: [b + learning_rate * g for b, g in zip(beta, gradient, strict=True)],
        lambda beta, gradient, learning_rate: copying_step(beta, -gradient, learning_rate),
    ],
    "learning_rate_ignored": [
        lambda beta, gradient, learning_rate: beta - gradient,
        lambda beta, gradient, learning_rate: tuple(b - g for b, g in zip(beta, gradient, strict=True)),
    ],
    "gradient_ascent learning_rate_ignored": [lambda beta, gradient, learning_rate: beta + gradient],
    "plus_for_times": [
        lambda beta, gradient, learning_rate: beta - (learning_rate + gradient),
        lambda beta, gradient, learning_rate: beta - learning_rate + gradient,
    ],
    "times_for_plus": [lambda beta, gradient, learning_rate: beta * learning_rate * gradient],
    "beta_ignored": [
        lambda beta, gradient, learning_rate: -learning_rate * gradient,
        lambda beta, gradient, learning_rate: [learning_rate * g for g in gradient],
    ],
    "divided_by_learning_rate": [lambda beta, gradient, learning_rate: beta - gradient / learning_rate],
    "divided_by_n": [lambda beta, gradient, learning_rate: beta - learning_rate * gradient / len(beta)],
    "one_coordinate_only": [
        lambda beta, gradient, learning_rate: [beta[0] - learning_rate * gradient[0], *beta[1:]],
        lambda beta, gradient, learning_rate: [*beta[:-1], beta[-1] - learning_rate * gradient[-1]],
    ],
    "not_moved": [lambda beta, gradient, learning_rate: list(beta)],
}

PLANTED = {
    "dot_product": DOT_PRODUCTS,
    "logistic": LOGISTICS,
    "minus_log_cross_entropy_i": CROSS_ENTROPIES,
    "mse_i": SQUARED_ERRORS,
    "batch_loss": BATCH_LOSSES,
    "get_gradient_ij": PARTIAL_DERIVATIVES,
    "batch_gradient": GRADIENTS,
    "step": STEPS,
}
EACH = [
    (name, mistake, k) for name, kinds in PLANTED.items() for mistake, made in kinds.items() for k in range(len(made))
]


@pytest.mark.parametrize(("name", "mistake", "k"), EACH)
def test_a_planted_mistake_is_named_in_both_languages(name, mistake, k):
    verdict = getattr(check, name)(PLANTED[name][mistake][k], show=False)
    assert not verdict.passed
    assert set(verdict.mistakes) == set(mistake.split()), verdict.text()
    for each in mistake.split():
        known = check.MISTAKES[each]
        assert known.en in verdict.text("en")
        assert known.hint_en in verdict.text("en")
        assert known.ko in verdict.text("ko")
        assert known.hint_ko in verdict.text("ko")


def test_a_mistake_in_one_model_only_is_named_too():
    def mixed(x, y, beta, j, model):
        return branching_ij(x, y, beta, j, model) if model == "linear" else -r_(x, y, beta, model)

    assert check.get_gradient_ij(mixed, show=False).mistakes == ("missing_x_ij",)


def test_two_models_may_have_two_mistakes():
    def mixed(x, y, beta, j, model):
        return r_(x, y, beta, model) * x[j] if model == "linear" else -r_(x, y, beta, model)

    assert set(check.get_gradient_ij(mixed, show=False).mistakes) == {"flipped_sign", "missing_x_ij"}


def test_a_known_mistake_beside_an_unknown_one_is_not_the_whole_truth_and_not_named():
    def mixed(x, y, beta, j, model):
        return r_(x, y, beta, model) * x[j] if model == "linear" else 0.3 * branching_ij(x, y, beta, j, model)

    verdict = check.get_gradient_ij(mixed, show=False)
    assert verdict.mistakes == ()
    assert len(verdict.details) == 2
