"""No false accusation: what is right in any wording passes, and a mistake that is not known gets no name."""

import math
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import course
from oracles.course import loop_dot, matrix_gradient, predicted, slicing_batches, stable_logistic

from osolgil.course import check

SOLUTIONS = {
    "dot_product": loop_dot,
    "logistic": stable_logistic,
    "minus_log_cross_entropy_i": course.branching_entropy,
    "mse_i": course.SQUARED_ERRORS[0],
    "batch_loss": course.loop_loss,
    "get_gradient_ij": course.branching_ij,
    "batch_gradient": lambda *a: np.array(course.nested_gradient(*a)),
    "step": course.in_place_on_a_copy,
}

KNOWN_FACTORS = [
    1,
    2,
    0.5,
    0,
    1 / 3,
    1 / 5,
    2 / 3,
    2 / 5,
    1 / 4,
    1 / 25,
    1 / math.log(2),
    1 / math.log(10),
]
"""Factors that some known mistake has, or together with a flipped sign its negative."""

FACTORS = st.floats(-4, 4).filter(lambda c: min(abs(abs(c) - abs(known)) for known in KNOWN_FACTORS) > 0.01)


def verdict_on(name, function):
    return getattr(check, name)(function, show=False)


@pytest.mark.parametrize("name", SOLUTIONS)
@settings(max_examples=15, deadline=None)
@given(factor=FACTORS, shift=st.floats(0.01, 3))
def test_a_scaled_and_shifted_result_is_none_of_the_known_mistakes(name, factor, shift):
    assert verdict_on(name, lambda *a: factor * SOLUTIONS[name](*a) + shift).mistakes == ()


@pytest.mark.parametrize("name", [name for name in SOLUTIONS if name != "step"])
@settings(max_examples=15, deadline=None)
@given(factor=FACTORS)
def test_a_scaled_result_is_none_of_the_known_mistakes(name, factor):
    verdict = verdict_on(name, lambda *a: factor * SOLUTIONS[name](*a))
    assert not verdict.passed
    assert verdict.mistakes == ()
    assert "expected" in verdict.text("en")
    assert "기대한 값" in verdict.text("ko")


CONTAINERS = [list, tuple, np.array, pd.Series, lambda values: np.array(values, np.float32)]


@settings(max_examples=40, deadline=None)
@given(container=st.sampled_from(CONTAINERS), scale=st.floats(0.01, 100), backwards=st.booleans())
def test_a_right_step_passes_however_it_is_computed_and_returned(container, scale, backwards):
    def step(beta, gradient, learning_rate):
        order = range(len(beta))[:: -1 if backwards else 1]
        moved = {j: scale * (beta[j] / scale - gradient[j] * (learning_rate / scale)) for j in order}
        return container([moved[j] for j in range(len(beta))])

    assert verdict_on("step", step).passed


@settings(max_examples=40, deadline=None)
@given(container=st.sampled_from(CONTAINERS), seed=st.integers(0, 2**32 - 1))
def test_a_right_gradient_passes_whatever_the_order_of_its_sums(container, seed):
    def batch_gradient(X, y, beta, model):
        order = random.Random(seed).sample(range(len(y)), len(y))
        rows = [(predicted(X[i], beta, model) - y[i]) * np.asarray(X[i]) for i in order]
        return container([sum(row[j] for row in rows) for j in range(len(beta))])

    assert verdict_on("batch_gradient", batch_gradient).passed


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), shift=st.integers(0, 50))
def test_right_batches_pass_whatever_shuffles_them(seed, shift):
    own = random.Random(seed)

    def batch_idx(rows, batch_size, rng):
        order = own.sample(range(rows), rows)
        order = order[shift % rows :] + order[: shift % rows]
        return [order[start : start + batch_size] for start in range(0, rows, batch_size)]

    assert verdict_on("batch_idx", batch_idx).passed


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), batches_too=st.booleans())
def test_a_right_loop_passes_whatever_shuffles_its_rows_and_batches(seed, batches_too):
    own = np.random.default_rng(seed)

    def gradient_descent(X, y, beta, model, learning_rate, epochs, batch_size, rng):
        path = [beta]
        for _ in range(epochs):
            batches = slicing_batches(len(y), batch_size, own)
            if batches_too:
                batches = [batches[k] for k in own.permutation(len(batches))]
            for batch in batches:
                g = matrix_gradient(X[batch], y[batch], path[-1], model)
                path.append(path[-1] - learning_rate / len(batch) * g)
        return path

    assert verdict_on("gradient_descent", gradient_descent).passed


