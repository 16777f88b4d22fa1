"""Checkpoints: the state is all there is, so a run that is saved goes on to the same bits.

A checkpoint is an npz of plain arrays, read with ``allow_pickle=False``, with a header in JSON that says which run it
belongs to. It is written beside its place and moved there, so that a crash never leaves half a file.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent.drive import Batching, Drive
from osolgil.descent.loop import Clock
from osolgil.descent.observe import Progress
from osolgil.descent.setup import Setup
from osolgil.descent.trace import Recorder
from osolgil.problems import BlackBox, Problem
from osolgil.problems.freezing import FreeGradient, OfFree
from osolgil.protocol import Needs, Status, precision

FORMAT = "osolgil checkpoint"
VERSION = 1


def fingerprint(drive: Drive, batching: Batching | None, seed: int) -> dict[str, str]:
    """What has to be equal for a run to go on from another's checkpoint, by name."""
    setup = drive.setup
    with np.printoptions(threshold=sys.maxsize):
        method = without_addresses(repr(setup.shown))
    return {
        "problem": setup.problem.name,
        "method": method,
        "precision": str(setup.dtype),
        "start": digest([np.ascontiguousarray(setup.x0).tobytes()]),
        "parameters": f"{setup.layout.shapes}",
        "objective": digest(objective(setup, setup.problem)),
        "data": digest(np.ascontiguousarray(leaf).tobytes() for leaf in jax.tree.leaves(setup.problem)),
        "record": drive.setting.record,
        "validation": digest([] if setup.validation is None else judged(setup)),
        "frozen": digest([] if setup.freeze is None else held(setup)),
        "batches": "all rows" if batching is None else f"{batching.size} rows, {batching.order.value}, seed {seed}",
    }


def judged(setup: Setup) -> Iterator[bytes]:
    """What a validation computes, and from which data."""
    assert setup.validation is not None
    yield from objective(setup, setup.validation)
    for leaf in jax.tree.leaves(setup.validation):
        yield np.ascontiguousarray(leaf).tobytes()


def held(setup: Setup) -> Iterator[bytes]:
    """Which parameters are frozen, and what they hold."""
    assert setup.freeze is not None
    yield repr(setup.freeze.frozen).encode()
    for leaf in setup.freeze.held:
        yield leaf.tobytes()


def digest(parts: Iterable[bytes]) -> str:
    """The first half of the SHA-256 of the parts, one after the other."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()[:32]


def objective(setup: Setup, problem: Problem) -> Iterator[bytes]:
    """What a problem computes: two functions may have the same name, as lambdas have."""
    if isinstance(problem, BlackBox):
        yield code_of(problem.f)
        yield code_of(problem.gradient)
        return
    with precision(setup.dtype):
        needs = problem.offers & (Needs.VALUE | Needs.CONSTRAINTS)
        traced = jax.make_jaxpr(lambda problem, x: problem.evaluate(x, needs, setup.layout))(problem, setup.x0)
    yield without_addresses(str(traced)).encode()
    for constant in traced.consts:
        yield np.ascontiguousarray(constant).tobytes()


def code_of(function: Any) -> bytes:
    """The compiled code of a Python function; of any other callable its type's name."""
    if isinstance(function, OfFree | FreeGradient):
        return code_of(function.function)
    code = getattr(function, "__code__", None)
    if code is None:
        return type(function).__name__.encode()
    return code_bytes(code)


def code_bytes(code: CodeType) -> bytes:
    """What a code object does, wherever it was written."""
    inner = [code_bytes(each) if isinstance(each, CodeType) else repr(each).encode() for each in code.co_consts]
    return b"|".join([code.co_code, repr(code.co_names).encode(), *inner])


def without_addresses(text: str) -> str:
    """A representation without the addresses of objects, which are others in every process."""
    return re.sub(r"0x[0-9a-f]+", "", text)


