"""Every preset against the library that it is named after, where that library is installed.

Neither side is told more than a learning rate and what the library itself has no default for: the defaults are part of
what is compared. Both libraries are optional; without them `test_presets_equal_oracles.py` says what they would do.
"""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from oracles import sequences
from support.replay import assert_same_moves, changing, moves

from osolgil.methods import conventions

G = sequences.gradients()
X = sequences.points()
BEFORE, AFTER = 0.02, 0.007
RATES = sequences.rates(BEFORE, AFTER)
CHANGING = changing(BEFORE, AFTER)


def library(name):
    return pytest.importorskip(name, reason=f"{name} is optional: install it to hold our rules against its own")


def torch_moves(make, points):
    """What a torch optimizer adds to the parameters at each of the given points, in float64."""
    torch = library("torch")
    parameter = torch.zeros(sequences.N, dtype=torch.float64, requires_grad=True)
    optimizer = make(torch.optim, [parameter])
    found = []
    for g, x, rate in zip(G, points, RATES, strict=True):
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(x))
        parameter.grad = torch.from_numpy(g.copy())
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        found.append(parameter.detach().numpy() - x)
    return np.stack(found)


def optax_moves(make, points):
    """What an optax optimizer adds to the parameters at each of the given points, in float64."""
    optax = library("optax")
    with jax.enable_x64(True):
        optimizer = make(optax, lambda count: jnp.where(count < sequences.CHANGE, BEFORE, AFTER))

        def update(state, seen):
            move, state = optimizer.update(seen[0], state, seen[1])
            return state, move

        state = optimizer.init(jnp.zeros(sequences.N))
        return np.asarray(jax.jit(lambda *seen: jax.lax.scan(update, state, seen))(G, points)[1])


def assert_same_as_library(rule, found, points):
    """`found` was read off x + move, so that a move is known to the last place of x only; see `assert_same_moves`.

    The terms are our own moves for |g| and |x|, which the references of the other test files vouch for.
    """
    terms = np.abs(moves(rule, np.abs(G), np.abs(points))) + 4e-4 * np.abs(points)
    assert_same_moves(found, moves(rule, G, points), terms)


