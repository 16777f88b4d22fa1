"""Right solutions of the assignment in many styles. Nothing of the checker is imported here."""

import functools
import itertools
import math
import operator
import random
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd


def loop_dot(a, b):
    total = 0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


def while_dot(a, b):
    i, total = 0, 0.0
    while i < len(a):
        total = total + a[i] * b[i]
        i += 1
    return total


def recursive_dot(a, b):
    return 0.0 if len(a) == 0 else a[0] * b[0] + recursive_dot(a[1:], b[1:])


def popping_dot(a, b):
    a, b, total = list(a), list(b), 0
    while a:
        total += a.pop() * b.pop()
    return total


DOT_PRODUCTS = [
    loop_dot,
    while_dot,
    recursive_dot,
    popping_dot,
    lambda a, b: sum(p * q for p, q in zip(a, b, strict=True)),
    lambda a, b: sum([a[i] * b[i] for i in range(len(a))]),
    lambda a, b: math.fsum(map(operator.mul, a, b)),
    lambda a, b: functools.reduce(lambda total, pair: total + pair[0] * pair[1], zip(a, b, strict=True), 0.0),
    lambda a, b: np.dot(a, b),
    lambda a, b: np.asarray(a) @ np.asarray(b),
    lambda a, b: np.vdot(a, b),
    lambda a, b: np.einsum("i,i->", a, b),
    lambda a, b: (np.array(a) * np.array(b)).sum(),
    lambda a, b: pd.Series(list(a)).dot(pd.Series(list(b))),
    lambda a, b: (a * b).sum().item(),
    lambda a, b: a.iloc[0] * b.iloc[0] + sum(p * q for p, q in zip(a.iloc[1:], b.iloc[1:], strict=True)),
    lambda a, b: jnp.dot(jnp.asarray(a), jnp.asarray(b)),
    lambda a, b: float(sum(Fraction(p) * Fraction(q) for p, q in zip(a, b, strict=True))),
    np.dot,
]


def stable_logistic(x, beta):
    z = loop_dot(x, beta)
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    e = math.exp(z)
    return e / (1 + e)


def one_liner(z):
    return 1.0 / (1.0 + math.e**-z)


LOGISTICS = [
    stable_logistic,
    lambda x, beta: 1 / (1 + math.exp(-loop_dot(x, beta))),
    lambda x, beta: 1 / (1 + np.exp(-np.dot(x, beta))),
    lambda x, beta: (1 + np.exp(-(np.asarray(x) @ np.asarray(beta)))) ** -1,
    lambda x, beta: one_liner(sum(map(operator.mul, x, beta))),
    lambda x, beta: 0.5 * (1 + np.tanh(np.dot(x, beta) / 2)),
    lambda x, beta: np.exp(np.dot(x, beta)) / (1 + np.exp(np.dot(x, beta))),
    lambda x, beta: 1 - 1 / (1 + math.exp(while_dot(x, beta))),
    lambda x, beta: np.exp(-np.logaddexp(0, -np.dot(x, beta))),
    lambda x, beta: jax.nn.sigmoid(jnp.dot(jnp.asarray(x), jnp.asarray(beta))),
    lambda x, beta: 1 / (1 + math.exp(-(beta[0] + beta[1] * x["experience"] + beta[2] * x["salary"]))),
    lambda x, beta: np.array(1 / (1 + np.exp(-np.dot(x, beta)))),
]


def branching_entropy(x, y, beta):
    p = stable_logistic(x, beta)
    if y == 1:
        return -math.log(p)
    return -math.log(1 - p)


def printing_entropy(x, y, beta):
    p = stable_logistic(x, beta)
    print("p =", p)
    return -(y * math.log(p) + (1 - y) * math.log(1 - p))