class Checkpoint:
    """The file of one run."""

    def __init__(self, path: str | os.PathLike[str], belongs: dict[str, str]) -> None:
        self.path = Path(path)
        self.belongs = belongs
        folder = self.path.parent
        if not folder.is_dir():
            raise ValueError(f"checkpoint={str(path)!r}: the folder {str(folder)!r} does not exist; create it first.")
        if self.path.is_dir():
            raise ValueError(f"checkpoint={str(path)!r} is a folder; name a file.")
        if not os.access(folder, os.W_OK):
            raise ValueError(f"checkpoint={str(path)!r}: the folder {str(folder)!r} cannot be written to.")

    def restore(self, drive: Drive, recorder: Recorder) -> None:
        """Put the run where the file says, if there is a file. A file that is damaged or another run's is refused."""
        if not self.path.exists():
            return
        header, arrays = self.read()
        for name, value in self.belongs.items():
            found = header["run"].get(name)
            if found != value:
                raise ValueError(
                    f"Checkpoint {self.path} belongs to another run: its {name} is {found!r}, here it is {value!r}. "
                    "It was left untouched; name another file, or remove this one."
                )
        leaves, structure = jax.tree.flatten(drive.progress)
        saved = [arrays.get(f"progress{i}", np.zeros(())) for i in range(len(leaves))]
        columns = drive.setting.columns
        shapes = {"rows": (columns,), "last": (columns,), "judgements": (3,), "clock": (), "numbers": ()}
        whole = all(name in arrays and arrays[name].shape[1:] == shape for name, shape in shapes.items())
        alike = [(array.shape, array.dtype) for array in saved] == [(leaf.shape, leaf.dtype) for leaf in leaves]
        if not (whole and alike and len(arrays["rows"]) == len(arrays["numbers"]) and len(arrays["clock"]) == 3):
            raise ValueError(self.refused)
        with precision(drive.setup.dtype):
            progress = jax.tree.unflatten(structure, [jnp.asarray(array) for array in saved])
            if not still_ends(progress, arrays["judgements"], drive):
                progress = progress._replace(status=jnp.asarray(Status.RUNNING, jnp.int32))
            drive.progress = progress
            drive.clock = Clock(*(np.asarray(count, np.int32) for count in arrays["clock"]))
        drive.t, drive.epoch = int(arrays["clock"][0]), int(arrays["clock"][1])
        recorder.stride = int(header["stride"])
        recorder.blocks, recorder.numbers = [arrays["rows"]], [arrays["numbers"]]
        recorder.judgements = [arrays["judgements"]]
        if len(arrays["last"]):
            recorder.last = (int(header["last"]), arrays["last"][0])

    @property
    def refused(self) -> str:
        return f"{self.path} is damaged, or no checkpoint of osolgil; it was left untouched. Name another file."

    def read(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Header and arrays of the file, or a ValueError that says what it is not."""
        try:
            with self.path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                header = json.loads(bytes(file["header"]).decode())
                arrays = {name: file[name] for name in file.files if name != "header"}
            version = header["version"] if header["format"] == FORMAT else None
            header = {"run": dict(header["run"]), "stride": int(header["stride"]), "last": int(header["last"])}
        except Exception as error:  # a damaged zip file fails in a dozen ways
            raise ValueError(self.refused) from error
        if version is None:
            raise ValueError(self.refused)
        if version != VERSION:
            raise ValueError(
                f"{self.path} is a checkpoint of format {version}, this osolgil reads {VERSION}; "
                "it was left untouched. Use the version that wrote it, or name another file."
            )
        return header, arrays

    def save(self, drive: Drive, recorder: Recorder) -> None:
        """Write the file, at once or not at all."""
        columns = drive.setting.columns
        kept = [np.zeros((0, columns), drive.setup.dtype), *recorder.blocks]
        header = {
            "format": FORMAT,
            "version": VERSION,
            "run": self.belongs,
            "stride": recorder.stride,
            "last": recorder.last[0] if recorder.last else 0,
        }
        arrays = {f"progress{i}": np.asarray(leaf) for i, leaf in enumerate(jax.tree.leaves(drive.progress))}
        arrays |= {
            "header": np.frombuffer(json.dumps(header).encode(), np.uint8),
            "clock": np.array([int(count) for count in drive.clock]),
            "rows": np.concatenate(kept),
            "numbers": np.concatenate([np.zeros(0, int), *recorder.numbers]),
            "judgements": np.concatenate([np.zeros((0, 3)), *recorder.judgements]),
            "last": np.zeros((0, columns)) if recorder.last is None else recorder.last[1][None],
        }
        with tempfile.NamedTemporaryFile(dir=self.path.parent, prefix=f".{self.path.name}.", delete=False) as beside:
            try:
                np.savez(beside, **arrays)  # type: ignore[arg-type]
                beside.close()
                os.replace(beside.name, self.path)
            except BaseException:
                os.unlink(beside.name)
                raise


def still_ends(progress: Progress, judgements: np.ndarray, drive: Drive) -> bool:
    """Whether a run that had ended would end there under the limits of now, which may be others than those it had."""
    status, limits, best = Status.of(progress.status), drive.limits, progress.best
    optimality = judgements[-1, 1] if drive.sampling is not None and len(judgements) else progress.state.optimality
    met = {
        Status.CONVERGED: optimality <= limits.optimality,
        Status.TARGET_REACHED: limits.target is not None and best.value <= limits.target,
        Status.UNBOUNDED: int(progress.state.status) == Status.UNBOUNDED
        or (limits.exit_level is not None and best.value < limits.exit_level),
        Status.EARLY_STOPPED: limits.patience is not None and progress.evaluations - best.evaluation >= limits.patience,
        Status.STALLED: np.array_equal(progress.state.question, progress.state.answer)
        or (limits.patience is not None and progress.evaluations - best.evaluation >= limits.patience),
        Status.STEP_LIMIT: limits.steps is not None and progress.steps >= limits.steps,
    }
    return bool(met.get(status, True))
