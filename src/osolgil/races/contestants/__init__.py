"""Who races, one file for each library."""

from osolgil.races.contestants.contestant import Contestant, Lane, Outcome
from osolgil.races.contestants.named import LECTURE, contestant, contestants
from osolgil.races.contestants.ours import Ours

__all__ = ["LECTURE", "Contestant", "Lane", "Ours", "Outcome", "contestant", "contestants"]
