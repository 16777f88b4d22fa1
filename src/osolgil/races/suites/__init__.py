"""Problems to race on, by suites.

`named("lecture")` gives the problems of a suite, `suite("lecture")` also the protocol that it is raced by; `as_suite`
makes a suite of whatever a person hands over. `race_problem` poses any other problem, `race_loss` a network of one's
own.
"""

from osolgil.races.suites.posing import race_loss, race_problem
from osolgil.races.suites.registry import as_suite, named, names, suite
from osolgil.races.suites.suite import Suite

__all__ = ["Suite", "as_suite", "named", "names", "race_loss", "race_problem", "suite"]
