"""The convolutional network and the autoencoder, by loops in NumPy; and other splits of the digits."""

import jax
import numpy as np
import pytest

from osolgil.descent import Stop, minimize
from osolgil.methods import Adam
from osolgil.problems import FiniteSum, networks
from osolgil.problems.networks.splitting import split

CONVOLUTIONAL = networks.named("convolutional", channels=3)
AUTOENCODER = networks.named("autoencoder", hidden=5)
FEW = 6


def few(network):
    return {name: rows[:FEW] for name, rows in network.rows["train"].items()}


def moved(network):
    """A point at which no bias is zero, in float64."""
    random = np.random.default_rng(7)
    return jax.tree.map(lambda leaf: leaf + random.normal(0, 0.1, leaf.shape), network.start)


def evaluated(problem, x):
    return problem.evaluate(x)


def convolved_by_loops(x, pixels):
    """Loss and gradient of one digit, one place of one filter after the other."""
    filters, bias = x["filters"]["weight"], x["filters"]["bias"]
    W, b = x["out"]["weight"], x["out"]["bias"]
    image = np.zeros((9, 9))
    image[1:, 1:] = pixels["pixels"].reshape(8, 8)
    h, seen = np.zeros(len(W)), {}
    for c in range(filters.shape[1]):
        for u in range(4):
            for v in range(4):
                at = 16 * c + 4 * u + v
                seen[at] = c, image[2 * u : 2 * u + 3, 2 * v : 2 * v + 3].ravel()
                h[at] = max(seen[at][1] @ filters[:, c] + bias[c], 0)
    shares = np.exp(h @ W + b)
    shares /= shares.sum()
    ds = shares - np.eye(10)[pixels["digit"]]
    gradient = jax.tree.map(np.zeros_like, x)
    gradient["out"]["weight"] += np.outer(h, ds)
    gradient["out"]["bias"] += ds
    for at, (c, patch) in seen.items():
        if h[at] > 0:
            gradient["filters"]["weight"][:, c] += patch * (W[at] @ ds)
            gradient["filters"]["bias"][c] += W[at] @ ds
    return -np.log(shares[pixels["digit"]]), gradient


def reconstructed_by_loops(x, pixels):
    """Loss and gradient of one row of an autoencoder."""
    image = np.float64(pixels["pixels"])
    h = 1 / (1 + np.exp(-(image @ x["hidden"]["weight"] + x["hidden"]["bias"])))
    error = h @ x["out"]["weight"] + x["out"]["bias"] - image
    d = 2 * error / 64
    dh = x["out"]["weight"] @ d * h * (1 - h)
    gradient = {"hidden": {"weight": np.outer(image, dh), "bias": dh}, "out": {"weight": np.outer(h, d), "bias": d}}
    return np.mean(error**2), gradient


@pytest.mark.parametrize(
    ("network", "by_loops"),
    [(CONVOLUTIONAL, convolved_by_loops), (AUTOENCODER, reconstructed_by_loops)],
    ids=["convolutional", "autoencoder"],
)
def test_loss_and_gradient_are_those_of_plain_loops(network, by_loops):
    x, rows = moved(network), few(network)
    told = [by_loops(x, {name: column[i] for name, column in rows.items()}) for i in range(FEW)]
    value = np.mean([value for value, _ in told])
    gradient = jax.tree.map(lambda *leaves: np.mean(leaves, axis=0), *(gradient for _, gradient in told))
    with jax.enable_x64(True):
        found = jax.jit(evaluated)(FiniteSum(network.problem.loss, rows).prepared(np.float64), x)
    np.testing.assert_allclose(found.value, value, rtol=1e-12)
    flat = np.concatenate([leaf.ravel() for leaf in jax.tree.leaves(gradient)])
    np.testing.assert_allclose(found.gradient, flat, rtol=1e-10, atol=1e-14)
    assert np.count_nonzero(flat) > 0.5 * len(flat)


def test_a_convolutional_network_learns_digits_with_few_parameters():
    network = networks.named("convolutional")
    result = minimize(network, method=Adam(0.01), batch_size=32, stop=Stop(epochs=10))
    assert network.n == 1370
    assert network.accuracy(result.x) >= 0.92
    assert network.classifies


def test_an_autoencoder_has_no_accuracy():
    assert not AUTOENCODER.classifies
    with pytest.raises(ValueError, match=r"autoencoder predicts no digit and so has no accuracy; judge it by its loss"):
        AUTOENCODER.accuracy(AUTOENCODER.start)
    with pytest.raises(ValueError, match="autoencoder predicts no digit"):
        AUTOENCODER.predict(AUTOENCODER.start, AUTOENCODER.rows["test"]["pixels"])


def identities(rows):
    """A number for each row that no other digit has."""
    return np.int64(rows["pixels"] * 16) @ 3 ** np.arange(64)


def test_other_splits_have_the_same_rows_sizes_and_shares_of_every_digit():
    own = np.sort(np.concatenate([identities(CONVOLUTIONAL.rows[name]) for name in networks.SPLITS]))
    counts = []
    for seed in (0, 1):
        rows = CONVOLUTIONAL.draw_rows(seed)
        assert [len(rows[name]["digit"]) for name in networks.SPLITS] == [1078, 359, 360]
        together = np.concatenate([identities(rows[name]) for name in networks.SPLITS])
        np.testing.assert_array_equal(np.sort(together), own)
        counts.append([np.bincount(rows[name]["digit"]) for name in networks.SPLITS])
    np.testing.assert_array_equal(counts[0], counts[1])
    everything = np.sum(counts[0], axis=0)
    for name, found in zip(networks.SPLITS, counts[0], strict=True):
        np.testing.assert_allclose(found, everything * len(CONVOLUTIONAL.rows[name]["digit"]) / 1797, atol=2)


def test_a_split_follows_its_seed_and_is_in_no_order():
    one, same, other = (CONVOLUTIONAL.draw_rows(seed)["train"] for seed in (3, 3, 4))
    np.testing.assert_array_equal(one["pixels"], same["pixels"])
    shared = np.isin(identities(one), identities(other)).mean()
    # Two draws of 60 % share 60 % of their rows.
    assert 0.55 < shared < 0.65
    assert abs(np.corrcoef(one["digit"], np.arange(1078))[0, 1]) < 0.1


def test_parts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="the parts have 9 rows together, and there are 10 rows to split"):
        split(np.arange(10), {"train": 5, "test": 4}, seed=0)
