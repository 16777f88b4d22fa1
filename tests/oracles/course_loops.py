"""Right loops of gradient descent in many styles."""

import math

import jax.numpy as jnp
import numpy as np
from oracles.course import (
    array_gradient,
    copying_step,
    frame_gradient,
    growing_batches,
    in_place_on_a_copy,
    jax_gradient,
    matrix_gradient,
    nested_gradient,
    shuffling_batches,
    slicing_batches,
    yielding_batches,
)


def textbook(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [beta]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            gradient = matrix_gradient(X[batch], y[batch], path[-1], model)
            path.append(path[-1] - learning_rate * gradient / len(batch))
    return path


def plain_lists(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    point = list(beta)
    path = [point]
    for _ in range(epochs):
        for batch in shuffling_batches(len(y), batch_size, rng):
            rows, targets = [X[i] for i in batch], [y[i] for i in batch]
            point = copying_step(point, nested_gradient(rows, targets, point, model), learning_rate / len(batch))
            path.append(point)
    return path


def copies_of_a_moving_point(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    beta = np.array(beta)
    path = [beta.copy()]
    for _ in range(epochs):
        for batch in yielding_batches(len(y), batch_size, rng):
            beta -= (
                learning_rate / len(batch) * array_gradient([X[i] for i in batch], [y[i] for i in batch], beta, model)
            )
            path.append(beta.copy())
    return path


def preallocated(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    each = math.ceil(len(y) / batch_size)
    path = np.empty((1 + epochs * each, len(beta)))
    path[0] = beta
    for t in range(epochs * each):
        if t % each == 0:
            order = rng.permutation(len(y))
        batch = order[t % each * batch_size :][:batch_size]
        path[t + 1] = path[t] - learning_rate * matrix_gradient(X[batch], y[batch], path[t], model) / len(batch)
    return path


def pandas_rows(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [np.asarray(beta)]
    for _ in range(epochs):
        for batch in growing_batches(len(X), batch_size, rng):
            total = frame_gradient(X.iloc[batch], y.iloc[batch], path[-1], model).to_numpy()
            path.append(in_place_on_a_copy(path[-1], total, learning_rate / len(batch)))
    return path


def recursive(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    def descend(point, batches, left):
        if not batches:
            return [point] if left == 0 else descend(point, slicing_batches(len(y), batch_size, rng), left - 1)
        here, *rest = batches
        step = learning_rate / len(here) * matrix_gradient(X[here], y[here], point, model)
        return [point, *descend(point - step, rest, left)]

    return descend(beta, slicing_batches(len(y), batch_size, rng), epochs - 1)


def tuples(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = (tuple(beta),)
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            g = matrix_gradient(X[batch], y[batch], np.array(path[-1]), model) / len(batch)
            path += (tuple(b - learning_rate * d for b, d in zip(path[-1], g, strict=True)),)
    return path


def mean_over_the_batch(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [beta]
    for batch in (batch for _ in range(epochs) for batch in slicing_batches(len(y), batch_size, rng)):
        z = X[batch] @ beta
        p = z if model == "linear" else 1 / (1 + np.exp(-z))
        beta = beta + learning_rate * np.mean((y[batch] - p)[:, None] * X[batch], axis=0)
        path.append(beta)
    return path


def weighted_rate(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [np.asarray(beta)]
    for _ in range(epochs):
        shuffled = rng.permutation(len(y))
        X_, y_ = X[shuffled], y[shuffled]
        for start in range(0, len(y), batch_size):
            inside = slice(start, start + batch_size)
            rate = learning_rate / len(y_[inside])
            path.append(path[-1] - rate * array_gradient(X_[inside], y_[inside], path[-1], model))
    return path


def single_precision(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path = [jnp.asarray(beta)]
    for _ in range(epochs):
        for batch in slicing_batches(len(y), batch_size, rng):
            path.append(path[-1] - learning_rate * jax_gradient(X[batch], y[batch], path[-1], model) / len(batch))
    return path


def until_enough_steps(X, y, beta, model, learning_rate, epochs, batch_size, rng):
    path, waiting = [beta], []
    while len(path) < 1 + epochs * math.ceil(len(y) / batch_size):
        waiting = waiting or list(slicing_batches(len(y), batch_size, rng))
        batch = waiting.pop()
        path.append(path[-1] - learning_rate / len(batch) * matrix_gradient(X[batch], y[batch], path[-1], model))
    return np.array(path)


LOOPS = [
    textbook,
    plain_lists,
    copies_of_a_moving_point,
    preallocated,
    pandas_rows,
    recursive,
    tuples,
    mean_over_the_batch,
    weighted_rate,
    single_precision,
    until_enough_steps,
]
