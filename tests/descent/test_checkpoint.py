"""A run that is saved goes on to the same bits; a file that is not its own is refused, and left alone."""

import io
import json

import jax.numpy as jnp
import numpy as np
import pytest
from support.small import (
    ADAM,
    BATCH,
    EVEN,
    LINE_START,
    MOMENTUM,
    RAGGED,
    VALLEY,
    VALLEY_START,
    H,
    W,
    line_loss,
    same_bits,
)

from osolgil.descent import Status, Stop, checkpoint, minimize
from osolgil.descent.checkpoint import Checkpoint
from osolgil.methods import Adam, GradientNoise, Nesterov, PolyakAveraging
from osolgil.problems import BlackBox, FiniteSum

RUNS = {
    "all rows": (VALLEY, VALLEY_START, ADAM, {}, 40),
    "the middle of an epoch": (RAGGED, LINE_START, MOMENTUM, {"batch_size": BATCH}, 13),
    "replacement": (RAGGED, LINE_START, MOMENTUM, {"batch_size": BATCH, "order": "replacement"}, 13),
    "Polyak's average": (VALLEY, VALLEY_START, PolyakAveraging(ADAM), {}, 40),
    "Nesterov's look ahead": (VALLEY, VALLEY_START, Nesterov(learning_rate=1e-4, look_ahead=True), {}, 40),
    "gradient noise": (VALLEY, VALLEY_START, GradientNoise(ADAM), {}, 40),
}


@pytest.mark.parametrize("case", RUNS)
def test_a_run_goes_on_from_its_checkpoint_to_the_same_bits(case, tmp_path):
    problem, start, method, options, first = RUNS[case]

    def run(steps, **more):
        return minimize(problem, start, method, stop=Stop(steps=steps), record="all", seed=5, **options, **more)

    path = tmp_path / "run.npz"
    whole = run(100)
    half = run(first, checkpoint=path)
    assert half.nit == first
    same_bits(whole, run(100, checkpoint=path))
    same_bits(whole, run(100, checkpoint=path))


def test_the_host_goes_on_from_its_checkpoint_to_the_same_bits(tmp_path):
    def run(steps, **more):
        stop = Stop(steps=steps)
        return minimize(RAGGED, LINE_START, MOMENTUM, batch_size=BATCH, stop=stop, record="all", driver="host", **more)

    run(13, checkpoint=tmp_path / "run.npz")
    same_bits(run(30), run(30, checkpoint=tmp_path / "run.npz"))


def test_a_run_stopped_by_its_callback_goes_on(tmp_path):
    def run(**more):
        return minimize(VALLEY, VALLEY_START, ADAM, stop=Stop(steps=100), record="all", **more)

    path = tmp_path / "run.npz"
    stopped = run(checkpoint=path, callback=lambda snapshot: snapshot.nfev >= 33, callback_every=11)
    assert (stopped.status, stopped.nfev) == (Status.STOPPED, 33)
    same_bits(run(), run(checkpoint=path))


@pytest.mark.parametrize("options", [{}, {"batch_size": BATCH}])
def test_a_run_that_converged_goes_on_when_asked_for_more(options, tmp_path):
    def run(optimality, **more):
        stop = Stop(optimality=optimality, steps=2000)
        return minimize(EVEN, LINE_START, MOMENTUM, stop=stop, record="all", **options, **more)

    path = tmp_path / "run.npz"
    coarse = run(1.0, checkpoint=path)
    assert coarse.status is Status.CONVERGED
    same_bits(coarse, run(1.0, checkpoint=path))
    fine = run(0.15, checkpoint=path)
    assert fine.nfev > coarse.nfev
    same_bits(run(0.15), fine)


