"""An honest race, made up: its table of runs and its manifest. Tests plant one cheat each in a copy."""

import copy
import functools
import json
import math

import numpy as np

from osolgil.races.declared import space_of
from osolgil.races.manifest import FORMAT, sealed, winner
from osolgil.races.tables import RUNS, TARGETS, Runs, reached_column

POSED = {"batch_size": None, "starts": "made up"}
PROBLEMS = {"bowl": 0.0, "valley": -0.25}
F0 = 8.0
BEST_RATE = -2.4
"""The decimal logarithm of the best learning rate, well inside of the range."""


def gap(method, settings, noise, best_rate):
    """What is left of f0 − f*: 10⁻⁹ at the best settings, more by a decade and a half for each decade off."""
    off = abs(math.log10(settings["learning_rate"]) - best_rate)
    skill = {"gradient_descent": 4.0, "momentum": 6.0, "adam": 7.0}[method]
    return 10 ** min(-skill + 1.5 * off + 0.2 * noise, 0.3)


def run(problem, contestant, phase, trial, seed, settings, share, division="fully_tuned"):
    failed = share > 1
    row = dict.fromkeys(RUNS, 0)
    row |= {
        "problem": problem,
        "contestant": contestant,
        "division": division,
        "phase": phase,
        "trial": trial,
        "seed": seed,
        "settings": json.dumps(settings),
        "status": "DIVERGED" if failed else "STEP_LIMIT",
        "failed": failed,
        "f0": F0,
        "f_star": PROBLEMS[problem],
        "steps": 2000,
        "evaluations_value": 2000,
        "evaluations_gradient": 2000,
        "seconds": 0.01,
        "validation": math.nan,
        "test": math.nan,
    }
    way = F0 - PROBLEMS[problem]
    row["final"] = math.nan if failed else PROBLEMS[problem] + share * way
    row["best"] = F0 if failed else row["final"]
    for tau in TARGETS:
        # the gap falls geometrically: half of the way in half of the time
        row[reached_column(tau)] = math.ceil(2000 * math.log(tau) / math.log(share)) if share <= tau else math.inf
    return row


@functools.cache
def _honest(contestants, seeds, best_rate):
    rng = np.random.default_rng(0)
    manifest = {
        "format": FORMAT,
        "suite": "made up",
        "versions": {"osolgil": "0.1.0"},
        "problems": {
            name: {"dimension": 2, "f_star": f_star, "targets": list(TARGETS), "source": "by construction", **POSED}
            for name, f_star in PROBLEMS.items()
        },
        "contestants": {
            name: {"method": name, "layers": [name.title().replace("_", "")], "declared": {}} for name in contestants
        },
        "divisions": {
            "fully_tuned": {
                "contestants": list(contestants),
                "spaces": {name: space_of(name, "fully_tuned").as_dict() for name in contestants},
                "winners": {name: {} for name in PROBLEMS},
            }
        },
        "search": {"trials": 24, "seed": 1},
        "seeds": {"tuning": [100, 101], "evaluation": list(range(seeds)), "common": True},
        "selection": {"claim": "optimization", "metric": "final", "measure": "reached_1e-5"},
        "budget": {"evaluations_gradient": 2000},
        "hashes": {},
    }
    manifest = sealed(manifest)
    rows = []
    for name in contestants:
        trials = space_of(name, "fully_tuned").trials(24, seed=1)
        for problem in PROBLEMS:
            for trial, settings in enumerate(trials):
                for seed in manifest["seeds"]["tuning"]:
                    share = gap(name, settings, rng.normal(), best_rate)
                    rows.append(run(problem, name, "tuning", trial, seed, settings, share))
    table = Runs.of(rows)
    for name in contestants:
        trials = space_of(name, "fully_tuned").trials(24, seed=1)
        for problem in PROBLEMS:
            best = winner(table, manifest, "fully_tuned", problem, name)
            manifest["divisions"]["fully_tuned"]["winners"][problem][name] = best
            for seed in manifest["seeds"]["evaluation"]:
                share = gap(name, trials[best], rng.normal(), best_rate)
                rows.append(run(problem, name, "evaluation", best, seed, trials[best], share))
    return rows, manifest


def honest(contestants=("gradient_descent", "momentum", "adam"), seeds=10, best_rate=BEST_RATE):
    """Rows and manifest of a race in which nobody cheats, to be changed at will."""
    return copy.deepcopy(_honest(contestants, seeds, best_rate))


def picked(rows, **equal):
    """The rows whose columns equal these values; changing them changes the race."""
    return [row for row in rows if all(row[name] == value for name, value in equal.items())]
