"""Test collections: problems from the literature whose minima are known, by which optimizers are measured.

`named("wood")` gives a `Collected`: the problem, its starts and its known minima. The 35 functions of Moré, Garbow &
Hillstrom 1981 are sums of squares; NIST's regressions have certified answers (`nist.named("Misra1a")`, and `nist.read`
for files in NIST's own layout); seeded families are as many problems as one likes, `quadratic_program` among them.
"""

from osolgil.problems.collections import nist
from osolgil.problems.collections.collected import Collected, Minimum
from osolgil.problems.collections.families import QuadraticProgram, quadratic_program
from osolgil.problems.collections.registry import named, names

__all__ = ["Collected", "Minimum", "QuadraticProgram", "named", "names", "nist", "quadratic_program"]
