"""The demonstration: `python -m osolgil.demo` runs the main jobs on real data and makes one page of pictures.

Three parts: a line through women's average heights and weights, a class of irises, and the lecture's optimizers
on three surfaces. Every number on the page was measured in the run that made it.
"""
