import jax
import jax.numpy as jnp
import numpy as np
import pytest
from support.every_rule import variants

from osolgil.methods import (
    LAMB,
    Adam,
    ClipByNorm,
    ClipByValue,
    Cosine,
    GradientDescent,
    GradientNoise,
    Momentum,
    Nesterov,
    NormalizedGradientDescent,
    PolyakAveraging,
    RAdam,
    Rule,
    WeightDecay,
)
from osolgil.methods.equations import evaluate, interpret, lines, substituted
from osolgil.methods.interpreter import FUNCTIONS
from osolgil.protocol import Geometry, Layout, pytree

PARAMETERS = {"w": np.ones(3), "b": np.ones(2)}
GEOMETRY = Geometry(Layout.of(PARAMETERS))

WRAPPED = [
    ("clipping-by-norm", ClipByNorm(Momentum(), 0.5)),
    ("clipping-by-value", ClipByValue(Momentum(), 0.5)),
    ("decoupled-decay", WeightDecay(Momentum(Cosine(0.5, over=9)), 0.3)),
    ("masked-decay", WeightDecay(Momentum(), 0.3, mask={"w": True, "b": False})),
    ("l2-decay", WeightDecay(Momentum(), 0.3, mask={"w": 0.5, "b": True}, decoupled=False)),
    ("noise", GradientNoise(Momentum(), 0.2, 0.7, seed=3)),
    ("averaging", PolyakAveraging(Momentum(), burn_in=2)),
    ("averaging-by-decay", PolyakAveraging(Adam(), decay=0.6)),
    ("averaging-of-look-ahead", PolyakAveraging(Nesterov(look_ahead=True))),
    ("averaging-twice", PolyakAveraging(ClipByNorm(PolyakAveraging(Adam(), decay=0.6)), decay=0.3)),
    ("clipping-twice", ClipByNorm(ClipByValue(ClipByNorm(Adam(), 0.9), 0.7), 2.0)),
    ("decay-twice", WeightDecay(WeightDecay(Adam(), 0.1), 0.2, decoupled=False)),
]

CASES = [*variants(), *WRAPPED]


def gradients(steps):
    """Gradients of many sizes, with a coordinate that stays zero, and one that is zero altogether."""
    found = np.random.default_rng(5).normal(size=(steps, 5)) * 10.0 ** np.arange(-steps + 3, 3)[:, None]
    found[:, 4] = 0
    found[2] = 0
    return found


@pytest.mark.parametrize("rule", [rule for _, rule in CASES], ids=[name for name, _ in CASES])
def test_the_equations_give_what_update_gives(rule):
    # steps in a row, each from the memory that update left; many for RAdam, which trusts its scale from the sixth on
    steps = 8 if isinstance(rule, RAdam) else 4
    with jax.enable_x64(True):
        x = jnp.asarray([1.0, -2.0, 0.5, 0.0, 3.0])
        memory = rule.remember(x, GEOMETRY)
        for t, gradient in enumerate(gradients(steps), start=1):
            names = evaluate(rule, gradient, memory, x, t)
            step, memory = rule.update(jnp.asarray(gradient), memory, x, jnp.asarray(float(t)))
            np.testing.assert_allclose(names["step"], step, rtol=1e-13, atol=1e-14)
            for field, value in flat(rule, memory).items():
                np.testing.assert_allclose(names[field], value, rtol=1e-13, atol=1e-14)
            x = x + step


def flat(rule, memory):
    """The memory by the names of the equations. LAMB's equations give each coordinate its layer's trust ratio."""
    found = memory._asdict()
    if isinstance(rule, LAMB):
        return found | {"trust": found["trust"][found["layer"]]}
    if hasattr(rule, "rule"):
        own = {rule.symbol("average"): found["average"]} if "average" in found else {}
        return flat(rule.rule, rule.inside(memory)) | own
    return {name: value for name, value in found.items() if value is not None}


def test_adams_equations_read_like_the_book():
    assert [line.text for line in lines(Adam())] == [
        "m_t = β₁ m_{t-1} + (1 − β₁) g_t",
        "r_t = β₂ r_{t-1} + (1 − β₂) g_t²",
        "m̂_t = m_t / (1 − β₁ᵗ)",
        "r̂_t = r_t / (1 − β₂ᵗ)",
        "x_{t+1} = x_t − α m̂_t / (√r̂_t + ε)",
    ]
    assert [line.latex for line in lines(Adam())][::4] == [
        r"m_t = \beta_1 m_{t-1} + \left(1 - \beta_1\right) g_t",
        r"x_{t+1} = x_t - \frac{\alpha \hat{m}_t}{\sqrt{\hat{r}_t} + \epsilon}",
    ]
    assert [line.name for line in lines(Adam())] == ["m", "r", "m_hat", "r_hat", "step"]


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        (GradientDescent(), "x_{t+1} = x_t − α g_t"),
        (GradientDescent(Cosine(0.1)), "x_{t+1} = x_t − α_t g_t"),
        (NormalizedGradientDescent(), "x_{t+1} = x_t − α g_t / {‖g_t‖ if ‖g_t‖ > 0, else 1}"),
        (Nesterov(), "x_{t+1} = x_t − α (g_t + ρ v_t)"),
        (Nesterov(look_ahead=True), "x_{t+1} = y_t − α ρ v_t"),
        (Adam(epsilon=0.0, epsilon_root=1e-8), "x_{t+1} = x_t − α m̂_t / √(r̂_t + ε_root)"),
        (
            Adam(epsilon_before_correction=True),
            "x_{t+1} = x_t − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m_t / (√r_t + ε)",
        ),
        (WeightDecay(GradientDescent()), "x_{t+1} ← x_{t+1} − α λ x_t"),
        (PolyakAveraging(GradientDescent()), "x̄_t = (1 − w_t) x̄_{t-1} + w_t x_{t+1}"),
    ],
)
def test_the_last_line_gives_the_next_point(rule, last):
    assert lines(rule)[-1].text == last


