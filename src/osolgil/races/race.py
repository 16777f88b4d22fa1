"""The race: declared, run by whatever workers there are, resumed where it was left, and judged."""

import contextlib
import copy
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from osolgil.protocol.words import LANGUAGES
from osolgil.races import store as stores
from osolgil.races.audits import cells
from osolgil.races.audits_of_tuning import edges
from osolgil.races.contestants import Contestant
from osolgil.races.contestants import contestants as as_contestants
from osolgil.races.declared import DIMENSIONS
from osolgil.races.engine import Cell, Finished, Job, run_job
from osolgil.races.evidence import Evidence, gathered
from osolgil.races.manifest import Manifest, sealed, space_in
from osolgil.races.problem import RaceProblem
from osolgil.races.protocol import Protocol
from osolgil.races.report import Chart, charts
from osolgil.races.report.surveying import landscapes, remembered
from osolgil.races.report.writing import write
from osolgil.races.spaces import Dimension, edge_rule
from osolgil.races.suites import as_suite
from osolgil.races.tables import CURVES, Runs, columns_of
from osolgil.races.workers import InTurn, cores, local_workers

Progress = Callable[[int, int, str], Any]


@dataclass(frozen=True, eq=False)
class Race:
    """A race that is over.

    Attributes:
        runs: the table of runs, see `RUNS`.
        curves: the table of curves, by column, see `CURVES`.
        manifest: what was declared, with the winners.
        problems: for pictures; of a race that was read, those that their names say, see `remembered`.
    """

    runs: Runs
    curves: Mapping[str, np.ndarray]
    manifest: Manifest
    problems: tuple[RaceProblem, ...] = ()

    def judged(self, measure: str | None = None) -> Evidence:
        """The race, audited and judged by a measure, the declared one unless told otherwise."""
        return gathered(self.runs, self.manifest, self.curves, measure)

    def charts(self, evidence: Evidence) -> dict[str, dict[str, list[Chart]]]:
        """The figures of the report, by section and division, with the paths on surfaces of two coordinates."""
        return charts(evidence, landscapes(evidence, self.problems))

    def report(
        self,
        folder: str | Path,
        *,
        languages: Sequence[str] = LANGUAGES,
        measure: str | None = None,
        command: str | None = None,
    ) -> Path:
        """Write the report: `index.html`, one page that needs no other file, and its figures as SVG in `figures/`.

        Args:
            folder: made if it is not there; it may be the one in which the race is kept.
            languages: of the page, "en", "ko" or both; the first is shown first, and figures are in it.
            measure: what is compared, see `judged`.
            command: what was typed to run the race.

        Returns:
            the page's path.

        Raises:
            ValueError: a language or the measure is not known, or nothing can be written there.
        """
        evidence = self.judged(measure)
        return write(evidence, self.charts(evidence), folder, languages=languages, command=command)


def race(
    problems: Any,
    contestants: Any,
    *,
    protocol: Protocol | None = None,
    folder: str | Path | None = None,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cache: str | None = None,
) -> Race:
    """Race methods against each other, honestly.

    Everybody has the same trials in the same spaces, is tuned by seeds that nobody is evaluated by, and meets the same
    starts, rows and batches. A winner at the edge of a range widens that range once, for everybody. Targets and spaces
    are sealed before the first run.

    Args:
        problems: the name of a suite, "lecture" say; or problems: surfaces, networks, `RaceProblem`.
        contestants: a list of names, methods and contestants, or a mapping of the names that they race by.
        protocol: divisions, trials, seeds and budget; the suite's own by default.
        folder: where the race is kept. A race that was interrupted goes on there: no finished cell is run again.
        workers: processes of one thread each; 1 runs in this process, None has one for each core.
        executor: any other executor of `concurrent.futures`, in place of workers.
        progress: called with cells done, all cells, and what was just finished.
        cache: a folder in which workers keep compiled programs for each other and for later.

    Returns:
        the tables and the manifest, see `Race`; `judged` gives the verdicts.

    Raises:
        ValueError, TypeError: before anything is run, in a sentence that says what does not fit.
    """
    suite = as_suite(problems)
    entered = as_contestants(contestants)
    protocol = protocol or suite.protocol
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise ValueError(f"workers={workers!r} must be a whole number, at least 1, or None for one a core.")
    store = None if folder is None else stores.Store(folder)
    manifest = protocol.declare(suite.name, suite.problems, entered)
    if store is not None:
        store.begin(manifest)
    with executing(workers, executor, cache) as pool:
        runner = Runner(suite.problems, entered, store, pool, progress)
        finished = runner.run(manifest, list(cells_of(manifest)))
        found = (edge for *_, edge in edges(table_of(finished.values()), manifest))
        widened = edge_rule(DIMENSIONS, found)
        if widened.reruns:
            manifest = respaced(manifest, entered, widened.dimensions)
            finished |= runner.run(
                manifest, [cell for cell in cells_of(manifest) if has_any(manifest, cell, widened.reruns)]
            )
    manifest = with_winners(manifest, finished)
    ordered = [finished[cell] for cell in cells_of(manifest)]
    curves = [row for each in ordered for row in each.curves]
    if store is not None:
        store.conclude(manifest, [row for each in ordered for row in each.runs], curves)
    return Race(table_of(ordered), columns_of(curves, CURVES), manifest, tuple(suite.problems))


