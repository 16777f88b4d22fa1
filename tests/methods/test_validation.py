import dataclasses
import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.every_rule import variants

from osolgil import methods
from osolgil.methods import (
    Adam,
    ClipByNorm,
    Constant,
    Cosine,
    GradientDescent,
    InverseTime,
    Joined,
    Momentum,
    Nesterov,
    Piecewise,
    PolyakAveraging,
    RAdam,
    RMSProp,
    Rule,
    Schedule,
    Step,
    Transform,
    WarmUp,
    WeightDecay,
    check,
    conventions,
)
from osolgil.protocol import pytree

NONSENSE = [
    (Adam(learning_rate=0.0), "Adam: learning_rate must be a finite number > 0, but it is 0"),
    (Adam(learning_rate=float("nan")), "Adam: learning_rate must be a finite number > 0, but it is nan"),
    (Adam(learning_rate=float("inf")), "Adam: learning_rate must be a finite number > 0, but it is inf"),
    (Adam(beta1=1.0), r"Adam: beta1 must be in [0, 1), but it is 1"),
    (Adam(beta2=-0.1), r"Adam: beta2 must be in [0, 1), but it is -0.1"),
    (Adam(epsilon=-1e-8), "Adam: epsilon must be a finite number >= 0, but it is -1e-08"),
    (Momentum(dampening=1.5), r"Momentum: dampening must be in [0, 1], but it is 1.5"),
    (RAdam(threshold=3.0), "RAdam: threshold must be a finite number >= 4, but it is 3"),
    (RMSProp(momentum=1.0), r"RMSProp: momentum must be in [0, 1), but it is 1"),
    (Adam(beta1=np.array([0.9, 1.2, 0.8])), r"Adam: beta1 must be in [0, 1), but it is 1.2 at index 1"),
    (Adam(jnp.array([0.1, -0.1])), "Adam: learning_rate must be a finite number > 0, but it is -0.1 at index 1"),
    (Adam(Cosine(0.1, over=0)), "Cosine: over must be a finite number > 0, but it is 0"),
    (Adam(WarmUp(5, Step(-1.0))), "Step: initial must be a finite number > 0, but it is -1"),
    (Adam(WarmUp(0, 0.1)), "WarmUp: steps must be a finite number >= 1, but it is 0"),
    (ClipByNorm(WeightDecay(Adam(beta1=2.0))), r"Adam: beta1 must be in [0, 1), but it is 2"),
    (ClipByNorm(Adam(), bound=0.0), "ClipByNorm: bound must be a finite number > 0, but it is 0"),
    (PolyakAveraging(Adam(), decay=1.0), r"PolyakAveraging: decay must be in [0, 1), but it is 1"),
    (Adam(Joined((0.1, Constant(-1.0)), (5.0,))), "Constant: rate must be a finite number > 0, but it is -1"),
    (
        Adam(Joined((-0.1, Constant(1.0)), (5.0,))),
        "Joined: schedules must be a finite number > 0, but it is -0.1 at index 0",
    ),
    (
        Adam(Joined((0.1, 0.2, 0.3), (5.0, 5.0))),
        "Joined: boundaries must be increasing numbers from 1 on, but it is [5.0, 5.0]",
    ),
    (Adam(Joined((0.1, 0.2), (5.0, 6.0))), "Joined: 2 boundaries separate 3 schedules, but there are 2"),
    (Adam(Piecewise((5.0,), (0.1,))), "Piecewise: 1 boundaries separate 2 rates, but there are 1"),
    (
        Adam(Piecewise(np.array([9.0, 3.0]), np.ones(3))),
        "Piecewise: boundaries must be increasing numbers from 1 on, but it is [9.0, 3.0]",
    ),
    (
        WeightDecay(Nesterov(look_ahead=True)),
        "WeightDecay: Nesterov keeps a point of its own that would not decay; put the decay inside it, or use "
        "decoupled=False",
    ),
]


@pytest.mark.parametrize(("method", "sentence"), NONSENSE, ids=[sentence[:40] for _, sentence in NONSENSE])
def test_nonsense_is_refused_with_rule_field_range_and_value(method, sentence):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the whole sentence is compared below
        check(method)
    assert str(refusal.value) == sentence


WRONG_KINDS = [
    (Adam(learning_rate="fast"), "Adam: learning_rate must be a number, but it is 'fast'"),
    (Adam(learning_rate=None), "Adam: learning_rate must be a number, but it is None"),
    (Adam(beta1=True), "Adam: beta1 must be a number, but it is True"),
    (Adam(bias_correction=1), "Adam: bias_correction is a switch: it must be True or False, but it is 1"),
]


@pytest.mark.parametrize(("method", "sentence"), WRONG_KINDS)
def test_what_is_no_number_and_no_switch_is_refused(method, sentence):
    with pytest.raises(TypeError) as refusal:
        check(method)
    assert str(refusal.value) == sentence


def test_a_function_as_learning_rate_is_told_of_schedules():
    with pytest.raises(TypeError, match="learning_rate must be a number or a Schedule, but it is <function"):
        check(Adam(learning_rate=lambda t: 0.1 / t))


def test_what_makes_sense_passes():
    for _, rule in variants():
        check(rule)
    check(Adam(learning_rate=np.array([1e-3, 1e-2]), beta1=jnp.zeros(2)))
    check(ClipByNorm(PolyakAveraging(WeightDecay(Adam(WarmUp(5, Cosine(0.1))), mask={"w": True, "b": False}))))
    check(Adam(Joined((0.1, InverseTime(0.1), 0.2), (5.0, 9.0))))
    check(WeightDecay(Nesterov(look_ahead=True), decoupled=False))
    check(PolyakAveraging(WeightDecay(Nesterov())))


def test_a_schedule_written_by_somebody_else_is_a_learning_rate():
    @pytree
    class Halved(Schedule):
        rate: float = 0.1

        def __call__(self, t):
            return jnp.asarray(self.rate / 2, t.dtype)

    check(Adam(Halved()))


@pytest.mark.parametrize("library", ["torch", "keras", "optax", "paper", "lecture_part_one", "lecture_part_two"])
def test_every_preset_passes(library):
    module = getattr(conventions, library)
    presets = [f for name, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__]
    assert len(presets) >= 6
    for preset in presets:
        required = {
            name: 0.1
            for name, p in inspect.signature(preset).parameters.items()
            if p.default is inspect.Parameter.empty
        }
        check(preset(**required))


def test_every_number_of_every_rule_schedule_and_transform_has_a_limit():
    unlimited = set()
    for cls in vars(methods).values():
        if not (inspect.isclass(cls) and issubclass(cls, Rule | Schedule) and dataclasses.is_dataclass(cls)):
            continue
        for field in dataclasses.fields(cls):
            if not field.metadata.get("static") and field.name not in cls.limits:
                unlimited.add((issubclass(cls, Transform), field.name))
    assert unlimited == {(True, "rule"), (True, "mask")}


def test_constructors_check_nothing_so_that_hyperparameters_may_be_traced_or_be_stand_ins():
    assert jax.tree.map(lambda _: "anything", GradientDescent(-1.0)).learning_rate == "anything"
