"""Planted mistakes in batches and in the loop: each is named, however it was made."""

import math

import numpy as np
import pytest
from oracles.course import matrix_gradient, slicing_batches
from oracles.course_loops import textbook

from osolgil.course import check


def chunks(order, size):
    return [list(order[start : start + size]) for start in range(0, len(order), size)]


def dropping(rows, batch_size, rng):
    order = rng.permutation(rows)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(rows // batch_size)]


def stopping_early(rows, batch_size, rng):
    order = rng.permutation(rows)
    return [order[start : start + batch_size] for start in range(0, rows - batch_size + 1, batch_size)]


def wrapping(rows, batch_size, rng):
    order = rng.permutation(rows)
    return [np.take(order, range(start, start + batch_size), mode="wrap") for start in range(0, rows, batch_size)]


def topped_up(rows, batch_size, rng):
    batches = slicing_batches(rows, batch_size, rng)
    missing = batch_size - len(batches[-1])
    return [*batches[:-1], [*batches[-1], *rng.choice(batches[0], missing, replace=False)]]


def with_an_empty_one(rows, batch_size, rng):
    order = rng.permutation(rows)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(rows // batch_size + 1)]


def reseeded(rows, batch_size, rng):
    return slicing_batches(rows, batch_size, np.random.default_rng(7))


def sliding(rows, batch_size, rng):
    order = rng.permutation(rows)
    return [order[k : k + batch_size] for k in range(math.ceil(rows / batch_size))]


BATCHES = {
    "last_batch_dropped": [dropping, stopping_early],
    "last_batch_filled_up": [wrapping, topped_up],
    "with_replacement": [
        lambda rows, batch_size, rng: chunks(rng.integers(0, rows, rows), batch_size),
        lambda rows, batch_size, rng: [rng.choice(rows, batch_size) for _ in range(math.ceil(rows / batch_size))],
        lambda rows, batch_size, rng: chunks(rng.choice(rows, rows, replace=True), batch_size),
    ],
    "not_shuffled": [
        lambda rows, batch_size, rng: chunks(range(rows), batch_size),
        lambda rows, batch_size, rng: chunks(sorted(rng.permutation(rows)), batch_size),
    ],
    "same_order_each_epoch": [
        reseeded,
        lambda rows, batch_size, rng: chunks(range(rows)[::-1], batch_size),
    ],
    "counted_from_one": [lambda rows, batch_size, rng: chunks(1 + rng.permutation(rows), batch_size)],
    "first_skipped": [lambda rows, batch_size, rng: chunks(rng.permutation(range(1, rows)), batch_size)],
    "last_skipped": [lambda rows, batch_size, rng: chunks(rng.permutation(rows - 1), batch_size)],
    "overlapping_batches": [sliding],
    "size_and_number_swapped": [
        lambda rows, batch_size, rng: np.array_split(rng.permutation(rows), batch_size),
    ],
    "balanced_batches": [
        lambda rows, batch_size, rng: np.array_split(rng.permutation(rows), math.ceil(rows / batch_size)),
    ],
    "empty_batch": [with_an_empty_one],
    "flat_list": [lambda rows, batch_size, rng: list(rng.permutation(rows)), lambda rows, batch_size, rng: range(rows)],
}


def loop(  # the knobs are what the planted mistakes turn
    divide=lambda batch, y, size: len(batch),
    gradient=matrix_gradient,
    move=lambda point, g, rate: point - rate * g,
    batches=slicing_batches,
    epochs_of=range,
    every=lambda batches: batches,
):
    def descend(X, y, beta, model, learning_rate, epochs, batch_size, rng):
        path = [beta]
        for _ in epochs_of(epochs):
            for batch in every(batches(len(y), batch_size, rng)):
                total = gradient(X[batch], y[batch], path[-1], model)
                path.append(move(path[-1], total / divide(batch, y, batch_size), learning_rate))
        return path

    return descend


def stale(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    point = beta
    path = [point]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            point = point - learning_rate * matrix_gradient(X[batch], y[batch], beta, model) / len(batch)
            path.append(point)
    return path


def mixing(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    point = beta.copy()
    path = [point.copy()]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            for j in range(len(point)):
                point[j] -= learning_rate * matrix_gradient(X[batch], y[batch], point, model)[j] / len(batch)
            path.append(point.copy())
    return path


def one_object(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    point = beta.copy()
    path = [point]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            point -= learning_rate * matrix_gradient(X[batch], y[batch], point, model) / len(batch)
            path.append(point)
    return path


def changing_its_start(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [beta.copy()]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            beta -= learning_rate * matrix_gradient(X[batch], y[batch], beta, model) / len(batch)
            path.append(beta.copy())
    return path


def forgetful(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [beta]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            beta - learning_rate * matrix_gradient(X[batch], y[batch], beta, model) / len(batch)
            path.append(beta)
    return path


def shuffled_once(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    batches = slicing_batches(len(y), batch_size, rng)
    return loop(batches=lambda *_: batches)(X, y, beta, model, learning_rate, epochs, batch_size, rng)


def once_an_epoch(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = textbook(X, y, beta, model, learning_rate, epochs, batch_size, rng)
    return path[:: math.ceil(len(y) / batch_size)]


def recorded_outside(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [beta]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            beta = beta - learning_rate * matrix_gradient(X[batch], y[batch], beta, model) / len(batch)
        path.append(beta)
    return path


def updated_outside(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [beta]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            total = matrix_gradient(X[batch], y[batch], path[-1], model)
        path.append(path[-1] - learning_rate * total / len(batch))
    return path


def stopping_after_epochs_steps(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    return textbook(X, y, beta, model, learning_rate, epochs, batch_size, rng)[: epochs + 1]


def whole(rows, batch_size, rng):
    return [np.arange(rows)] * math.ceil(rows / batch_size)


def residuals(X, y, beta, model):
    z = X @ beta
    return y - (z if model == "linear" else 1 / (1 + np.exp(-z)))


def without_x(X, y, beta, model):
    return -np.sum(residuals(X, y, beta, model)) * np.ones(len(beta))


def through_logistic(X, y, beta, model):
    p = y - residuals(X, y, beta, model)
    return -X.T @ ((y - p) * (p * (1 - p) if model == "logistic" else 1))


LOOPS = {
    "never_divided_by_n": [loop(divide=lambda batch, y, size: 1)],
    "divided_by_n_twice": [
        loop(divide=lambda batch, y, size: len(batch) ** 2),
        loop(divide=lambda batch, y, size: len(batch) * size),
    ],
    "batch_size_for_last_batch": [loop(divide=lambda batch, y, size: size)],
    "divided_by_all_rows": [loop(divide=lambda batch, y, size: len(y))],
    "gradient_ascent": [
        loop(move=lambda point, g, rate: point + rate * g),
        loop(gradient=lambda *a: -matrix_gradient(*a)),
    ],
    "learning_rate_ignored": [loop(move=lambda point, g, rate: point - g)],
    "plus_for_times": [loop(move=lambda point, g, rate: point - (rate + g))],
    "divided_by_learning_rate": [loop(move=lambda point, g, rate: point - g / rate)],
    "missing_x_ij": [loop(gradient=without_x)],
    "model_ignored": [
        loop(gradient=lambda X, y, beta, model: matrix_gradient(X, y, beta, "linear")),
        loop(gradient=lambda X, y, beta, model: matrix_gradient(X, y, beta, "logistic")),
    ],
    "squared_error_through_logistic": [loop(gradient=through_logistic)],
    "half_omitted": [loop(gradient=lambda *a: 2 * matrix_gradient(*a))],
    "stale_gradient": [stale],
    "old_and_new_mixed": [mixing],
    "same_point_repeated": [one_object],
    "inputs_mutated": [changing_its_start],
    "not_moved": [forgetful],
    "same_order_each_epoch": [shuffled_once, loop(batches=reseeded)],
    "not_shuffled": [loop(batches=lambda rows, size, rng: chunks(range(rows), size))],
    "with_replacement": [
        loop(batches=BATCHES["with_replacement"][0]),
        loop(batches=BATCHES["with_replacement"][1]),
    ],
    "last_batch_dropped": [loop(batches=dropping)],
    "last_batch_filled_up": [loop(batches=wrapping), loop(batches=topped_up)],
    "first_batch_skipped": [loop(every=lambda batches: batches[1:])],
    "batch_size_ignored": [loop(batches=whole), loop(batches=lambda rows, size, rng: [np.arange(rows)])],
    "one_batch_an_epoch": [loop(every=lambda batches: batches[:1]), updated_outside],
    "epochs_for_steps": [stopping_after_epochs_steps],
    "one_epoch_short": [loop(epochs_of=lambda epochs: range(1, epochs))],
    "one_epoch_long": [loop(epochs_of=lambda epochs: range(epochs + 1))],
    "start_missing": [lambda *a: textbook(*a)[1:]],
    "once_an_epoch": [once_an_epoch, recorded_outside],
    "last_point_only": [lambda *a: textbook(*a)[-1]],
    "gradient_ascent batch_size_for_last_batch": [
        loop(move=lambda point, g, rate: point + rate * g, divide=lambda batch, y, size: size)
    ],
    "one_epoch_short never_divided_by_n": [
        loop(epochs_of=lambda epochs: range(1, epochs), divide=lambda batch, y, size: 1)
    ],
}

PLANTED = {"batch_idx": BATCHES, "gradient_descent": LOOPS}
EACH = [
    (name, mistake, k) for name, kinds in PLANTED.items() for mistake, made in kinds.items() for k in range(len(made))
]


@pytest.mark.parametrize(("name", "mistake", "k"), EACH)
def test_a_planted_mistake_is_named_in_both_languages(name, mistake, k):
    verdict = getattr(check, name)(PLANTED[name][mistake][k], show=False)
    assert not verdict.passed
    assert set(verdict.mistakes) == set(mistake.split()), verdict.text()
    for each in mistake.split():
        assert check.MISTAKES[each].en in verdict.text("en")
        assert check.MISTAKES[each].ko in verdict.text("ko")


def test_a_loop_with_an_unknown_mistake_gets_no_name_but_the_step_that_fails():
    verdict = check.gradient_descent(loop(move=lambda point, g, rate: point - 0.7 * rate * g), show=False)
    assert verdict.mistakes == ()
    assert "step 1 from [0.3, -0.7, 0.45]: expected" in verdict.text("en")
    assert "1번째 스텝에서 기대한 값" in verdict.text("ko")


def test_batches_with_an_unknown_mistake_get_no_name_but_the_epoch_that_fails():
    def halves(rows, batch_size, rng):
        return chunks(rng.permutation(rows), max(1, batch_size // 2))

    verdict = check.batch_idx(halves, show=False)
    assert verdict.mistakes == ()
    assert "expected every row from 0 to 9 once, in batches of sizes [3, 3, 3, 1]" in verdict.text("en")


def test_a_path_of_another_length_is_told_by_its_length():
    verdict = check.gradient_descent(lambda *a: [*textbook(*a), a[2], a[2]], show=False)
    assert verdict.mistakes == ()
    assert "expected the start and 3 steps, 4 points in all, got 6" in verdict.text("en")


def descending(X, y, beta, rate, epochs, batch_size, rng, model, divisor):
    """A loop whose smaller batch comes first."""
    path = [beta]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng)[::-1]:
            path.append(path[-1] - rate * matrix_gradient(X[batch], y[batch], path[-1], model) / divisor(batch))
    return path


def test_mistakes_are_named_alone_though_the_smaller_batch_comes_first():
    def linear_always(X, y, beta, model, learning_rate, epochs, batch_size, rng):
        return descending(X, y, beta, learning_rate, epochs, batch_size, rng, "linear", len)

    def sums(X, y, beta, model, learning_rate, epochs, batch_size, rng):
        return descending(X, y, beta, 1.0, epochs, batch_size, rng, model, lambda batch: 1)

    assert check.gradient_descent(linear_always, show=False).mistakes == ("model_ignored",)
    assert set(check.gradient_descent(sums, show=False).mistakes) == {"learning_rate_ignored", "never_divided_by_n"}