def read(folder: str | Path) -> Race:
    """A race that is over, from the folder that it is kept in.

    Raises:
        ValueError: there is none, it has not ended, or this version cannot read it.
    """
    manifest = stores.read_manifest(folder)
    return Race(*stores.read_tables(folder), manifest, remembered(manifest))


def cells_of(manifest: Manifest) -> Iterator[Cell]:
    """Every cell of a race, in the order of the tables."""
    for division, problem, contestant in cells(manifest):
        yield Cell(division, problem, contestant)


@dataclass(frozen=True, eq=False)
class Runner:
    """Runs cells, as far as they are not done.

    Attributes:
        problems, contestants: of the race.
        store: where finished cells are kept; None keeps them in memory.
        executor: runs the jobs.
        progress: is told of every cell.
    """

    problems: Sequence[RaceProblem]
    contestants: Sequence[Contestant]
    store: stores.Store | None
    executor: Executor
    progress: Progress | None

    def run(self, manifest: Manifest, wanted: Sequence[Cell]) -> dict[Cell, Finished]:
        """These cells, finished: those that are kept are read, and the others run.

        Raises:
            RuntimeError: a job failed; the cells that others finished are kept.
        """
        finished: dict[Cell, Finished] = {}
        for cell in wanted:
            kept = None if self.store is None else self.store.load(cell, manifest)
            if kept is not None:
                finished[cell] = kept
        self.tell(len(finished), len(wanted), "")

        def collect(done: Future[Any], job: Job) -> None:
            for cell, result in self.result(done, job).items():
                if self.store is not None:
                    self.store.save(cell, result, manifest)
                finished[cell] = result
            self.tell(len(finished), len(wanted), f"{job.contestant.name} on {job.problem.name}")

        waiting: dict[Future[Any], Job] = {}
        try:
            for job in self.jobs(manifest, wanted, finished):
                future = self.executor.submit(run_job, job)
                if future.done():
                    collect(future, job)
                else:
                    waiting[future] = job
            for future in as_completed(waiting):
                collect(future, waiting[future])
        except BaseException:
            for future in waiting:
                future.cancel()
            raise
        return finished

    def jobs(self, manifest: Manifest, wanted: Sequence[Cell], finished: Mapping[Cell, Finished]) -> Iterator[Job]:
        """What has yet to be run: the divisions of one contestant on one problem in one job."""
        done = set(finished)
        # Mini-batches take longest, and who begins last should not be who takes longest.
        for problem in sorted(self.problems, key=lambda each: each.batch_size is None):
            for contestant in self.contestants:
                divisions = tuple(
                    cell.division
                    for cell in wanted
                    if cell not in done and (cell.problem, cell.contestant) == (problem.name, contestant.name)
                )
                if divisions:
                    yield Job(problem, contestant, divisions, manifest)

    def result(self, done: Future[Any], job: Job) -> dict[Cell, Finished]:
        """What a job brought, or an error that says which one failed."""
        try:
            found: dict[Cell, Finished] = done.result()
        except Exception as error:
            if isinstance(error, pickle.PicklingError) or "pickle" in str(error):
                raise RuntimeError(
                    f"{job.contestant.name} on {job.problem.name} cannot be sent to another process ({error}); define "
                    "losses and methods at the top of a module, or race with workers=1."
                ) from error
            kept = "" if self.store is None else f"; what is finished is kept in {self.store.folder}"
            raise RuntimeError(f"{job.contestant.name} on {job.problem.name} failed: {error}{kept}.") from error
        return found

    def tell(self, done: int, total: int, what: str) -> None:
        """Say how far the race is."""
        if self.progress is not None:
            self.progress(done, total, what)


def table_of(finished: Iterable[Finished]) -> Runs:
    """The table of runs of these cells."""
    return Runs.of(row for each in finished for row in each.runs)


def with_winners(manifest: Manifest, finished: Mapping[Cell, Finished]) -> Manifest:
    """The manifest that says who went on to evaluation."""
    divisions = copy.deepcopy(manifest["divisions"])
    for cell, each in finished.items():
        divisions[cell.division]["winners"][cell.problem][cell.contestant] = each.winner
    return {**manifest, "divisions": divisions}


def respaced(manifest: Manifest, contestants: Sequence[Contestant], dimensions: Mapping[str, Dimension]) -> Manifest:
    """The manifest with the wider ranges, sealed before anything is run in them."""
    divisions = copy.deepcopy(manifest["divisions"])
    by_name = {each.name: each for each in contestants}
    for division, entry in divisions.items():
        for name in entry["contestants"]:
            entry["spaces"][name] = by_name[name].space(division, dimensions).as_dict()
    return sealed({**manifest, "divisions": divisions})


def has_any(manifest: Manifest, cell: Cell, names: Iterable[str]) -> bool:
    """Whether one of these hyperparameters is searched in a cell."""
    space = space_in(manifest, cell.division, cell.contestant)
    return not set(names).isdisjoint(space.names)


@contextlib.contextmanager
def executing(workers: int | None, executor: Executor | None, cache: str | None) -> Iterator[Executor]:
    """What runs the jobs."""
    count = len(cores()) if workers is None else workers
    if executor is not None:
        yield executor
    elif count == 1:
        yield InTurn()
    elif cache is not None:
        with local_workers(count, cache) as local:
            yield local
    else:
        with tempfile.TemporaryDirectory(prefix="osolgil-") as folder, local_workers(count, folder) as local:
            yield local