def descent(move):
    """A loop whose moves are another rule: move(point, mean gradient, rate, memory) with a dict that lives on."""

    def gradient_descent(X, y, beta, model, learning_rate, epochs, batch_size, rng):
        path, memory = [beta], {"v": 0.0, "t": 0}
        for _ in range(epochs):
            for batch in slicing_batches(len(y), batch_size, rng):
                g = matrix_gradient(X[batch], y[batch], path[-1], model) / len(batch)
                path.append(move(path[-1], g, learning_rate, memory))
        return path

    return gradient_descent


def momentum(point, g, rate, memory):
    memory["v"] = 0.9 * memory["v"] + g
    return point - rate * memory["v"]


def decaying(point, g, rate, memory):
    memory["t"] += 1
    return point - rate / memory["t"] * g


def leaving_one_out(rows, batch_size, rng):
    """One row first, alone, and one row never."""
    order = list(rng.permutation(rows))
    return [order[:1], *[order[start : start + batch_size] for start in range(2, rows, batch_size)]]


UNKNOWN = [
    ("dot_product", lambda a, b: float(np.sum(np.abs(np.asarray(a) * b)))),
    ("dot_product", lambda a, b: float(np.dot(a, a) + np.dot(b, b))),
    ("dot_product", lambda a, b: float(np.dot(a, b) ** 2)),
    ("logistic", lambda x, beta: math.tanh(loop_dot(x, beta))),
    ("logistic", lambda x, beta: 1 / (1 + 2 ** -loop_dot(x, beta))),
    ("logistic", lambda x, beta: max(0.0, loop_dot(x, beta))),
    ("minus_log_cross_entropy_i", lambda x, y, beta: abs(y - stable_logistic(x, beta))),
    ("minus_log_cross_entropy_i", lambda x, y, beta: -math.log(max(0.4, 1 - abs(y - stable_logistic(x, beta))))),
    ("mse_i", lambda x, y, beta: 0.5 * abs(y - loop_dot(x, beta)) ** 3),
    ("mse_i", lambda x, y, beta: math.sqrt(0.5 * (y - loop_dot(x, beta)) ** 2)),
    ("batch_loss", lambda X, y, beta, loss_i: max(loss_i(X[i], y[i], beta) for i in range(len(y)))),
    ("batch_loss", lambda X, y, beta, loss_i: sum(loss_i(X[i], y[0], beta) for i in range(len(y)))),
    ("get_gradient_ij", lambda x, y, beta, j, model: -(y - predicted(x, beta, model)) * x[j] ** 2),
    ("get_gradient_ij", lambda x, y, beta, j, model: -(y - predicted(x, beta, model)) * x[j] + 0.1 * beta[j]),
    ("batch_gradient", lambda X, y, beta, model: np.sign(matrix_gradient(X, y, beta, model))),
    ("batch_gradient", lambda X, y, beta, model: matrix_gradient(X, y, beta, model)[::-1]),
    ("batch_gradient", lambda X, y, beta, model: matrix_gradient(X, y, beta, model) + 0.01 * beta),
    ("step", lambda beta, gradient, learning_rate: beta - learning_rate * gradient / np.linalg.norm(gradient)),
    ("step", lambda beta, gradient, learning_rate: beta - learning_rate**2 * gradient),
    ("step", lambda beta, gradient, learning_rate: beta - learning_rate * np.sign(gradient)),
    ("batch_idx", leaving_one_out),
    ("gradient_descent", descent(momentum)),
    ("gradient_descent", descent(decaying)),
    ("gradient_descent", descent(lambda point, g, rate, memory: point - rate * g / np.linalg.norm(g))),
    ("gradient_descent", descent(lambda point, g, rate, memory: point - rate * (g + 0.1 * point))),
]


@pytest.mark.parametrize("k", range(len(UNKNOWN)))
def test_a_mistake_that_is_not_known_gets_no_name_but_a_case(k):
    name, function = UNKNOWN[k]
    verdict = verdict_on(name, function)
    assert not verdict.passed
    assert verdict.mistakes == (), verdict.text()
    assert verdict.details
    assert "none of the mistakes that the checker knows" in verdict.text("en")
    assert "검사기가 아는 실수 가운데에는 없습니다" in verdict.text("ko")