def test_what_a_hyperparameter_sets_to_zero_is_left_out():
    assert lines(Momentum())[0].text == "v_t = ρ v_{t-1} + g_t"
    assert lines(Momentum(dampening=0.1))[0].text == "v_t = ρ v_{t-1} + {1 if t = 1, else 1 − τ} g_t"
    assert lines(Momentum(momentum=0.0))[0].text == "v_t = g_t"


def test_a_swept_hyperparameter_is_not_taken_for_zero():
    assert "ρ" in lines(Momentum(momentum=jnp.zeros(3)))[0].text


def test_a_second_transform_of_a_kind_has_symbols_of_its_own():
    first, second = (line.text for line in lines(ClipByNorm(ClipByValue(GradientDescent())))[:2])
    assert first == "g_t ← g_t c₂ / max(c₂, ‖g_t‖)"
    assert second == "g_t ← min(max(g_t, −c), c)"


def test_a_step_with_its_numbers_in_it_can_be_followed_by_hand():
    memory = Adam().init(np.zeros(2))
    found = substituted(Adam(0.1), np.array([-3.0, 4.0]), memory, np.array([1.0, 2.0]), t=1)
    assert found == [
        "m_t = 0.9·[0, 0] + (1 − 0.9)·[−3, 4] = [−0.3, 0.4]",
        "r_t = 0.999·[0, 0] + (1 − 0.999)·[−3, 4]² = [0.009, 0.016]",
        "m̂_t = [−0.3, 0.4] / (1 − 0.9¹) = [−3, 4]",
        "r̂_t = [0.009, 0.016] / (1 − 0.999¹) = [9, 16]",
        "x_{t+1} = [1, 2] − 0.1·[−3, 4] / (√[9, 16] + 1e-08) = [1.1, 1.9]",
    ]


def test_negative_numbers_are_fenced_and_long_vectors_are_cut():
    rule = WeightDecay(GradientDescent(0.5), 0.1)
    x = np.arange(-1.0, 5.0)
    found = substituted(rule, x, rule.remember(jnp.asarray(x), Geometry(Layout.of(x))), x, t=1)
    assert found == [
        "x_{t+1} = [−1, 0, 1, 2, …] − 0.5·[−1, 0, 1, 2, …] = [−0.5, 0, 0.5, 1, …]",
        "x_{t+1} ← [−0.5, 0, 0.5, 1, …] − 0.5·0.1·[−1, 0, 1, 2, …] = [−0.45, 0, 0.45, 0.9, …]",
    ]
    rule = RAdam()
    lines_of_step_one = substituted(rule, x, rule.init(jnp.asarray(x)), x, t=2)
    assert "2·2·0.999²" in lines_of_step_one[4]
    assert "if (−" not in lines_of_step_one[5]


@pytest.mark.parametrize(
    "expression",
    ["__import__('os').system('true')", "m.real", "[1, 2]", "lambda: 1", "m[0]", "open('x')", "1 if m else 2", "'m'"],
)
def test_an_equation_that_is_more_than_arithmetic_is_refused(expression):
    import ast

    with pytest.raises(ValueError, match="an equation may not contain"):
        interpret(ast.parse(expression, mode="eval").body, {"m": np.ones(2)})


def test_an_equation_with_a_name_that_nothing_defines_is_refused_by_that_name():
    @pytree
    class Wrong(Rule):
        title = "Wrong"
        source = "nowhere"

        def init(self, x):
            return ()

        def update(self, gradient, memory, x, t):
            return -gradient, memory

        def equations(self):
            return "step = -speed*g"

    with pytest.raises(ValueError, match="the equations use 'speed', which is no field of the rule or of its memory"):
        evaluate(Wrong(), np.ones(2), (), np.ones(2), 1)


def test_every_function_of_the_equations_is_typeset():
    for name in {*FUNCTIONS, "norm_per_layer"} - {"where", "max", "min", "sign"}:

        @pytree
        class Uses(Rule):
            function: str = name
            title = "Uses"
            source = "nowhere"

            def init(self, x):
                return ()

            def update(self, gradient, memory, x, t):
                return gradient, memory

            def equations(self):
                return f"step = {self.function}(g)"

        (line,) = lines(Uses())
        assert name not in line.text
        assert line.latex.startswith(r"x_{t+1} = x_t + \left" if name != "sqrt" else r"x_{t+1} = x_t + \sqrt{g_t}")
