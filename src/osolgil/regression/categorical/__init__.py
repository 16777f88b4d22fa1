"""Regression of one of several classes on columns: the softmax, or multinomial logit.

`fit(..., family="categorical")` comes here, and gives a `CategoricalModel`. What is assumed, and the loss of a row, is
`Categorical`, beside the other families. `classes` reads the labels, `likelihood` looks at the loss of all rows around
given coefficients, `separation` finds classes that are told apart without error, `fitting` puts it together.
"""

from osolgil.regression.categorical.model import CategoricalModel

__all__ = ["CategoricalModel"]
