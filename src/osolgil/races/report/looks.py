"""How a contestant is drawn: the same all over the page, and as in other pictures where it has a place there."""

from typing import NamedTuple

from osolgil.races.manifest import Manifest

COLOURS_LIGHT = ("#000000", "#C75400", "#0072B2", "#00835F", "#B85C92", "#B07A00", "#2B8CC4")
"""On white, after Okabe and Ito (2008); the pale ones darker, so that all stand out at 3 : 1 at least."""

COLOURS_DARK = ("#FFFFFF", "#FF8A45", "#4DA3E8", "#2FCB9B", "#F09CCB", "#FFC44D", "#A5DCFF")
"""The same hues on a dark ground."""

DASHES = ("", "13 5", "11 4 3 4", "6 4", "18 3 3 3 3 3", "3 4", "20 6")
"""A second sign: seven patterns, in user units of the picture."""

PLACES = {
    "gradient_descent": 0,
    "nesterov": 1,
    "rmsprop": 2,
    "adagrad": 3,
    "adam": 4,
    "momentum": 5,
    "adadelta": 6,
}
"""The lecture's optimizers have the colours that they have in every picture."""


class Look(NamedTuple):
    """How a contestant is drawn.

    Attributes:
        number: of the contestant.
        place: among all looks.
    """

    number: int
    place: int

    @property
    def colour(self) -> int:
        """Which of the colours."""
        return self.place % len(COLOURS_LIGHT)

    @property
    def dash(self) -> int:
        """Which of the patterns: another one each time that the colours are used up."""
        return (self.place + self.place // len(COLOURS_LIGHT)) % len(DASHES)


def looks(manifest: Manifest) -> dict[str, Look]:
    """A look for every contestant; no two of the first 49 share colour and dashes."""
    names = list(manifest["contestants"])
    places: dict[str, int] = {}
    for name in names:
        place = PLACES.get(manifest["contestants"][name]["method"])
        if place is not None and place not in places.values():
            places[name] = place
    free = (place for place in range(2 * len(COLOURS_LIGHT) + len(names)) if place not in places.values())
    for name in names:
        if name not in places:
            places[name] = next(free)
    return {name: Look(number, places[name]) for number, name in enumerate(names)}