# For each preset, the class of torch.optim and what has to be said beside the learning rate.
TORCH = {
    "gradient_descent": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.8, "dampening": 0.3}),
    "nesterov": ("SGD", {"momentum": 0.8, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
    "adadelta": ("Adadelta", {}),
    "adam": ("Adam", {}),
    "amsgrad": ("Adam", {"amsgrad": True}),
    "adamw": ("AdamW", {}),
    "adamax": ("Adamax", {}),
    "nadam": ("NAdam", {}),
    "radam": ("RAdam", {}),
}

OPTAX = {
    "gradient_descent": ("sgd", {}),
    "momentum": ("sgd", {"momentum": 0.8}),
    "nesterov": ("sgd", {"momentum": 0.8, "nesterov": True}),
    "adagrad": ("adagrad", {}),
    "rmsprop": ("rmsprop", {}),
    "adadelta": ("adadelta", {}),
    "adam": ("adam", {}),
    "amsgrad": ("amsgrad", {}),
    "adamw": ("adamw", {}),
    "adamax": ("adamax", {}),
    "nadam": ("nadam", {}),
    "radam": ("radam", {}),
    "lion": ("lion", {}),
    "lamb": ("lamb", {}),
}

SWITCHES = {"nesterov", "amsgrad"}
"""What is an option there and a rule of its own here."""

LOOK_AT_THE_POINT = {"adamw", "lion", "lamb"}
"""Presets that decay, or measure, the parameters. The others are compared at zero, where moves are read off exactly."""


def preset(module, name, options):
    """Our preset, told as much as the library's optimizer is."""
    options = {key: value for key, value in options.items() if key not in SWITCHES}
    return getattr(module, name)(learning_rate=CHANGING, **options)


def points_for(name):
    return X if name in LOOK_AT_THE_POINT else np.zeros_like(X)


@pytest.fixture
def float64_everywhere():
    """torch keeps step counts, and NAdam its product of momenta, in the default dtype whatever the parameters' is."""
    torch = library("torch")
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def test_every_preset_of_both_libraries_is_compared():
    for module, compared in ((conventions.torch, TORCH), (conventions.optax, OPTAX)):
        public = inspect.getmembers(module, inspect.isfunction)
        assert {name for name, function in public if function.__module__ == module.__name__} == set(compared)


@pytest.mark.usefixtures("float64_everywhere")
@pytest.mark.parametrize("name", TORCH)
def test_a_preset_equals_torch(name):
    optimizer, options = TORCH[name]
    points = points_for(name)
    found = torch_moves(lambda optim, parameters: getattr(optim, optimizer)(parameters, **options), points)
    assert_same_as_library(preset(conventions.torch, name, options), found, points)


def test_nadam_equals_torch_to_seven_places_where_torch_keeps_its_product_in_single_precision():
    found = torch_moves(lambda optim, parameters: optim.NAdam(parameters), np.zeros_like(X))
    rule = conventions.torch.nadam(learning_rate=CHANGING)
    assert_same_moves(found, moves(rule, G), np.abs(moves(rule, np.abs(G))), tolerance=1e-7)


@pytest.mark.usefixtures("float64_everywhere")
@pytest.mark.parametrize("name", ["momentum", "adagrad", "rmsprop", "adam", "amsgrad", "adamax", "nadam"])
def test_weight_decay_equals_torchs(name):
    optimizer, options = TORCH[name]
    decaying = options | {"weight_decay": 0.05}
    found = torch_moves(lambda optim, parameters: getattr(optim, optimizer)(parameters, **decaying), X)
    # The rule inside sees g + λx; its terms are those of |g + λx|, and a move is known to the last place of x only.
    terms = np.abs(moves(preset(conventions.torch, name, options), np.abs(G + 0.05 * X))) + 4e-4 * np.abs(X)
    assert_same_moves(found, moves(preset(conventions.torch, name, decaying), G, X), terms)


@pytest.mark.parametrize("name", [name for name in TORCH if name != "nesterov"])
def test_the_default_learning_rate_of_a_preset_is_torchs(name):
    torch = library("torch")
    default = inspect.signature(getattr(torch.optim, TORCH[name][0])).parameters["lr"].default
    assert getattr(conventions.torch, name)().learning_rate == default


@pytest.mark.parametrize("name", OPTAX)
def test_a_preset_equals_optax(name):
    optimizer, options = OPTAX[name]
    points = points_for(name)
    found = optax_moves(lambda optax, rate: getattr(optax, optimizer)(rate, **options), points)
    rule = preset(conventions.optax, name, options)
    if name == "lamb":
        # A leaf's move is as long as the leaf: rounding in one coordinate changes the scale of all.
        ours = moves(rule, G, points)
        assert_same_moves(found, ours, np.linalg.norm(ours, axis=1, keepdims=True))
    else:
        assert_same_as_library(rule, found, points)


@pytest.mark.usefixtures("float64_everywhere")
@pytest.mark.parametrize("centered", [False, True])
def test_rmsprop_with_momentum_equals_torchs(centered):
    options = {"momentum": 0.7, "centered": centered}
    found = torch_moves(lambda optim, parameters: optim.RMSprop(parameters, **options), np.zeros_like(X))
    assert_same_as_library(conventions.torch.rmsprop(learning_rate=CHANGING, **options), found, np.zeros_like(X))


@pytest.mark.parametrize("centered", [False, True])
def test_rmsprop_with_momentum_equals_optaxs(centered):
    options = {"momentum": 0.7, "centered": centered}
    found = optax_moves(lambda optax, rate: optax.rmsprop(rate, **options), np.zeros_like(X))
    assert_same_as_library(conventions.optax.rmsprop(learning_rate=CHANGING, **options), found, np.zeros_like(X))