CROSS_ENTROPIES = [
    branching_entropy,
    printing_entropy,
    lambda x, y, beta: -y * math.log(stable_logistic(x, beta)) - (1 - y) * math.log(1 - stable_logistic(x, beta)),
    lambda x, y, beta: -np.log(stable_logistic(x, beta) if y else 1 - stable_logistic(x, beta)),
    lambda x, y, beta: np.log1p(np.exp(np.dot(x, beta))) - y * np.dot(x, beta),
    lambda x, y, beta: np.logaddexp(0, np.dot(x, beta)) - y * np.dot(x, beta),
    lambda x, y, beta: -math.log(stable_logistic(x, beta) ** y * (1 - stable_logistic(x, beta)) ** (1 - y)),
    lambda x, y, beta: math.log(1 + math.exp((1 - 2 * y) * while_dot(x, beta))),
    lambda x, y, beta: -sum((y * np.log(stable_logistic(x, beta)), (1 - y) * np.log1p(-stable_logistic(x, beta)))),
    lambda x, y, beta: (
        jnp.log1p(jnp.exp(jnp.asarray(x) @ jnp.asarray(beta))) - y * (jnp.asarray(x) @ jnp.asarray(beta))
    ),
    lambda x, y, beta: -np.array([y, 1 - y]) @ np.log([stable_logistic(x, beta), 1 - stable_logistic(x, beta)]),
    lambda x, y, beta: np.logaddexp(0, x.dot(beta)) - y * x.dot(beta),
]

SQUARED_ERRORS = [
    lambda x, y, beta: 0.5 * (y - loop_dot(x, beta)) ** 2,
    lambda x, y, beta: (y - while_dot(x, beta)) ** 2 / 2,
    lambda x, y, beta: pow(y - np.dot(x, beta), 2) / 2,
    lambda x, y, beta: np.square(np.asarray(x) @ np.asarray(beta) - y) / 2,
    lambda x, y, beta: (y**2 - 2 * y * np.dot(x, beta) + np.dot(x, beta) ** 2) / 2,
    lambda x, y, beta: 1 / 2 * (sum(p * q for p, q in zip(x, beta, strict=True)) - y) ** 2,
    lambda x, y, beta: math.pow(recursive_dot(x, beta) - y, 2) * 0.5,
    lambda x, y, beta: abs(y - np.vdot(x, beta)) ** 2 / 2,
    lambda x, y, beta: 0.5 * (y - jnp.dot(jnp.asarray(x), jnp.asarray(beta))) ** 2,
    lambda x, y, beta: 0.5 * (y - (x * beta).sum()) ** 2,
    lambda x, y, beta: 0.5 * (y - beta[0] - beta[1] * x["experience"] - beta[2] * x["salary"]) ** 2,
    lambda x, y, beta: np.float32(0.5 * (y - np.dot(x, beta)) ** 2),
]


def loop_loss(X, y, beta, loss_i):
    total = 0
    for i in range(len(y)):
        total += loss_i(X[i], y[i], beta)
    return total


def pandas_loss(X, y, beta, loss_i):
    total = 0.0
    for i, row in X.iterrows():
        total += loss_i(row, y[i], beta)
    return total


def recursive_loss(X, y, beta, loss_i):
    return 0 if len(y) == 0 else loss_i(X[0], y[0], beta) + recursive_loss(X[1:], y[1:], beta, loss_i)


BATCH_LOSSES = [
    loop_loss,
    pandas_loss,
    recursive_loss,
    lambda X, y, beta, loss_i: sum(loss_i(row, target, beta) for row, target in zip(X, y, strict=True)),
    lambda X, y, beta, loss_i: math.fsum(loss_i(*pair, beta) for pair in zip(X, y, strict=True)),
    lambda X, y, beta, loss_i: np.sum([loss_i(X[i], y[i], beta) for i in range(len(X))]),
    lambda X, y, beta, loss_i: len(y) * np.mean([loss_i(X[i], y[i], beta) for i in range(len(X))]),
    lambda X, y, beta, loss_i: sum(map(loss_i, X, y, itertools.repeat(beta))),
    lambda X, y, beta, loss_i: functools.reduce(lambda t, i: t + loss_i(X[i], y[i], beta), range(len(y)), 0.0),
    lambda X, y, beta, loss_i: sum(loss_i(X.iloc[i], y.iloc[i], beta) for i in range(len(X))),
    lambda X, y, beta, loss_i: X.apply(lambda row: loss_i(row, y[row.name], beta), axis=1).sum(),
    lambda X, y, beta, loss_i: jnp.sum(jnp.array([loss_i(X[i], y[i], beta) for i in range(len(X))])),
]


def predicted(x, beta, model):
    return np.dot(x, beta) if model == "linear" else 1 / (1 + np.exp(-np.dot(x, beta)))


