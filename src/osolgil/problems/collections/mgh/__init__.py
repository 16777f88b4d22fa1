"""The test functions of Moré, Garbow & Hillstrom 1981: all 35, each a sum of squares with its standard start.

Moré, Garbow & Hillstrom 1981, *Testing unconstrained optimization software*, ACM TOMS 7, 17–41. The paper minimizes
f = ‖r‖²; here `problem` is `LeastSquares`, ½‖r‖², and `squares` is the paper's f.
"""

from osolgil.problems.collections.mgh.builders import BUILDERS

__all__ = ["BUILDERS"]
