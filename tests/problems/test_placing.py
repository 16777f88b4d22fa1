"""Data on the device: the same numbers, a memory of their own."""

import numpy as np
import pytest

from osolgil.problems import placing
from osolgil.problems.placing import ALIGNED, as_arrays, placed
from osolgil.protocol import precision

NUMBERS = np.random.default_rng(1).normal(size=(60, 7))


@pytest.fixture(params=[False, True], ids=["at once", "by threads"])
def by_threads(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(placing, "LARGE", 0)
        monkeypatch.setattr(placing, "BLOCK", 500)


@pytest.mark.parametrize("given", [NUMBERS, np.asfortranarray(NUMBERS), NUMBERS[:, ::2], NUMBERS[:, 0]])
def test_what_is_placed_is_what_was_given_in_row_order(given, by_threads, monkeypatch):
    monkeypatch.setattr(placing, "SMALL", 0)
    with precision(np.float64):
        found = placed(given, np.float64)
    np.testing.assert_array_equal(found, given)
    assert found.unsafe_buffer_pointer() % ALIGNED == 0


def test_rows_are_filled_up_by_the_first(by_threads):
    found = placed(NUMBERS, np.float32, 64)
    np.testing.assert_array_equal(found[:60], NUMBERS.astype(np.float32))
    np.testing.assert_array_equal(found[60:], np.tile(NUMBERS[0].astype(np.float32), (4, 1)))


@pytest.mark.parametrize("small", [64 * 1024, 0])
def test_what_people_change_later_is_not_seen(small, monkeypatch):
    monkeypatch.setattr(placing, "SMALL", small)
    mine, counts = NUMBERS.astype(np.float32), np.arange(60)
    found, numbers = as_arrays((mine, counts), np.float32)
    mine[0], counts[0] = 9, 9
    np.testing.assert_array_equal(found, NUMBERS.astype(np.float32))
    assert numbers[0] == 0
    assert numbers.dtype.kind == "i"
