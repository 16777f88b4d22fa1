"""The report of a race: `page` writes it as one self-contained HTML file, `charts` gives its figures as data."""

from osolgil.races.evidence import Evidence, gathered
from osolgil.races.report.chart import Axis, Chart, Level, Line, Spot
from osolgil.races.report.landscapes import Landscape
from osolgil.races.report.page import charts, page
from osolgil.races.report.words import Words

__all__ = [
    "Axis",
    "Chart",
    "Evidence",
    "Landscape",
    "Level",
    "Line",
    "Spot",
    "Words",
    "charts",
    "gathered",
    "page",
]
