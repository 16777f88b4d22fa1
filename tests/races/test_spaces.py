"""Search spaces: scales, hashes, trials and the edge rule."""

import hashlib
import itertools
import math

import numpy as np
import pytest
from scipy import stats

from osolgil.races.spaces import Dimension, Edge, Space, edge_rule, lean

RATE = Dimension("learning_rate", 1e-6, 1e1, "log", least=0.0)
MOMENTUM = Dimension("momentum", 0.0, 0.999, "complement", least=0.0)
EPSILON = Dimension("epsilon", 1e-10, 1e-2)


@pytest.mark.parametrize(
    ("dimension", "values"),
    [
        (RATE, [1e-6, 10**-4.25, 10**-2.5, 10**-0.75, 1e1]),
        (MOMENTUM, [0, 1 - 10**-0.75, 1 - 10**-1.5, 1 - 10**-2.25, 0.999]),
        (Dimension("share", -1, 3, "linear"), [-1, 0, 1, 2, 3]),
    ],
)
def test_places_and_values_are_each_other_s_inverse(dimension, values):
    places = [0, 0.25, 0.5, 0.75, 1]
    assert dimension.at(places) == pytest.approx(values, rel=1e-12)
    assert [dimension.place(value) for value in dimension.at(places)] == pytest.approx(places, abs=1e-12)


@pytest.mark.parametrize("dimension", [RATE, MOMENTUM, EPSILON])
def test_the_ends_of_a_range_are_met_exactly_and_never_passed(dimension):
    assert dimension.at([0, 1]).tolist() == [dimension.low, dimension.high]
    values = dimension.at(np.linspace(0, 1, 1001))
    assert (np.diff(values) > 0).all()
    assert values.min() == dimension.low
    assert values.max() == dimension.high


def test_trials_are_log_uniform_in_the_learning_rate():
    places = np.asarray([RATE.place(t["learning_rate"]) for t in Space((RATE,), "1").trials(256)])
    assert stats.kstest(places, "uniform").statistic < 1 / 128


def test_every_decade_is_tried_three_times_or_four_in_24_trials():
    rates = [trial["learning_rate"] for trial in Space((RATE, MOMENTUM), "1").trials(24, seed=5)]
    counts = np.histogram(np.log10(rates), bins=np.arange(-6, 2))[0]
    assert set(counts.tolist()) <= {2, 3, 4, 5}


@pytest.mark.parametrize("seed", [0, 7])
def test_the_first_trials_of_many_are_the_trials_of_few(seed):
    space = Space((RATE, MOMENTUM), "1")
    many = space.trials(40, seed)
    for k in (1, 2, 24, 32, 33):
        assert space.trials(k, seed) == many[:k]


def test_all_spaces_try_the_same_learning_rates():
    spaces = [Space((RATE,), "1"), Space((RATE, MOMENTUM), "1"), Space((RATE, EPSILON, MOMENTUM), "1")]
    rates = [[trial["learning_rate"] for trial in space.trials(24, seed=3)] for space in spaces]
    assert rates[0] == rates[1] == rates[2]


def test_another_seed_gives_other_trials_and_the_same_seed_the_same():
    space = Space((RATE,), "1")
    assert space.trials(8, 1) == space.trials(8, 1)
    assert not {t["learning_rate"] for t in space.trials(8, 1)} & {t["learning_rate"] for t in space.trials(8, 2)}


def test_the_points_are_scrambled_sobol_points_balanced_in_every_half():
    places = Space((RATE, MOMENTUM, EPSILON), "1").places(32, seed=9)
    assert ((places < 0.5).sum(axis=0) == 16).all()
    assert ((places < 0.25).sum(axis=0) == 8).all()
    assert len(np.unique(places[:, 0])) == 32


def test_the_hash_is_the_sha256_of_the_canonical_json():
    space = Space((Dimension("learning_rate", 1e-6, 10.0, least=0.0),), "7")
    text = (
        '{"dimensions":[{"high":10.0,"least":0.0,"low":1e-06,"name":"learning_rate","scale":"log","widened":0}],'
        '"version":"7"}'
    )
    assert space.json() == text
    assert space.hash == hashlib.sha256(text.encode()).hexdigest()


def test_whatever_changes_in_a_space_changes_its_hash():
    spaces = [
        Space((RATE, MOMENTUM), "1"),
        Space((RATE, MOMENTUM), "2"),
        Space((RATE,), "1"),
        Space((RATE.wider("low"), MOMENTUM), "1"),
        Space((RATE, MOMENTUM.wider("high")), "1"),
    ]
    assert len({space.hash for space in spaces}) == 5