def test_it_is_written_every_ten_seconds(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    monkeypatch.setattr(checkpoint.Checkpoint, "save", counted := Counted())
    now = iter(np.arange(0, 1e6, 4.0))
    monkeypatch.setattr("osolgil.descent.looking.FIRST", 10)
    monkeypatch.setattr("osolgil.descent.looking.Pace.learn", lambda *_: None)
    monkeypatch.setattr("time.perf_counter", lambda: float(next(now)))
    minimize(VALLEY, VALLEY_START, ADAM, stop=Stop(steps=99), record="all", checkpoint=path)
    assert counted.calls > 3


class Counted:
    calls = 0

    def __call__(self, drive, recorder):
        self.calls += 1


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a good checkpoint."""
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    minimize(VALLEY, VALLEY_START, ADAM, stop=Stop(steps=5), record="all", checkpoint=path)
    return path.read_bytes()


def go_on(path, problem=VALLEY, start=VALLEY_START, method=ADAM, **options):
    options = {"stop": Stop(steps=8), "record": "all", **options}
    return minimize(problem, start, method, checkpoint=path, **options)


def rewritten(saved, path, **changes):
    """A good checkpoint with some of its arrays replaced."""
    path.write_bytes(saved)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(path, **(arrays | changes))


def header_of(saved, path, **changes):
    path.write_bytes(saved)
    with np.load(path) as file:
        header = json.loads(bytes(file["header"]).decode())
    return np.frombuffer(json.dumps(header | changes).encode(), np.uint8)


def npy():
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


DAMAGES = {
    "empty": lambda saved, path: path.write_bytes(b""),
    "truncated": lambda saved, path: path.write_bytes(saved[: len(saved) // 2]),
    "random bytes": lambda saved, path: path.write_bytes(np.random.default_rng(0).bytes(2000)),
    "text": lambda saved, path: path.write_text('{"format": "osolgil checkpoint"}'),
    "an npy": lambda saved, path: path.write_bytes(npy()),
    "pickled": lambda saved, path: rewritten(saved, path, rows=np.array([{"a": 1}], dtype=object)),
    "an npz of others": lambda saved, path: np.savez(path, x=np.zeros(3)),
    "another format": lambda saved, path: rewritten(saved, path, header=header_of(saved, path, format="x")),
    "a header that is a list": lambda saved, path: rewritten(saved, path, header=np.frombuffer(b"[1, 2]", np.uint8)),
    "a run that is a number": lambda saved, path: rewritten(saved, path, header=header_of(saved, path, run=3)),
    "a stride that is a word": lambda saved, path: rewritten(saved, path, header=header_of(saved, path, stride="no")),
    "another shape": lambda saved, path: rewritten(saved, path, progress0=np.zeros(3)),
    "another precision": lambda saved, path: rewritten(saved, path, progress0=np.zeros(2, np.float32)),
    "narrow rows": lambda saved, path: rewritten(saved, path, rows=np.zeros((6, 1))),
    "no numbers": lambda saved, path: rewritten(saved, path, numbers=np.zeros(0, int)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_refused_and_left_untouched(damage, saved, tmp_path):
    path = tmp_path / "run.npz"
    DAMAGES[damage](saved, path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"run\.npz is damaged, or no checkpoint .* left untouched"):
        go_on(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]


def test_whatever_byte_is_wrong_a_checkpoint_is_read_right_or_refused(saved, tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes(saved)
    header, arrays = Checkpoint(path, {}).read()
    refused = 0
    for position in range(0, len(saved), 29):
        path.write_bytes(saved[:position] + bytes([saved[position] ^ 0xFF]) + saved[position + 1 :])
        try:
            found, others = Checkpoint(path, {}).read()
        except ValueError:
            refused += 1
            continue
        assert found == header
        for name, array in others.items():
            np.testing.assert_array_equal(array, arrays[name])
    assert refused > len(saved) // 29 // 2


FOREIGN = {
    "method": {"method": Adam(learning_rate=0.03)},
    "start": {"start": np.array([1.0, 2.0])},
    "precision": {"start": VALLEY_START.astype(np.float32)},
    "record": {"record": "path"},
    "problem": {"problem": lambda x: jnp.sum(x**2)},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_checkpoint_of_another_run_is_refused_and_left_untouched(name, saved, tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes(saved)
    with pytest.raises(ValueError, match=f"belongs to another run: its {name} is .* left untouched"):
        go_on(path, **FOREIGN[name])
    assert path.read_bytes() == saved


def test_a_checkpoint_of_another_function_of_the_same_name_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    go_on(path, problem=lambda x: jnp.sum(x**2))
    with pytest.raises(ValueError, match="its objective is"):
        go_on(path, problem=lambda x: jnp.sum((x - 3) ** 2))
    box = tmp_path / "box.npz"
    go_on(box, problem=BlackBox(lambda x: float(x @ x)))
    with pytest.raises(ValueError, match="its objective is"):
        go_on(box, problem=BlackBox(lambda x: float(x @ x) + 1))


def test_the_same_function_written_again_goes_on(tmp_path):
    def make():
        return lambda x: jnp.sum(jnp.maximum(x, 0.1) ** 2) + jnp.sum(jnp.where(x > 0, x, jnp.logaddexp(x, 0.0)))

    first = go_on(tmp_path / "run.npz", problem=make())
    assert go_on(tmp_path / "run.npz", problem=make(), stop=Stop(steps=9)).nfev == first.nfev + 1


@pytest.mark.parametrize("change", [{"seed": 1}, {"batch_size": 5}, {"order": "fixed"}, {"batch_size": None}])
def test_a_checkpoint_of_other_batches_is_refused(change, tmp_path):
    path = tmp_path / "run.npz"
    sampled = {"problem": RAGGED, "start": LINE_START, "method": MOMENTUM, "batch_size": BATCH, "seed": 0}
    go_on(path, **sampled)
    with pytest.raises(ValueError, match="its batches is"):
        go_on(path, **(sampled | change))


def test_a_checkpoint_of_other_data_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    go_on(path, problem=FiniteSum(line_loss, (W, H)), start=LINE_START)
    with pytest.raises(ValueError, match="its data is"):
        go_on(path, problem=FiniteSum(line_loss, (W, H + 1)), start=LINE_START)


def test_a_checkpoint_of_a_later_version_is_refused(saved, tmp_path):
    path = tmp_path / "run.npz"
    rewritten(saved, path, header=header_of(saved, path, version=99))
    with pytest.raises(ValueError, match="format 99, this osolgil reads 1"):
        go_on(path)


def test_a_place_where_no_file_can_be_is_refused_before_work_starts(tmp_path):
    with pytest.raises(ValueError, match="does not exist; create it first"):
        go_on(tmp_path / "missing" / "run.npz")
    with pytest.raises(ValueError, match="is a folder"):
        go_on(tmp_path)


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(saved, tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    path.write_bytes(saved)

    def full(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        go_on(path)
    assert path.read_bytes() == saved
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]
