"""Valleys: straight and curved, with steep walls and flat floors, in two dimensions and in ten."""

from osolgil.problems import surfaces
from osolgil.races.protocol import Protocol
from osolgil.races.suites.posing import race_problem
from osolgil.races.suites.suite import Suite


def valleys() -> Suite:
    """Bowls of condition number 100 and 10,000 in ten dimensions, Rosenbrock in two and ten, Beale, the long valley."""
    problems = [
        race_problem(surfaces.named("bowl", condition=1e2, n=10), name="bowl_1e2"),
        race_problem(surfaces.named("bowl", condition=1e4, n=10), name="bowl_1e4"),
        race_problem(surfaces.named("rosenbrock", n=2)),
        race_problem(surfaces.named("rosenbrock", n=10), name="rosenbrock_10"),
        race_problem(surfaces.named("beale")),
        race_problem(surfaces.named("long_valley")),
    ]
    return Suite("valleys", problems, Protocol(evaluations=2000))
