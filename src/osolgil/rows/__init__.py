"""Where data lives: tables from files and frames, formulas that make design matrices of them, and their troubles."""

from osolgil.rows.factors import UnsafeFormula
from osolgil.rows.formulas import Design, design
from osolgil.rows.recipe import Recipe
from osolgil.rows.tables import read_table
from osolgil.rows.wilkinson import Formula, parse_formula

__all__ = ["Design", "Formula", "Recipe", "UnsafeFormula", "design", "parse_formula", "read_table"]
