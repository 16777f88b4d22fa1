"""Sparse rows: for each row its entries and their columns, so that rows can be cut, gathered and repeated."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.protocol import data_pytree, static

ROOM = 2**30
"""Bytes that filling rows up to the longest may take without more ado; beyond, `MOST` counts."""

MOST = 8
"""How many times the room of the entries themselves the filled rows may take."""


@data_pytree
class SparseRows:
    r"""A matrix of which most entries are zero, as rows of equally many (value, column): what a loss multiplies.

    .. math:: (X x)_i = \sum_k values_{ik} \, x_{columns_{ik}}

    ``X @ x`` and ``X - shift`` in a loss mean what they do for an array, so that one loss serves dense and sparse rows.
    Rows with fewer entries than the longest are filled up with zeros in a column that they have already.

    Attributes:
        values: shape (rows, width).
        columns: of each value, shape (rows, width); integers from 0.
        n: the number of columns.

    >>> import numpy as np
    >>> X = SparseRows.of(np.array([[0.0, 2.0, 0.0], [1.0, 0.0, 3.0]]))
    >>> (X @ np.array([1.0, 10.0, 100.0])).tolist()
    [20.0, 301.0]
    """

    values: Any
    columns: Any
    n: int = static()

    @classmethod
    def of(cls, X: Any) -> "SparseRows":
        """The rows of a SciPy sparse matrix or array of any format, or of a dense array, shape (rows, n).

        Raises:
            ValueError: X is not two-dimensional, or one row has so many more entries than the others that filling
                them up would take too much memory.
        """
        from scipy import sparse

        if np.ndim(X) != 2:
            raise ValueError(f"Sparse rows have shape (rows, columns); these have {np.shape(X)}.")
        X = sparse.csr_array(X, copy=sparse.issparse(X))
        X.sum_duplicates()
        entries = np.diff(X.indptr)
        count, n = X.shape
        width = int(max(entries.max(initial=0), 1))
        filled, own = (size * (X.dtype.itemsize + 4) for size in (count * width, X.nnz))
        if filled > max(ROOM, MOST * own):
            raise ValueError(
                f"Row {int(np.argmax(entries))} has {width:,} entries, {X.nnz / count:.3g} are usual: rows filled up "
                f"to the longest take {filled / 2**30:.3g} GiB in place of {own / 2**30:.3g}. Scale such rows down to "
                "fewer columns, or give a dense array."
            )
        place = np.arange(width) < entries[:, None]
        values = np.zeros((count, width), X.dtype)
        values[place] = X.data
        # A zero in a column of the row's own touches no memory that the row does not touch anyway.
        first = np.zeros(count, np.int32)
        first[entries > 0] = X.indices[X.indptr[:-1][entries > 0]]
        columns = np.broadcast_to(first[:, None], (count, width)).copy()
        columns[place] = X.indices
        return cls(values, columns, n)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(np.shape(self.values)[0]), self.n

    @property
    def dtype(self) -> Any:
        """Of the values."""
        return self.values.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __matmul__(self, x: Any) -> Array:
        """X x, shape (rows,) for x of shape (n,), (rows, k) for (n, k).

        Its gradient adds into the columns of each entry: a scatter, which automatic differentiation makes of the
        gather. The sum over a row's entries is a product with ones, a third faster than a sum on a CPU.
        """
        if jnp.shape(x)[0] != self.n:
            raise TypeError(f"Sparse rows of {self.n} columns cannot be multiplied by an array of {jnp.shape(x)}.")
        values = jnp.asarray(self.values)
        gathered = jnp.asarray(x).at[jnp.asarray(self.columns)].get(mode="promise_in_bounds")
        if gathered.ndim == 2:
            return (values * gathered) @ jnp.ones(values.shape[1], values.dtype)
        return jnp.einsum("re,rek->rk", values, gathered)

    def __sub__(self, shift: Any) -> "Shifted":
        return Shifted(self, shift)


@data_pytree
class Shifted:
    """Sparse rows less one number a column, which is never carried out: (X − shift) x = X x − shift·x.

    Attributes:
        rows: X.
        shift: shape (n,).
    """

    rows: SparseRows
    shift: Any

    def __matmul__(self, x: Any) -> Array:
        product: Array = self.rows @ x - self.shift @ x
        return product


def means_and_spreads(X: Any, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Mean and root mean square deviation of the columns of a SciPy sparse matrix, shape (n,) each, in float64.

    The deviations of entries and of zeros are squared apart, Σw(x − m)² + (W − Σw)m²: nothing is subtracted from
    what it nearly equals.

    Args:
        X: shape (rows, n).
        weights: of the rows, shape (rows,); one each by default.
    """
    from scipy import sparse

    X = sparse.csc_array(X, dtype=np.float64, copy=True)
    X.sum_duplicates()
    weights = np.ones(X.shape[0]) if weights is None else np.asarray(weights, dtype=np.float64)
    whole = weights.sum()
    column = np.repeat(np.arange(X.shape[1]), np.diff(X.indptr))
    of_entry = weights[X.indices]

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(column, values, X.shape[1])

    mean = summed(of_entry * X.data) / whole
    # Of a column without zeros the rounding of the weights' sum would be left, times m².
    of_zeros = np.where(np.diff(X.indptr) < X.shape[0], whole - summed(of_entry), 0.0)
    squares = summed(of_entry * (X.data - mean[column]) ** 2) + of_zeros * mean**2
    return mean, np.sqrt(squares / whole)
