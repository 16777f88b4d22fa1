"""Surfaces: problems that are small enough to look at, each with what is known about it and what it teaches.

`named("beale")` gives a `Surface`: the problem, its standard start and the distribution of others, its minima and
saddle points to the last digit, a window for its picture, and what it shows, in English and Korean. One file for each
lesson: bowls, valleys, saddles, basins (minima that can be counted), multimodal (minima without number).
"""

from osolgil.problems.surfaces.registry import named, names
from osolgil.problems.surfaces.surface import Box, Gaussian, Surface

__all__ = ["Box", "Gaussian", "Surface", "named", "names"]
