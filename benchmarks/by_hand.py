"""What a person would write by hand with JAX and optax: the same record, the same stops, the best kept."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax


def recorded(f: Any, x0: np.ndarray, rate: float, steps: int) -> Callable[[], Any]:
    """Adam on f: a while-loop that records value, gradient size, step size and a flag, stops, and keeps the best."""
    optimizer = optax.adam(rate)

    def run(x0: Any) -> Any:
        def body(carry: Any) -> Any:
            t, x, state, record, best, status = carry
            value, gradient = jax.value_and_grad(f)(x)
            size = jnp.max(jnp.abs(gradient))
            update, state = optimizer.update(gradient, state, x)
            length = jnp.sqrt(jnp.sum(update**2))
            better = value < best[1]
            best = jax.tree.map(lambda new, old: jnp.where(better, new, old), (x, value, gradient, t), best)
            row = jnp.stack([value, size, length, jnp.ones_like(value)])
            record = jax.lax.dynamic_update_index_in_dim(record, row, t, 0)
            status = jnp.where(jnp.isfinite(value), jnp.where(size <= 0.0, 1, 0), 2)
            return t + 1, optax.apply_updates(x, update), state, record, best, status

        def goes_on(carry: Any) -> Any:
            return (carry[0] < steps) & (carry[-1] == 0)

        start = (0, x0, optimizer.init(x0), jnp.zeros((steps, 4)), (x0, jnp.asarray(jnp.inf), x0, 0), 0)
        return jax.lax.while_loop(goes_on, body, start)

    return on_device(run, x0)


def bare(f: Any, x0: np.ndarray, rate: float, steps: int) -> Callable[[], Any]:
    """Adam on f and nothing else: no record, no stop, no best."""
    optimizer = optax.adam(rate)

    def run(x0: Any) -> Any:
        def body(t: Any, carry: Any) -> Any:
            x, state = carry
            update, state = optimizer.update(jax.grad(f)(x), state, x)
            return optax.apply_updates(x, update), state

        return jax.lax.fori_loop(0, steps, body, (x0, optimizer.init(x0)))

    return on_device(run, x0)


def gradient_only(f: Any, x0: np.ndarray, steps: int) -> Callable[[], Any]:
    """The gradient of f along a straight descent, and nothing else: what no method that uses it can undercut."""

    def run(x0: Any) -> Any:
        return jax.lax.fori_loop(0, steps, lambda t, x: x - 1e-6 * jax.grad(f)(x), x0)

    return on_device(run, x0)


def recorded_lanes(f: Any, starts: np.ndarray, rate: float, steps: int) -> Callable[[], Any]:
    """As `recorded`, for many lanes in one loop; lanes that have ended are frozen."""
    optimizer = optax.adam(rate)
    lanes = len(starts)

    def run(starts: Any) -> Any:
        def choose(which: Any, new: Any, old: Any) -> Any:
            return jnp.where(which.reshape(which.shape + (1,) * (new.ndim - 1)), new, old)

        def body(carry: Any) -> Any:
            t, x, state, record, best, status = carry
            value, gradient = jax.vmap(jax.value_and_grad(f))(x)
            size = jnp.max(jnp.abs(gradient), axis=1)
            update, after = jax.vmap(optimizer.update)(gradient, state, x)
            length = jnp.sqrt(jnp.sum(update**2, axis=1))
            alive = status == 0
            better = alive & (value < best[1])
            found = (x, value, gradient, jnp.full(lanes, t))
            best = jax.tree.map(lambda new, old: choose(better, new, old), found, best)
            row = jnp.stack([value, size, length, jnp.ones_like(value)], axis=1)
            record = jax.lax.dynamic_update_index_in_dim(record, row, t, 0)
            ended = jnp.where(jnp.isfinite(value), jnp.where(size <= 0.0, 1, 0), 2)
            state = jax.tree.map(lambda new, old: choose(alive, new, old), after, state)
            x = choose(alive, optax.apply_updates(x, update), x)
            return t + 1, x, state, record, best, jnp.where(alive, ended, status)

        def goes_on(carry: Any) -> Any:
            return (carry[0] < steps) & jnp.any(carry[-1] == 0)

        best = (starts, jnp.full(lanes, jnp.inf), starts, jnp.zeros(lanes, int))
        start = (0, starts, jax.vmap(optimizer.init)(starts), jnp.zeros((steps, lanes, 4)), best, jnp.zeros(lanes, int))
        return jax.lax.while_loop(goes_on, body, start)

    return on_device(run, starts)


def network(loss: Any, parameters: Any, rows: Any, rate: float, batch: int, epochs: int) -> Callable[[], Any]:
    """Adam on mini-batches, shuffled every epoch, the last one ragged; recorded; all rows judged after each epoch."""
    optimizer = optax.adam(rate)
    count = len(rows[0])
    steps = -(-count // batch)

    def run(parameters: Any, rows: Any, key: Any) -> Any:
        def mean(parameters: Any, rows: Any, weights: Any) -> Any:
            return jnp.sum(weights * loss(parameters, rows)) / jnp.sum(weights)

        def size(tree: Any) -> Any:
            return jnp.max(jnp.stack([jnp.max(jnp.abs(leaf)) for leaf in jax.tree.leaves(tree)]))

        def epoch(number: Any, carry: Any) -> Any:
            parameters, state, record, judged, best = carry
            order = jax.random.permutation(jax.random.fold_in(key, number), count)
            order = jnp.concatenate([order, jnp.zeros(steps * batch - count, order.dtype)])

            def step(i: Any, carry: Any) -> Any:
                parameters, state, record = carry
                chosen = jax.lax.dynamic_slice(order, (i * batch,), (batch,))
                weights = (i * batch + jnp.arange(batch) < count).astype(jnp.float32)
                some = jax.tree.map(lambda array: array[chosen], rows)
                value, gradient = jax.value_and_grad(mean)(parameters, some, weights)
                update, state = optimizer.update(gradient, state, parameters)
                row = jnp.stack([value, size(gradient), optax.global_norm(update), jnp.ones_like(value)])
                record = jax.lax.dynamic_update_index_in_dim(record, row, number * steps + i, 0)
                return optax.apply_updates(parameters, update), state, record

            parameters, state, record = jax.lax.fori_loop(0, steps, step, (parameters, state, record))
            value, gradient = jax.value_and_grad(mean)(parameters, rows, jnp.ones(count, jnp.float32))
            better = value < best[1]
            best = jax.tree.map(lambda new, old: jnp.where(better, new, old), (parameters, value, gradient), best)
            judged = judged.at[number].set(jnp.stack([value, size(gradient)]))
            return parameters, state, record, judged, best

        best = (parameters, jnp.asarray(jnp.inf), parameters)
        record, judged = jnp.zeros((steps * epochs, 4)), jnp.zeros((epochs, 2))
        return jax.lax.fori_loop(0, epochs, epoch, (parameters, optimizer.init(parameters), record, judged, best))

    return on_device(run, parameters, rows, jax.random.key(0))


def on_device(function: Any, *arguments: Any) -> Callable[[], Any]:
    """A compiled function with its arguments on the device, as a function of nothing."""
    placed = jax.tree.map(jnp.asarray, arguments)
    compiled = jax.jit(function).lower(*placed).compile()
    return lambda: jax.block_until_ready(compiled(*placed))
