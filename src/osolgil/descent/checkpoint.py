"""Checkpoints: the state is all there is, so a run that is saved goes on to the same bits.

A checkpoint is an npz of plain arrays, read with ``allow_pickle=False``, with a header in JSON that says which run it
belongs to. It is written beside its place and moved there, so that a crash never leaves half a file.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent.drive import Batching, Drive
from osolgil.descent.loop import Clock
from osolgil.descent.trace import Recorder
from osolgil.protocol import Status, precision

FORMAT = "osolgil checkpoint"
VERSION = 1


def fingerprint(drive: Drive, batching: Batching | None, seed: int) -> dict[str, str]:
    """What has to be equal for a run to go on from another's checkpoint, by name."""
    setup = drive.setup
    data = hashlib.sha256()
    for leaf in jax.tree.leaves(setup.problem):
        data.update(np.ascontiguousarray(leaf).tobytes())
    return {
        "problem": setup.problem.name,
        "data": data.hexdigest(),
        "method": f"{setup.shown!r}",
        "start": hashlib.sha256(np.ascontiguousarray(setup.x0).tobytes()).hexdigest(),
        "parameters": f"{setup.layout.shapes}",
        "precision": str(setup.dtype),
        "record": drive.setting.record,
        "batches": "all rows" if batching is None else f"{batching.size} rows, {batching.order.value}, seed {seed}",
    }


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
                    f"The checkpoint {self.path} belongs to another run: its {name} is {found!r}, here it is {value!r}. "
                    "It was left untouched; name another file, or remove this one."
                )
        leaves, structure = jax.tree.flatten(drive.progress)
        saved = [arrays[f"progress{i}"] for i in range(len(leaves))]
        with precision(drive.setup.dtype):
            restored = [jnp.asarray(new, old.dtype) for new, old in zip(saved, leaves, strict=True)]
            progress = jax.tree.unflatten(structure, restored)
            if Status(int(progress.status)) in (Status.STEP_LIMIT, Status.EVALUATION_LIMIT):
                progress = progress._replace(status=jnp.asarray(Status.RUNNING, jnp.int32))
            drive.progress = progress
            drive.clock = Clock(*(jnp.asarray(count, jnp.int32) for count in arrays["clock"]))
        drive.t, drive.epoch = int(arrays["clock"][0]), int(arrays["clock"][1])
        recorder.stride = int(header["stride"])
        recorder.blocks, recorder.numbers = [arrays["rows"]], [arrays["numbers"]]
        recorder.judgements = [arrays["judgements"]]
        if len(arrays["last"]):
            recorder.last = (int(header["last"]), arrays["last"][0])

    def read(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Header and arrays of the file, or a ValueError that says what it is not."""
        refused = f"{self.path} is damaged, or no checkpoint of osolgil; it was left untouched. Name another file."
        try:
            with np.load(self.path, allow_pickle=False) as file:
                header = json.loads(bytes(file["header"]).decode())
                arrays = {name: file[name] for name in file.files if name != "header"}
            if header["format"] != FORMAT:
                raise ValueError(refused)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(refused) from error
        if header["version"] != VERSION:
            raise ValueError(
                f"{self.path} is a checkpoint of format {header['version']}, this osolgil reads {VERSION}; "
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
            np.savez(beside, **arrays)
        os.replace(beside.name, self.path)
