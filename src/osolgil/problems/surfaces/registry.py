"""Surfaces by name."""

import numbers
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from osolgil.problems.naming import chosen
from osolgil.problems.surfaces import basins, bowls, multimodal, saddles, valleys
from osolgil.problems.surfaces.surface import Surface

BUILDERS: dict[str, Callable[..., Surface]] = {
    builder.__name__.removesuffix("_surface"): builder
    for builder in (
        bowls.square_surface,
        bowls.bowl_surface,
        bowls.noisy_bowl_surface,
        bowls.booth_surface,
        bowls.matyas_surface,
        valleys.beale_surface,
        valleys.rosenbrock_surface,
        valleys.long_valley_surface,
        saddles.x2y_surface,
        saddles.race_saddle_surface,
        saddles.saddle_surface,
        saddles.monkey_saddle_surface,
        basins.double_well_surface,
        basins.himmelblau_surface,
        basins.three_hump_camel_surface,
        basins.goldstein_price_surface,
        basins.mccormick_surface,
        basins.styblinski_tang_surface,
        multimodal.rastrigin_surface,
        multimodal.ackley_surface,
    )
}


def names() -> tuple[str, ...]:
    """The names of all surfaces, grouped by what they teach: bowls, valleys, saddle points, basins, many dips."""
    return tuple(BUILDERS)


def named(name: str, **options: Any) -> Surface:
    """The surface with this name. The same call returns the same object, so that it is compiled once.

    Args:
        name: one of `names()`; hyphens and blanks stand for underscores.
        **options: `n` for rosenbrock, styblinski_tang, rastrigin and ackley; `condition` and `n` for bowl;
            `condition`, `n`, `rows`, `deviation` and `seed` for noisy_bowl.

    Raises:
        ValueError: if there is no such surface, or an option is out of range.
        TypeError: if the surface has no such option, or it is not a number.

    >>> named("beale").minima
    (array([3. , 0.5]),)
    >>> named("rosenbrock", n=3).start
    array([-1.2,  1. , -1.2])
    >>> named("bowl", condition=10) is named("bowl")
    True
    """
    builder, arguments = chosen("surface", BUILDERS, name, options)
    for option, value in options.items():
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise TypeError(f"{option} must be a number, but it is {value!r}.")
    return _built(builder, arguments)


# Bounded, since a sweep over seeds of the noisy bowl would otherwise keep the rows of all of them.
@lru_cache(maxsize=256)
def _built(builder: Callable[..., Surface], options: tuple[tuple[str, Any], ...]) -> Surface:
    return builder(**dict(options))