def quotient_ij(x, y, beta, j, model):
    def loss(b):
        return SQUARED_ERRORS[0](x, y, b) if model == "linear" else branching_entropy(x, y, b)

    up, down = list(beta), list(beta)
    up[j] += 1e-5
    down[j] -= 1e-5
    return (loss(up) - loss(down)) / 2e-5


def branching_ij(x, y, beta, j, model):
    if model == "linear":
        return -(y - loop_dot(x, beta)) * x[j]
    elif model == "logistic":
        return -(y - stable_logistic(x, beta)) * x[j]
    raise ValueError(model)


def autodiff_ij(x, y, beta, j, model):
    def loss(b):
        z = jnp.dot(jnp.asarray(x), b)
        return 0.5 * (y - z) ** 2 if model == "linear" else jnp.log1p(jnp.exp(z)) - y * z

    return jax.grad(loss)(jnp.asarray(beta))[j]


PARTIAL_DERIVATIVES = [
    branching_ij,
    quotient_ij,
    autodiff_ij,
    lambda x, y, beta, j, model: (predicted(x, beta, model) - y) * x[j],
    lambda x, y, beta, j, model: -(y - predicted(x, beta, model)) * x[j],
    lambda x, y, beta, j, model: predicted(x, beta, model) * x[j] - y * x[j],
    lambda x, y, beta, j, model: ((predicted(x, beta, model) - y) * np.asarray(x))[j],
    lambda x, y, beta, j, model: -1 * (y - {"linear": loop_dot, "logistic": stable_logistic}[model](x, beta)) * x[j],
    lambda x, y, beta, j, model: (predicted(x, beta, model) - y) * x.iloc[j],
    lambda x, y, beta, j, model: float((predicted(x, beta, model) - y) * x[["intercept", "experience", "salary"][j]]),
    lambda x, y, beta, j, model: np.multiply(np.subtract(predicted(x, beta, model), y), x[j]),
    lambda x, y, beta, j, model: operator.mul(predicted(x, beta, model) - y, x[j]),
]


def nested_gradient(X, y, beta, model):
    gradient = [0] * len(beta)
    for i in range(len(X)):
        for j in range(len(beta)):
            gradient[j] += branching_ij(X[i], y[i], beta, j, model)
    return gradient


def array_gradient(X, y, beta, model):
    gradient = np.zeros(len(beta))
    for row, target in zip(X, y, strict=True):
        gradient += (predicted(row, beta, model) - target) * np.asarray(row)
    return gradient


def matrix_gradient(X, y, beta, model):
    z = X @ beta
    p = z if model == "linear" else 1 / (1 + np.exp(-z))
    return -X.T @ (y - p)


def jax_gradient(X, y, beta, model):
    def loss(b):
        z = jnp.asarray(X) @ b
        losses = 0.5 * (jnp.asarray(y) - z) ** 2 if model == "linear" else jnp.log1p(jnp.exp(z)) - jnp.asarray(y) * z
        return losses.sum()

    return jax.grad(loss)(jnp.asarray(beta))


def frame_gradient(X, y, beta, model):
    z = X.dot(beta)
    p = z if model == "linear" else 1 / (1 + np.exp(-z))
    return X.mul(p - y, axis=0).sum()


GRADIENTS = [
    nested_gradient,
    array_gradient,
    matrix_gradient,
    jax_gradient,
    frame_gradient,
    lambda X, y, beta, model: [
        sum(branching_ij(X[i], y[i], beta, j, model) for i in range(len(X))) for j in range(len(beta))
    ],
    lambda X, y, beta, model: tuple(
        math.fsum(branching_ij(row, target, beta, j, model) for row, target in zip(X, y, strict=True)) for j in range(3)
    ),
    lambda X, y, beta, model: list(
        map(sum, zip(*[gradient_of_row(X[i], y[i], beta, model) for i in range(len(X))], strict=True))
    ),
    lambda X, y, beta, model: np.sum([gradient_of_row(r, t, beta, model) for r, t in zip(X, y, strict=True)], axis=0),
    lambda X, y, beta, model: (
        len(y) * np.mean([gradient_of_row(r, t, beta, model) for r, t in zip(X, y, strict=True)], 0)
    ),
    lambda X, y, beta, model: np.einsum(
        "i,ij->j", [predicted(r, beta, model) - t for r, t in zip(X, y, strict=True)], X
    ),
    lambda X, y, beta, model: sum((predicted(X.loc[i], beta, model) - y.loc[i]) * X.loc[i].to_numpy() for i in X.index),
]