def test_a_space_survives_being_written_down():
    space = Space((RATE, MOMENTUM, EPSILON, Dimension("tilt", -1, 1, "linear")), "3")
    again = Space.from_dict(space.as_dict())
    assert again == space
    assert again.hash == space.hash


@pytest.mark.parametrize(
    ("value", "side"), [(5e-6, "low"), (5.1e-6, None), (1e-2, None), (1.9, None), (2.0, "high"), (10.0, "high")]
)
def test_an_edge_is_the_outer_tenth_on_the_scale(value, side):
    """Seven decades: the outer tenths end at 10^-5.3 = 5.01e-6 and begin at 10^0.3 = 1.995."""
    edge = RATE.edge(value)
    assert (edge and edge.side) == side


def test_where_a_hyperparameter_ends_by_itself_there_is_no_edge():
    assert MOMENTUM.edge(0.0) is None
    assert MOMENTUM.edge(0.9985) == Edge("momentum", "high", 0.9985)


def test_a_dimension_is_widened_by_a_third_in_whole_decades():
    assert (RATE.wider("low").low, RATE.wider("high").high) == (1e-8, 1e3)
    assert MOMENTUM.wider("high").high == 0.9999
    assert EPSILON.wider("high").high == 10
    assert Dimension("share", 0, 3, "linear").wider("low").low == -1


def test_widening_stops_at_what_is_possible():
    assert Dimension("share", 0.5, 3, "linear", least=0.0).wider("low").low == 0


def test_the_edge_rule_widens_once_for_everybody_and_then_flags():
    dimensions = {"learning_rate": RATE, "momentum": MOMENTUM}
    edges = [Edge("learning_rate", "high", 9.0), Edge("learning_rate", "high", 5.0)]
    first = edge_rule(dimensions, edges)
    assert first.dimensions == {"learning_rate": RATE.wider("high"), "momentum": MOMENTUM}
    assert (first.reruns, first.flagged) == ({"learning_rate"}, ())
    second = edge_rule(first.dimensions, [Edge("learning_rate", "low", 2e-6), Edge("momentum", "high", 0.9985)])
    assert second.dimensions == {"learning_rate": RATE.wider("high"), "momentum": MOMENTUM.wider("high")}
    assert second.reruns == {"momentum"}
    assert second.flagged == (Edge("learning_rate", "low", 2e-6),)


def test_winners_at_both_ends_are_one_widening():
    found = edge_rule({"learning_rate": RATE}, [Edge("learning_rate", "low", 2e-6), Edge("learning_rate", "high", 9.0)])
    wide = found.dimensions["learning_rate"]
    assert (wide.low, wide.high, wide.widened) == (1e-8, 1e3, 1)


def test_without_edges_nothing_is_widened():
    assert edge_rule({"learning_rate": RATE}, []) == ({"learning_rate": RATE}, frozenset(), ())


def test_lean_is_the_chance_of_crowding_and_small_where_the_range_is_too_narrow():
    places = (np.arange(24) + 0.5) / 24
    assert lean(places, -places, "high") == pytest.approx(math.comb(12, 6) / math.comb(24, 6))
    assert lean(places, -places, "low") == 1
    every = []
    for best in itertools.combinations(range(12), 3):
        costs = np.ones(12)
        costs[list(best)] = 0
        every.append(lean(np.arange(12) / 12, costs, "high"))
    assert 0 < np.mean(np.asarray(every) <= 0.1) <= 0.1


def test_bad_declarations_are_refused():
    with pytest.raises(ValueError, match=r"covers 3 decades; a learning rate is searched over 6 at least"):
        Dimension("learning_rate", 1e-4, 1e-1)
    with pytest.raises(ValueError, match=r"on the linear scale; a learning rate's must be 'log'"):
        Dimension("learning_rate", 1e-7, 1, "linear")
    with pytest.raises(ValueError, match="must begin above 0 on the log scale"):
        Dimension("epsilon", 0, 1)
    with pytest.raises(ValueError, match=r"must end below 1 on the scale of 1 − momentum"):
        Dimension("momentum", 0, 1, "complement")
    with pytest.raises(ValueError, match="end above its beginning"):
        Dimension("share", 1, 1, "linear")
    with pytest.raises(ValueError, match="scale='cubic' is not known"):
        Dimension("share", 1, 2, "cubic")
    with pytest.raises(ValueError, match="names a dimension twice"):
        Space((RATE, MOMENTUM, MOMENTUM), "1")
    with pytest.raises(ValueError, match="must begin with learning_rate"):
        Space((MOMENTUM, RATE), "1")
    with pytest.raises(ValueError, match="trials=0 must be 1 or more"):
        Space((RATE,), "1").trials(0)
