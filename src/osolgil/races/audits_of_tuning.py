"""Audits of what tuning found: the best value at the edge of its range, a method that loses to its own special case."""

from collections.abc import Iterator
from itertools import permutations
from math import comb

import numpy as np

from osolgil.races.inclusions import INCLUSIONS
from osolgil.races.manifest import Manifest, space_in, tuned_divisions, tuning_costs, tuning_ranks
from osolgil.races.objections import Objection, objection
from osolgil.races.spaces import Edge, lean
from osolgil.races.tables import Runs

CHANCE = 0.05
"""What chance does more often than this is no violation."""

LEANING = 0.1
"""At the edge of a dimension that may not matter, the better trials must crowd as chance does less often than this."""

FEW = 8
"""With fewer trials it cannot be told whether they crowd."""


def edges(runs: Runs, manifest: Manifest) -> Iterator[tuple[str, str, str, Edge]]:
    """Division, problem and contestant of every winner in the outer tenth of a range, and which one.

    For the learning rate that is enough. Any other hyperparameter may not matter on a problem, and then its winner lies
    at an edge every fifth time: there the better trials must crowd to the same side as well, see `lean`.
    """
    for division in tuned_divisions(manifest):
        for contestant in manifest["divisions"][division]["contestants"]:
            space = space_in(manifest, division, contestant)
            trials = space.trials(manifest["search"]["trials"], manifest["search"]["seed"])
            for problem in manifest["problems"]:
                if np.isinf(tuning_costs(runs, manifest, division, problem, contestant).min()):
                    continue  # nothing worked, so that nothing lies anywhere
                ranks = tuning_ranks(runs, manifest, division, problem, contestant)
                best = int(np.argmin(ranks))
                for edge in space.edges(trials[best]):
                    dimension = space[edge.dimension]
                    places = np.asarray([dimension.place(trial[dimension.name]) for trial in trials])
                    matters = dimension.name == "learning_rate" or len(trials) < FEW
                    if matters or lean(places, ranks, edge.side) <= LEANING:
                        yield division, problem, contestant, edge


def at_the_edge(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """Winners at the edge of a range, see `edges`."""
    for division, problem, contestant, edge in edges(runs, manifest):
        dimension = space_in(manifest, division, contestant)[edge.dimension]
        yield objection(
            "edge again" if dimension.widened else "edge",
            edge.value,
            division=division,
            problem=problem,
            contestants=(contestant,),
            dimension=dimension.name,
            value=edge.value,
            low=dimension.low,
            high=dimension.high,
        )


def inclusion_violated(runs: Runs, manifest: Manifest) -> Iterator[Objection]:
    """A general method, tuned, that loses to a special case which its own space contains."""
    entries = manifest["contestants"]
    for division in tuned_divisions(manifest):
        for general, special in permutations(manifest["divisions"][division]["contestants"], 2):
            if any(len(entries[name]["layers"]) > 1 for name in (general, special)):
                continue  # a transform makes another method of it
            methods = entries[general]["method"], entries[special]["method"]
            spaces = space_in(manifest, division, general), space_in(manifest, division, special)
            declared = entries[general]["declared"], entries[special]["declared"]
            known = (found for found in INCLUSIONS if (found.general, found.special) == methods)
            if not any(found.holds(*spaces, *declared) for found in known):
                continue
            for problem in manifest["problems"]:
                better, p = precedence(
                    tuning_costs(runs, manifest, division, problem, special),
                    tuning_costs(runs, manifest, division, problem, general),
                )
                if p <= CHANCE:
                    yield objection(
                        "inclusion",
                        p,
                        division=division,
                        problem=problem,
                        contestants=(general,),
                        general=general,
                        special=special,
                        better=better,
                        p=p,
                    )


def precedence(special: np.ndarray, general: np.ndarray) -> tuple[int, float]:
    r"""How many trials of the special case beat every trial of the general method, and how often chance does that.

    If all trials were drawn alike, every order of them is as likely as any other, and the k best ones all belong to the
    special case with probability

    .. math:: \binom{m + n - k}{n} / \binom{m + n}{n}

    which is about 2⁻ᵏ: one or two are noise of tuning, five are not.

    Args:
        special: costs of its trials, shape (m,).
        general: costs of its trials, shape (n,).

    Source: Nelson 1963, *Tables for a precedence life test*, Technometrics 5, 491–499.

    >>> precedence(np.arange(24.0), np.arange(24.0) + 4.5)
    (5, 0.024822695035460994)
    """
    better = int(np.sum(special < general.min()))
    m, n = special.size, general.size
    return better, comb(m + n - better, n) / comb(m + n, n)
