"""The lecture's race from cold: eleven rules, 24 trials, 20 seeds, 2,000 evaluations each, on five problems."""

import tempfile
import time

from osolgil import race
from osolgil.races import contestants
from osolgil.races.workers import cores

RULES = contestants.LECTURE


def main() -> None:
    """Print the table."""
    print("\n## The lecture's suite, 11 rules, 24 trials on 3 seeds, 20 evaluation seeds, 2,000 evaluations\n")
    print("| workers | seconds, with all compilation | runs | evaluations a second |")
    print("|---:|---:|---:|---:|")
    for workers in sorted({1, len(cores())}, reverse=True):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            found = race("lecture", RULES, workers=workers, folder=folder)
            seconds = time.perf_counter() - started
        evaluations = int(found.runs["evaluations_gradient"].sum())
        print(f"| {workers} | {seconds:.1f} | {len(found.runs):,} | {evaluations / seconds:,.0f} |", flush=True)
