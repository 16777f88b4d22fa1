import pickle
import sys

import numpy as np
import pytest
from support.race_problems import EVEN_RACED, RAGGED_RACED, VALLEY_RACED, lane, posed
from support.small import VALLEY_START

from osolgil.descent import Stop, minimize
from osolgil.methods import conventions
from osolgil.problems import Function
from osolgil.races.contestants.from_torch import torch_contestant

EVALUATIONS = 30


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="torch is optional: install it to race its optimizers")


def test_without_torch_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match=r"torch is not installed, and torch\.Adam .* 'osolgil\[torch\]'"):
        torch_contestant("torch.Adam")


def raced(contestant, problem, evaluations=EVALUATIONS, seed=0, **settings):
    contestant.check(problem)
    [outcome] = contestant.run(problem, [lane(problem, seed, **settings)], evaluations)
    return outcome


def ours(rule, problem, seed=0):
    drawn = problem.draw(seed)
    stop = Stop(evaluations=EVALUATIONS, optimality=0)
    return minimize(
        drawn.problem, drawn.start, rule, batch_size=problem.batch_size, seed=seed, stop=stop, record="path"
    )


RULES = {
    "Adam": ({}, {"learning_rate": 0.05, "beta2": 0.9}, conventions.torch.adam),
    "AdamW": ({}, {"learning_rate": 0.05, "weight_decay": 0.1}, conventions.torch.adamw),
    "RMSprop": ({}, {"learning_rate": 0.01, "beta": 0.9}, conventions.torch.rmsprop),
    "SGD": ({"momentum": 0.8}, {"learning_rate": 1e-3}, conventions.torch.momentum),
}


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize("problem", [VALLEY_RACED, EVEN_RACED, RAGGED_RACED])
@pytest.mark.parametrize("name", RULES)
def test_a_class_of_torch_is_our_preset_on_all_rows_and_on_the_same_batches(name, problem):
    options, settings, preset = RULES[name]
    found = raced(torch_contestant(name, **options), problem, seed=3, **settings)
    reference = ours(preset(**options, **settings), problem, seed=3)
    values = reference.trace.value if problem.batch_size is None else reference.trace.judgements[:, 0]
    np.testing.assert_allclose(found.path, reference.trace.path, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.values, values, rtol=1e-11)
    np.testing.assert_allclose(found.x, reference.x, rtol=1e-12, atol=1e-12)
    assert (found.steps, found.counts["gradient"]) == (reference.nit, EVALUATIONS)
    assert found.rows == reference.trace.rows[-1]
    assert (found.status, found.failed) == ("EVALUATION_LIMIT", False)


def bowl(parameters):
    return 0.5 * (parameters["w"] ** 2).sum() + (parameters["b"] - 1) ** 2


@pytest.mark.usefixtures("torch")
def test_parameters_are_moved_in_the_users_shape():
    problem = posed(Function(bowl), {"w": np.ones((2, 3)), "b": np.zeros(())})
    found = raced(torch_contestant("SGD"), problem, 2, learning_rate=0.25)
    assert found.x["w"].tolist() == [[0.75] * 3] * 2
    assert found.x["b"].shape == ()
    assert float(found.x["b"]) == 0.5


@pytest.mark.usefixtures("torch")
def test_a_float32_start_stays_float32():
    problem = posed(VALLEY_RACED.draw(0).problem, VALLEY_START.astype(np.float32))
    assert raced(torch_contestant("Adam"), problem).x.dtype == np.float32


@pytest.mark.usefixtures("torch")
def test_a_learning_rate_that_is_too_large_diverges():
    found = raced(torch_contestant("SGD"), VALLEY_RACED, learning_rate=10.0)
    assert (found.status, found.failed) == ("DIVERGED", True)
    assert found.counts["value"] == found.counts["gradient"] == found.values.size < EVALUATIONS


@pytest.mark.usefixtures("torch")
def test_spaces_and_divisions():
    adam, sgd = torch_contestant("torch.adam"), torch_contestant("torch.SGD", momentum=0.9)
    assert (adam.name, adam.method, adam.layers, adam.declared) == ("torch.Adam", "torch.Adam", ["Adam"], {})
    assert adam.space("fully_tuned").names == ("learning_rate", "beta1", "beta2", "epsilon")
    assert adam.space("defaults").dimensions == ()
    assert [adam.enters(each) for each in ("defaults", "learning_rate_tuned", "self_tuning")] == [True, True, False]
    assert sgd.space("fully_tuned").names == ("learning_rate",)
    assert sgd.declared == {"momentum": 0.9}
    assert pickle.loads(pickle.dumps(sgd)).declared == {"momentum": 0.9}


@pytest.mark.usefixtures("torch")
def test_lbfgs_with_a_line_search_tunes_itself_and_keeps_to_the_budget():
    searching = torch_contestant("torch.LBFGS", line_search_fn="strong_wolfe")
    assert searching.enters("self_tuning")
    assert not searching.enters("defaults")
    assert searching.space("self_tuning").dimensions == ()
    found = raced(searching, VALLEY_RACED, 80)
    assert found.values.size == found.counts["value"] == 80
    assert found.values.min() < 1e-12
    assert 10 < found.steps < 80
    with pytest.raises(ValueError, match="mini-batches of line only estimate"):
        searching.check(EVEN_RACED)


@pytest.mark.usefixtures("torch")
def test_lbfgs_without_a_line_search_needs_a_learning_rate():
    assert torch_contestant("LBFGS").enters("learning_rate_tuned")
    assert not torch_contestant("LBFGS").enters("self_tuning")


@pytest.mark.usefixtures("torch")
def test_bad_names_arguments_and_classes_are_refused():
    with pytest.raises(ValueError, match=r"'torch\.Adm'; did you mean 'torch\.Adam'\?"):
        torch_contestant("torch.Adm")
    with pytest.raises(TypeError, match=r"torch\.Adam: torch's Adam has no argument 'beta1'; it has lr, betas"):
        torch_contestant("torch.Adam", beta1=0.5)
    with pytest.raises(ValueError, match=r"torch\.SGD cannot race: Invalid momentum value: -1"):
        torch_contestant("torch.SGD", momentum=-1)
    with pytest.raises(ValueError, match=r"torch\.SparseAdam cannot race: SparseAdam does not support dense"):
        torch_contestant("torch.SparseAdam")
