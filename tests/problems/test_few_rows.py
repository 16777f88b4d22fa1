"""Products with few rows as sums."""

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.problems.few_rows import summing

random = np.random.default_rng(2)
X, W, x = (random.normal(size=shape).astype(np.float32) for shape in ((2, 5), (5, 3), (5,)))


@jax.jit
def inner(X, x):
    return jnp.tanh(X @ x)


def loss(x, rows):
    return inner(rows, x) + rows @ x + jnp.sum(rows @ W, axis=1)


def primitives(function):
    return str(jax.make_jaxpr(function)(x, X)).count("dot_general")


def test_a_product_of_a_matrix_and_a_vector_is_a_sum_wherever_it_is_and_others_stay():
    assert primitives(loss) == 3
    assert primitives(summing(loss)) == 1


def test_values_and_gradients_are_the_same_to_rounding():
    for derived in (lambda f: f(x, X), lambda f: jax.grad(lambda x: jnp.sum(f(x, X)))(x)):
        np.testing.assert_allclose(derived(summing(loss)), derived(loss), rtol=1e-5, atol=1e-5)
