"""The lecture's five: walls and a floor, a long valley, a saddle, ill-conditioning, noise."""

from osolgil.problems import surfaces
from osolgil.races.protocol import Protocol
from osolgil.races.suites.posing import race_problem
from osolgil.races.suites.suite import Suite
from osolgil.races.tables import TARGETS

CONDITION = 1e4
"""Of the ill-conditioned bowl: heavy ball and Nesterov gain about its root on gradient descent."""

NOISY_BATCH = 16
"""Of the noisy bowl's 256 rows."""

NOISY_TARGETS = tuple(tau for tau in TARGETS if tau >= 1e-5)
"""With a constant learning rate the path ends in a cloud, which is not as small as 1e-8 of the way in 2,000 steps."""


def lecture() -> Suite:
    """Beale, the long valley, the race's saddle, the ill-conditioned bowl and the noisy one."""
    noisy = surfaces.named("noisy_bowl")
    problems = [
        race_problem(surfaces.named("beale")),
        race_problem(surfaces.named("long_valley")),
        race_problem(surfaces.named("race_saddle")),
        race_problem(surfaces.named("bowl", condition=CONDITION), name="ill_conditioned_bowl"),
        race_problem(noisy, batch_size=NOISY_BATCH, targets=NOISY_TARGETS),
    ]
    return Suite("lecture", problems, Protocol(evaluations=2000))