def gradient_of_row(x, y, beta, model):
    return [branching_ij(x, y, beta, j, model) for j in range(len(beta))]


def copying_step(beta, gradient, learning_rate):
    new = list(beta)
    for j in range(len(new)):
        new[j] -= learning_rate * gradient[j]
    return new


def in_place_on_a_copy(beta, gradient, learning_rate):
    new = np.array(beta, float)
    new -= learning_rate * np.asarray(gradient)
    return new


def appending_step(beta, gradient, learning_rate):
    new = []
    for b, g in zip(beta, gradient, strict=True):
        new.append(b - learning_rate * g)
    return new


STEPS = [
    copying_step,
    in_place_on_a_copy,
    appending_step,
    lambda beta, gradient, learning_rate: [b - learning_rate * g for b, g in zip(beta, gradient, strict=True)],
    lambda beta, gradient, learning_rate: tuple(b - learning_rate * g for b, g in zip(beta, gradient, strict=True)),
    lambda beta, gradient, learning_rate: list(map(lambda b, g: b - learning_rate * g, beta, gradient)),
    lambda beta, gradient, learning_rate: beta - learning_rate * gradient,
    lambda beta, gradient, learning_rate: np.subtract(beta, np.multiply(learning_rate, gradient)),
    lambda beta, gradient, learning_rate: beta + (-learning_rate) * gradient,
    lambda beta, gradient, learning_rate: pd.Series(beta) - learning_rate * pd.Series(gradient),
    lambda beta, gradient, learning_rate: jnp.asarray(beta) - learning_rate * jnp.asarray(gradient),
    lambda beta, gradient, learning_rate: [beta[j] + learning_rate * -gradient[j] for j in range(len(beta))],
    jax.jit(lambda beta, gradient, learning_rate: beta - learning_rate * gradient),
]


def slicing_batches(rows, batch_size, rng):
    order = rng.permutation(rows)
    return [order[start : start + batch_size] for start in range(0, rows, batch_size)]


def shuffling_batches(rows, batch_size, rng):
    order = list(range(rows))
    rng.shuffle(order)
    return [order[start : start + batch_size] for start in range(0, rows, batch_size)]


def yielding_batches(rows, batch_size, rng):
    order = rng.permutation(rows).tolist()
    while order:
        yield order[:batch_size]
        order = order[batch_size:]


def growing_batches(rows, batch_size, rng):
    batches, batch = [], []
    for row in rng.permutation(rows):
        batch.append(row)
        if len(batch) == batch_size:
            batches.append(batch)
            batch = []
    if batch:
        batches.append(batch)
    return batches


def counted_batches(rows, batch_size, rng):
    order = rng.permutation(np.arange(rows))
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(math.ceil(rows / batch_size))]


def split_batches(rows, batch_size, rng):
    return np.split(rng.permutation(rows), range(batch_size, rows, batch_size))


def smallest_first(rows, batch_size, rng):
    return slicing_batches(rows, batch_size, rng)[::-1]


def own_generator(rows, batch_size, rng):
    order = random.sample(range(rows), rows)
    return [order[start : start + batch_size] for start in range(0, rows, batch_size)]


def popping_batches(rows, batch_size, rng):
    left, batches = list(rng.permutation(rows)), []
    while left:
        batches.append([left.pop() for _ in range(min(batch_size, len(left)))])
    return batches


BATCHES = [
    slicing_batches,
    shuffling_batches,
    yielding_batches,
    growing_batches,
    counted_batches,
    split_batches,
    own_generator,
    smallest_first,
    popping_batches,
    lambda rows, batch_size, rng: tuple(map(tuple, slicing_batches(rows, batch_size, rng))),
    lambda rows, batch_size, rng: slicing_batches(rows, batch_size, np.random.default_rng(rng.integers(2**32))),
    lambda rows, batch_size, rng: [jnp.asarray(batch) for batch in slicing_batches(rows, batch_size, rng)],
    lambda rows, batch_size, rng: [
        list(batch) for batch in shuffling_batches(rows, batch_size, random.Random(rng.getrandbits(32)))
    ],
    lambda rows, batch_size, rng: (iter(batch) for batch in slicing_batches(rows, batch_size, rng)),
]
