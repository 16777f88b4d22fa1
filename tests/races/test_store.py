"""The folder of a race: nothing is lost, nothing is run twice, and nothing is mixed up."""

import copy
import json
import os
import re

import numpy as np
import pytest
from support.small_races import small

from osolgil.races.engine import Cell, Finished
from osolgil.races.race import read
from osolgil.races.store import Store, read_manifest
from osolgil.races.tables import CURVES, RUNS

CELL = Cell("learning_rate_tuned", "bowl", "adam")


@pytest.fixture
def kept(tmp_path):
    """A folder in which a race has begun."""
    store = Store(tmp_path)
    store.begin(small().manifest)
    return store


def finished():
    found = small()
    runs = list(found.runs.where(problem="bowl", contestant="adam").rows())
    here = (found.curves["problem"] == "bowl") & (found.curves["contestant"] == "adam")
    columns = {name: column[here].tolist() for name, column in found.curves.items()}
    curves = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return Finished(runs, curves, runs[-1]["trial"])


def test_a_cell_comes_back_as_it_was(kept):
    manifest = small().manifest
    assert kept.load(CELL, manifest) is None
    kept.save(CELL, finished(), manifest)
    back = kept.load(CELL, manifest)
    assert back.winner == finished().winner
    for one, other, names in ((back.runs, finished().runs, RUNS), (back.curves, finished().curves, CURVES)):
        for name in names:
            np.testing.assert_array_equal([row[name] for row in one], [row[name] for row in other], err_msg=name)


def test_a_cell_whose_table_of_runs_was_not_written_is_not_there(kept):
    manifest = small().manifest
    kept.save(CELL, finished(), manifest)
    [runs] = [path for path in (kept.folder / "cells").iterdir() if not path.name.endswith(".curves.parquet")]
    runs.unlink()
    assert kept.load(CELL, manifest) is None


def test_a_file_that_cannot_be_written_whole_leaves_the_one_before(kept, monkeypatch):
    before = (kept.folder / "manifest.json").read_bytes()

    def fail(*_):
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        kept.write("manifest.json", b"half")
    assert (kept.folder / "manifest.json").read_bytes() == before
    assert [path.name for path in kept.folder.iterdir() if path.name.startswith(".writing")] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m["versions"].update(osolgil="9.9"), "versions: osolgil .*, now .*9.9"),
        (lambda m: m["search"].update(trials=24), "search: trials 4, now 24"),
        (lambda m: m["seeds"].update(evaluation=list(range(20))), "seeds: evaluation 7 from 0, now 20 from 0"),
        (lambda m: m["problems"].pop("bowl"), r"problems: bowl \{.*, now none"),
        (lambda m: m["selection"].update(measure="seconds"), 'selection: measure "gap", now "seconds"'),
        (lambda m: m.update(suite="another"), 'suite: "own", now "another"'),
        (lambda m: m["divisions"].update(defaults={}), "divisions: defaults none, now"),
    ],
)
def test_a_folder_that_holds_another_race_is_refused_with_what_differs(kept, change, words):
    manifest = copy.deepcopy(small().manifest)
    change(manifest)
    with pytest.raises(ValueError, match=f"holds a race that was declared otherwise .{words}"):
        kept.begin(manifest)


def test_the_same_declaration_goes_on(kept):
    kept.begin(small().manifest)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ValueError, match=rf"{re.escape(str(tmp_path))}/file cannot be written: .*; choose another"):
        Store(tmp_path / "file")


def test_a_folder_without_a_race_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"holds no race: there is no manifest\.json in it"):
        read(tmp_path)


def test_a_manifest_that_is_broken_or_of_another_format_is_refused(kept):
    kept.write("manifest.json", b"{")
    with pytest.raises(ValueError, match="is no JSON"):
        read_manifest(kept.folder)
    kept.write("manifest.json", json.dumps({**small().manifest, "format": 99}).encode())
    with pytest.raises(ValueError, match="has format 99, and this version reads"):
        read_manifest(kept.folder)


def test_a_race_that_has_not_ended_cannot_be_read(kept):
    with pytest.raises(ValueError, match=r"has not ended: there is no runs\.parquet; run it again to go on"):
        read(kept.folder)
