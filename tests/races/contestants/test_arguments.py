import pytest

from osolgil.races.contestants.arguments import (
    ARGUMENTS,
    EXCEPTIONS,
    dimensions_of,
    picked,
    with_numbers,
)
from osolgil.races.declared import DIMENSIONS, nothing_searched, searched


def test_every_argument_is_one_of_the_declared_dimensions():
    held = {name for table in (ARGUMENTS, *EXCEPTIONS.values()) for names in table.values() for name in names}
    assert held == set(DIMENSIONS)


def test_what_is_off_by_default_is_another_method_and_not_tuned():
    off = {"lr": 1e-3, "momentum": 0, "weight_decay": 0.0, "eps": None, "rho": True, "betas": (0.9, 0.0)}
    assert dimensions_of("torch.Any", off, ()) == {"learning_rate": "lr"}


def test_what_was_given_by_hand_is_not_tuned():
    adam = {"learning_rate": None, "b1": 0.9, "b2": 0.999}
    assert dimensions_of("optax.adam", adam, ("b1",)) == {"learning_rate": "learning_rate", "beta2": "b2"}
    assert dimensions_of("optax.adam", adam, ("learning_rate",)) == {"beta1": "b1", "beta2": "b2"}


def test_one_word_means_different_things():
    assert dimensions_of("torch.RMSprop", {"alpha": 0.99}, ()) == {"beta": "alpha"}
    assert dimensions_of("torch.ASGD", {"alpha": 0.75}, ()) == {}
    assert dimensions_of("optax.adafactor", {"eps": 1e-30}, ()) == {}


def test_a_pair_is_filled_from_both_its_numbers():
    held = {"learning_rate": "lr", "beta1": "betas", "beta2": "betas"}
    given = with_numbers({"lr": 1e-3, "betas": (0.9, 0.999)}, held, {"learning_rate": 1.0, "beta1": 0.5, "beta2": 0.6})
    assert given == {"lr": 1.0, "betas": (0.5, 0.6)}


def test_divisions_search_nothing_the_learning_rate_or_everything():
    names = ("learning_rate", "beta1")
    assert searched("a", "defaults", names) == ()
    assert searched("a", "learning_rate_tuned", names) == ("learning_rate",)
    assert searched("a", "fully_tuned", names) == names


def test_wrong_divisions_are_refused():
    with pytest.raises(ValueError, match="a needs a learning rate; race it in another division than self_tuning"):
        searched("a", "self_tuning", ("learning_rate",))
    with pytest.raises(ValueError, match="b finds its own steps; race it in the division self_tuning"):
        nothing_searched("b", "fully_tuned")
    with pytest.raises(ValueError, match="there is no division 'best'; there are defaults"):
        searched("a", "best", ())


def test_unknown_names_have_a_suggestion_or_the_list():
    with pytest.raises(ValueError, match=r"no contestant named 'torch\.Adm'; did you mean 'torch\.Adam'\?"):
        picked("torch", ["Adam", "SGD"], "torch.Adm")
    with pytest.raises(ValueError, match=r"no contestant named 'torch\.qqq'; there are torch\.Adam, torch\.SGD"):
        picked("torch", ["Adam", "SGD"], "torch.qqq")
