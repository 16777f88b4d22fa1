"""Data of the lessons, drawn from laws that are written down, so that what is estimated can be held against them."""

import numpy as np

SALARIES_TRUTH = {"Intercept": 4.0, "experience": 1.0, "salary": -0.18}
"""The log-odds of a promotion, named as `fit("promoted ~ experience + salary", ...)` names its coefficients."""

LINE_TRUTH = {"Intercept": 0.5, "x": 2.7}
"""The line, named as `fit("y ~ x", ...)` names its coefficients."""

LINE_NOISE = 1.0
"""The standard deviation of the noise around the line."""


def salaries(seed: int = 1, rows: int = 200) -> dict[str, np.ndarray]:
    """People who were promoted this year or were not: the longer here and the lower paid, the likelier.

    experience ~ U(0, 10) years, salary ~ N(30 + 4·experience, 8²) thousands, both rounded to one decimal, and promoted
    is 1 with probability 1/(1 + e^−(4 + experience − 0.18·salary)). The scales differ on purpose.

    Args:
        seed: same seed, same people.
        rows: how many people.

    Returns:
        the columns "experience", "salary" and "promoted" (0 or 1), float64 arrays of shape (rows,).

    Raises:
        ValueError: rows is not a positive whole number.

    >>> people = salaries()
    >>> {name: column.shape for name, column in people.items()}
    {'experience': (200,), 'salary': (200,), 'promoted': (200,)}
    """
    rng = np.random.default_rng(seed)
    rows = counted_rows(rows)
    experience = np.round(rng.uniform(0, 10, rows), 1)
    salary = np.round(30 + 4 * experience + rng.normal(0, 8, rows), 1)
    b = SALARIES_TRUTH
    log_odds = b["Intercept"] + b["experience"] * experience + b["salary"] * salary
    promoted = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(np.float64)
    return {"experience": experience, "salary": salary, "promoted": promoted}


def line(seed: int = 1, rows: int = 100) -> dict[str, np.ndarray]:
    """A line with noise: y = 0.5 + 2.7x + N(0, 1), x ~ U(−2, 2).

    Args:
        seed: same seed, same points.
        rows: how many points.

    Returns:
        the columns "x" and "y", float64 arrays of shape (rows,).

    Raises:
        ValueError: rows is not a positive whole number.

    >>> sorted(line(rows=3))
    ['x', 'y']
    """
    rng = np.random.default_rng(seed)
    rows = counted_rows(rows)
    x = rng.uniform(-2, 2, rows)
    return {"x": x, "y": LINE_TRUTH["Intercept"] + LINE_TRUTH["x"] * x + rng.normal(0, LINE_NOISE, rows)}


def counted_rows(rows: int) -> int:
    """The number of rows, or a ValueError."""
    if isinstance(rows, bool) or not isinstance(rows, int | np.integer) or rows < 1:
        raise ValueError(f"rows={rows!r} is not a positive whole number; give one, such as rows=200.")
    return int(rows)
