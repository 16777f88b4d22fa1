import numpy as np
import pytest

from osolgil.rows import design


@pytest.mark.parametrize("formula", ["y ~ x", "x ~ y", "y ~ log(x)", "y ~ ."])
@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (["1", "2", "foo", "-3e2"], "'foo' in row 2 (the first row is row 0);"),
        (["1,5", "2", "x", None, "3,5"], "'x' in row 2 (the first row is row 0);"),
        ([*"abc", *map(str, range(7))], "'a' in row 0 (the first row is row 0) and in 2 more;"),
        (["1"] * 95 + ["?"] * 5, "'?' in row 95 (the first row is row 0) and in 4 more;"),
    ],
)
def test_a_few_cells_that_make_text_of_a_column_of_numbers_are_named(formula, cells, what):
    table = {"y": np.arange(1.0, len(cells) + 1), "x": cells}
    with pytest.raises(ValueError, match="holds numbers, but") as refused:
        design(formula, table)
    assert f"column 'x' holds numbers, but {what} correct or empty what is no number" in str(refused.value)


@pytest.mark.parametrize("cells", [["a", "b", "1"], ["1", "2", "2"], ["1"] * 94 + ["?"] * 6, ["1", "a"] * 4])
def test_labels_of_which_many_or_none_are_no_numbers_stay_labels(cells):
    table = {"y": np.arange(float(len(cells))), "x": cells}
    assert list(design("y ~ x", table).levels) == ["x"]


def test_the_same_column_may_be_declared_categories_and_then_is():
    table = {"y": [1.0, 2.0, 3.0, 4.0], "x": ["1", "2", "foo", "2"]}
    made = design("y ~ C(x)", table)
    assert made.levels == {"C(x)": ("1", "2", "foo")}
    assert made.apply(table).tolist() == made.X.tolist()
