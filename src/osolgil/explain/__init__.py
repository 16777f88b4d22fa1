"""Explaining methods: what they compute, where they come from, and what one real step of them did.

`explain` gathers equations, symbols, family and source of a method, `step_of` puts the numbers of a real step into the
equations, and `plain` writes a surface's LaTeX formula for a terminal.
"""

from osolgil.explain.formulas import plain
from osolgil.explain.method import Explanation, Symbol, explain
from osolgil.explain.step import Step, step_of

__all__ = ["Explanation", "Step", "Symbol", "explain", "plain", "step_of"]
