"""The known mistakes in words: what was done and where to look, in English and Korean. No hint tells the solution."""

from osolgil.course.check.catalogue.conduct import CONDUCT
from osolgil.course.check.catalogue.descending import DESCENDING
from osolgil.course.check.catalogue.gradients import GRADIENTS
from osolgil.course.check.catalogue.losses import LOSSES
from osolgil.course.check.catalogue.sums import SUMS

MISTAKES = SUMS | LOSSES | GRADIENTS | DESCENDING | CONDUCT
"""Every mistake that the checker can name, by its name."""

__all__ = ["MISTAKES"]
