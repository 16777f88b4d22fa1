"""Curves for a made-up race: geometric, from f₀ to what the run reached, noisy where a seed says so."""

import math

import numpy as np
from support.made_up_race import POSED, PROBLEMS, run

from osolgil.races.declared import space_of
from osolgil.races.manifest import FORMAT, sealed, winner
from osolgil.races.tables import CURVES, TARGETS, Runs

SKILLS = {
    "gradient_descent": 4.0,
    "momentum": 5.5,
    "nesterov": 6.5,
    "adagrad": 4.5,
    "rmsprop": 5.8,
    "adadelta": 3.5,
    "adam": 7.0,
    "amsgrad": 6.8,
    "adamax": 6.0,
    "nadam": 7.4,
    "adamw": 7.0,
}


def curves_of(rows, wobble=0.4):
    """The table of curves of these rows' evaluations; a failed run ends half way, above where it began."""
    columns = {name: [] for name in CURVES}
    for row in rows:
        if row["phase"] != "evaluation":
            continue
        last = row["steps"] // 2 if row["failed"] else row["steps"]
        at = np.unique(np.round(np.geomspace(1, last, 200)).astype(int))
        way = row["f0"] - row["f_star"]
        end = 1e2 if row["failed"] else (row["final"] - row["f_star"]) / way
        noise = np.random.default_rng(row["seed"]).normal(size=at.size) * wobble * (at / last) ** 0.5
        left = np.exp(np.log(end) * at / last + noise)
        for name in ("problem", "contestant", "division", "seed"):
            columns[name] += [row[name]] * at.size
        columns["evaluation"] += at.tolist()
        columns["value"] += (row["f_star"] + way * left).tolist()
        for name in ("x1", "x2"):
            columns[name] += [math.nan] * at.size
    return {name: np.asarray(column, CURVES[name]) for name, column in columns.items()}


def learning_rates_tuned(contestants=tuple(SKILLS), problems=PROBLEMS, seeds=20, failing="adadelta"):
    """Rows and manifest of a race in which learning rates alone were tuned; one contestant fails now and then."""
    division, rng = "learning_rate_tuned", np.random.default_rng(3)
    spaces = {name: space_of(name, division) for name in contestants}
    manifest = sealed(
        {
            "format": FORMAT,
            "suite": "lecture",
            "versions": {"osolgil": "0.1.0", "jax": "0.10.2", "numpy": "2.4.0", "python": "3.12.1"},
            "problems": {
                name: {"dimension": 2, "f_star": f_star, "targets": list(TARGETS), "source": "closed form", **POSED}
                for name, f_star in problems.items()
            },
            "contestants": {
                name: {"method": name, "layers": [name.title().replace("_", "")], "declared": {}}
                for name in contestants
            },
            "divisions": {
                division: {
                    "contestants": list(contestants),
                    "spaces": {name: space.as_dict() for name, space in spaces.items()},
                    "winners": {name: {} for name in problems},
                }
            },
            "search": {"trials": 24, "seed": 1},
            "seeds": {"tuning": [100, 101, 102], "evaluation": list(range(seeds)), "common": True},
            "selection": {"claim": "optimization", "metric": "final", "measure": "reached_1e-5"},
            "budget": {"evaluations_gradient": 2000},
            "hashes": {},
        }
    )

    def share(name, settings, problem):
        off = math.log10(settings["learning_rate"]) + 2.4 + 0.3 * list(problems).index(problem)
        left = 10 ** min(-SKILLS[name] + 1.5 * abs(off) + 0.3 * rng.normal(), 0.3)
        return 2.0 if off > 2.2 else left

    def raced(name, problem, phase, trial, seed, settings, left):
        [like] = (known for known, f_star in PROBLEMS.items() if f_star == problems[problem])
        return run(like, name, phase, trial, seed, settings, left, division) | {"problem": problem}

    rows = []
    for name, space in spaces.items():
        for problem in problems:
            for trial, settings in enumerate(space.trials(24, seed=1)):
                for seed in manifest["seeds"]["tuning"]:
                    left = share(name, settings, problem)
                    rows.append(raced(name, problem, "tuning", trial, seed, settings, left))
    table = Runs.of(rows)
    for name, space in spaces.items():
        for problem in problems:
            best = winner(table, manifest, division, problem, name)
            manifest["divisions"][division]["winners"][problem][name] = best
            settings = space.trials(24, seed=1)[best]
            for seed in manifest["seeds"]["evaluation"]:
                left = 2.0 if name == failing and seed % 2 else share(name, settings, problem)
                rows.append(raced(name, problem, "evaluation", best, seed, settings, left))
    return rows, manifest
