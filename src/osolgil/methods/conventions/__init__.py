"""Each library's exact choices: the same name, different updates.

One module for each library or text, one function for each rule that it has. The functions return our rules, with that
library's conventions and defaults; their keyword arguments are called like our fields.

>>> from osolgil.methods import conventions
>>> conventions.keras.adam()
Adam(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-07, epsilon_root=0.0, bias_correction=True, \
epsilon_before_correction=True)
"""

from osolgil.methods.conventions import keras, lecture_part_one, lecture_part_two, optax, paper, torch

__all__ = ["keras", "lecture_part_one", "lecture_part_two", "optax", "paper", "torch"]
