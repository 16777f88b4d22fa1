"""Comparing: which method is better here, and how it can be believed.

`spaces` and `declared` say what is searched, the same for everybody; `statistics` compares costs that are paired by
seed, with failures as infinities; `audits` look for what makes a comparison worthless; `verdicts` say what may be
said. `manifest` and `tables` define what a race writes down.
"""

from osolgil.races.audits import AUDITS, audit
from osolgil.races.declared import DIMENSIONS, DIVISIONS, space_of
from osolgil.races.intervals import median_interval, proportion_interval, rejection_bounds
from osolgil.races.manifest import Manifest, sealed
from osolgil.races.objections import Objection
from osolgil.races.pairings import Pairing, across, pairings
from osolgil.races.profiles import Profile, data_profile, performance_profile
from osolgil.races.spaces import Dimension, Edge, Space, edge_rule
from osolgil.races.statistics import MIN_PAIRS, AcrossProblems, Comparison, compare, compare_across, holm
from osolgil.races.tables import CURVES, RUNS, TARGETS, Runs, reached_column
from osolgil.races.tuning import Sensitivity, TuningCurve, hit_probability, sensitivity, tuning_curve
from osolgil.races.verdicts import Verdict, across_sentence, judge
from osolgil.races.wilcoxon import SignedRank, attained_level, signed_rank

__all__ = [
    "AUDITS",
    "CURVES",
    "DIMENSIONS",
    "DIVISIONS",
    "MIN_PAIRS",
    "RUNS",
    "TARGETS",
    "AcrossProblems",
    "Comparison",
    "Dimension",
    "Edge",
    "Manifest",
    "Objection",
    "Pairing",
    "Profile",
    "Runs",
    "Sensitivity",
    "SignedRank",
    "Space",
    "TuningCurve",
    "Verdict",
    "across",
    "across_sentence",
    "attained_level",
    "audit",
    "compare",
    "compare_across",
    "data_profile",
    "edge_rule",
    "hit_probability",
    "holm",
    "judge",
    "median_interval",
    "pairings",
    "performance_profile",
    "proportion_interval",
    "reached_column",
    "rejection_bounds",
    "sealed",
    "sensitivity",
    "signed_rank",
    "space_of",
    "tuning_curve",
]
