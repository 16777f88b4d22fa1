"""Handwritten digits, split into rows to train on, to validate by and to test with."""

from functools import lru_cache

import numpy as np

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}
"""Of the 1,797 rows, rounded so that every row is in one split."""

PIXELS, DIGITS = 64, 10

Rows = dict[str, np.ndarray]


@lru_cache(maxsize=1)
def splits() -> dict[str, Rows]:
    """The rows of each split: `pixels` in [0, 1], float32, shape (rows, 64), and `digit`, int32, shape (rows,).

    Every digit has the same share in each split. The split is one and the same for all networks and seeds, so that
    their accuracies can be compared. The arrays are shared, and read-only.

    Source: Alpaydin & Kaynak 1998, *Optical recognition of handwritten digits*, the test part, as in scikit-learn.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    pixels, digit = load_digits(return_X_y=True)
    rows = np.arange(len(digit))
    held_out = SHARES["validation"] + SHARES["test"]
    train, rest = train_test_split(rows, test_size=held_out, stratify=digit, random_state=0)
    share = SHARES["test"] / held_out
    validation, test = train_test_split(rest, test_size=share, stratify=digit[rest], random_state=0)

    def chosen(which: np.ndarray) -> Rows:
        found = {"pixels": np.float32(pixels[which] / 16), "digit": digit[which].astype(np.int32)}
        for array in found.values():
            array.setflags(write=False)
        return found

    return {"train": chosen(train), "validation": chosen(validation), "test": chosen(test)}
