"""The host looks in between: whenever it looks, the bits are the same."""

import numpy as np
import pytest
from support.small import ADAM, BATCH, BATCHES, LINE_START, MOMENTUM, RAGGED, VALLEY, VALLEY_START, same_bits

from osolgil.descent import Stop, looking, minimize, minimize_lanes
from osolgil.descent.drive import CompiledDrive

PACES = [7, 500]


@pytest.fixture
def pace(monkeypatch):
    """Sets how many evaluations go by between two looks."""

    def set_to(evaluations):
        monkeypatch.setattr(looking, "FIRST", evaluations)
        monkeypatch.setattr(looking.Pace, "learn", lambda *_: None)

    return set_to


@pytest.mark.parametrize("evaluations", PACES)
def test_chunks_do_not_change_a_bit(pace, evaluations):
    def run():
        return minimize(VALLEY, VALLEY_START, ADAM, stop=Stop(steps=600), record="all")

    pace(10_000)
    whole = run()
    pace(evaluations)
    same_bits(whole, run())


@pytest.mark.parametrize("evaluations", PACES)
def test_chunks_do_not_change_a_bit_of_sampled_runs(pace, evaluations):
    def run():
        return minimize(RAGGED, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=130.5), record="all")

    pace(10_000)
    whole = run()
    assert len(whole.trace.judgements) == 131
    pace(evaluations)
    same_bits(whole, run())


def test_a_look_within_an_epoch_goes_on_with_its_order(pace, monkeypatch):
    """Drawing it anew would cost a sort of all rows at every look."""
    pace(1)
    planted, original = [], CompiledDrive.advance

    def advance(drive, until):
        within = drive.epoch == 0 and drive.t > 0
        if within:
            drive.sampling = drive.sampling._replace(order=np.full_like(drive.sampling.order, 5))
        out = original(drive, until)
        if within:
            planted.append(np.all(np.asarray(drive.sampling.order) == 5))
        return out

    monkeypatch.setattr(CompiledDrive, "advance", advance)
    minimize(RAGGED, LINE_START, MOMENTUM, batch_size=BATCH, stop=Stop(epochs=2))
    assert planted == [True] * (BATCHES - 1)


def test_chunks_do_not_change_a_bit_of_lanes(pace):
    def run():
        return minimize_lanes(
            VALLEY, [VALLEY_START, -VALLEY_START, 0 * VALLEY_START], ADAM, stop=Stop(steps=90), record="all"
        )

    pace(10_000)
    whole = run()
    pace(7)
    for one, other in zip(whole, run(), strict=True):
        same_bits(one, other)


def test_a_look_after_every_evaluation_does_not_change_a_bit():
    def run(**options):
        return minimize(VALLEY, VALLEY_START, ADAM, stop=Stop(steps=50), record="all", **options)

    looks = []
    same_bits(run(), run(callback=lambda snapshot: looks.append(snapshot.nfev), callback_every=1))
    assert looks == list(range(1, 52))


def test_a_chunk_ends_where_the_record_buffer_is_full(monkeypatch):
    from osolgil.descent import drive

    def run():
        return minimize(VALLEY, VALLEY_START, ADAM, stop=Stop(steps=50), record="all")

    whole = run()
    monkeypatch.setattr(drive, "CHUNK_ROWS", 8)
    same_bits(whole, run())
