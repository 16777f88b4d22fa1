"""Sparse rows: for each row its entries and their columns, so that rows can be cut, gathered and repeated."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from osolgil.problems.placing import in_rows
from osolgil.protocol import data_pytree, static

ROOM = 2**30
"""Bytes that filling rows up to the longest may take without more ado; beyond, `MOST` counts."""

MOST = 8
"""How many times the room of the entries themselves the filled rows may take."""

FILLED = 1_000_000
"""Entries of a matrix, zeros among them, that are filled in without more ado: 8 MB."""

SCATTERED = 60
"""How many multiplications of a product of arrays take as long as to add one number to a place in a matrix."""

CROWDED = 3
"""A matrix with one entry of so many that is not zero takes hardly more room filled in."""


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
    def of(cls, X: Any, width: Callable[[int], int] | None = None) -> "SparseRows":
        """The rows of a SciPy sparse matrix or array of any format, or of a dense array, shape (rows, n).

        Args:
            X: the matrix.
            width: of the rows, given the longest's; no wider than that by default.

        Raises:
            ValueError: X is not two-dimensional, or one row has so many more entries than the others that filling
                them up would take too much memory.
        """
        from scipy import sparse

        if np.ndim(X) != 2:
            raise ValueError(f"Sparse rows have shape (rows, columns); these have {np.shape(X)}.")
        X = canonical(sparse.csr_array(X))
        entries = np.diff(X.indptr)
        count, n = X.shape
        longest = int(max(entries.max(initial=0), 1))
        across = longest if width is None else width(longest)
        filled, own = (size * (X.dtype.itemsize + 4) for size in (count * across, X.nnz))
        if filled > max(ROOM, MOST * own):
            raise ValueError(
                f"Row {int(np.argmax(entries))} has {longest:,} entries, {X.nnz / count:.3g} are usual: rows filled up "
                f"to the longest take {filled / 2**30:.3g} GiB in place of {own / 2**30:.3g}. Scale such rows down to "
                "fewer columns, or give a dense array."
            )
        place = np.arange(across) < entries[:, None]
        values = np.zeros((count, across), X.dtype)
        values[place] = X.data
        # A zero in a column of the row's own touches no memory that the row does not touch anyway.
        first = np.zeros(count, np.int32)
        first[entries > 0] = X.indices[X.indptr[:-1][entries > 0]]
        columns = np.broadcast_to(first[:, None], (count, across)).copy()
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

    @property
    def width(self) -> int:
        """How many entries each row has."""
        return int(np.shape(self.values)[1])

    def across(self, weights: Any) -> Array:
        """Xᵀw for weights of shape (rows,): shape (n,)."""
        values, columns = jnp.asarray(self.values), jnp.asarray(self.columns)
        return jnp.zeros(self.n, values.dtype).at[columns].add(weights[:, None] * values, mode="promise_in_bounds")

    def products(self, weights: Any) -> Array:
        """XᵀWX for weights of shape (rows,), shape (n, n): of each row, the products of its entries alone."""
        values, columns = jnp.asarray(self.values), jnp.asarray(self.columns)

        def add(k: Any, total: Array) -> Array:
            one = (weights * values[:, k])[:, None] * values
            return total.at[columns[:, k, None], columns].add(one, mode="promise_in_bounds")

        start = jnp.zeros((self.n, self.n), values.dtype)
        found: Array = jax.lax.fori_loop(0, self.width, add, start)
        return found

    def filled(self) -> Array:
        """The rows with their zeros, shape (rows, n)."""
        values, columns = jnp.asarray(self.values), jnp.asarray(self.columns)
        place = jnp.arange(values.shape[0], dtype=columns.dtype)[:, None]
        return jnp.zeros(self.shape, values.dtype).at[place, columns].add(values, mode="promise_in_bounds")


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


def filled(rows: Any, crowded: bool = False) -> Any:
    """Rows, any pytree of them, with the zeros of those that are sparse.

    For a chunk of rows of few columns that are multiplied by many vectors, as a Hessian's are.

    Args:
        rows: any pytree of them.
        crowded: whether only those are meant whose products of columns are taken better from an array.
    """

    def fill(part: Any) -> Any:
        if not isinstance(part, SparseRows) or (crowded and part.width**2 * SCATTERED < part.n**2):
            return part
        return part.filled()

    return jax.tree.map(fill, rows, is_leaf=lambda part: isinstance(part, SparseRows))


def is_sparse(X: Any) -> bool:
    """Whether this is a matrix of SciPy's with nothing but its entries."""
    return hasattr(X, "tocsr")


def entries(X: Any) -> np.ndarray:
    """The entries of an array, or those that a SciPy sparse matrix has."""
    return np.asarray(X.data) if is_sparse(X) else np.asarray(X)


def with_ones(X: Any) -> Any:
    """A column of ones before the others of an array or a CSR array, shape (rows, 1 + n), in row order."""
    count = X.shape[0]
    if not is_sparse(X):
        return in_rows(X, ones=1)
    width = X.nnz // count
    indptr = X.indptr + np.arange(count + 1, dtype=X.indptr.dtype)
    if (np.diff(X.indptr) == width).all():
        data, columns = (
            np.column_stack([np.full(count, first, part.dtype), part.reshape(count, width)]).ravel()
            for first, part in ((1, X.data), (0, X.indices + 1))
        )
        return type(X)((data, columns, indptr), shape=(count, X.shape[1] + 1))
    first = X.indptr[:-1] + np.arange(count)
    others = np.ones(X.nnz + count, bool)
    others[first] = False
    data, columns = np.ones(len(others), X.dtype), np.zeros(len(others), X.indices.dtype)
    data[others], columns[others] = X.data, X.indices + 1
    return type(X)((data, columns, indptr), shape=(count, X.shape[1] + 1))


def canonical(X: Any) -> Any:
    """A CSR matrix as one whose entries are in order and of which no two are of one place; itself, if it is that."""
    if X.has_canonical_format:
        return X
    X = X.copy()
    X.sum_duplicates()
    return X


def settled(X: Any) -> Any:
    """A SciPy sparse matrix or array of any format as a canonical CSR array, or filled in where that takes little room:
    then all is to the bits as it is for a dense array. Anything else is left as it is.
    """
    if not is_sparse(X):
        return X
    from scipy import sparse

    if X.ndim != 2:
        raise ValueError(f"X is sparse and has the shape {X.shape}; it must have rows and columns.")
    found = canonical(sparse.csr_array(X))
    room = found.shape[0] * found.shape[1]
    return found.toarray() if room <= max(FILLED, CROWDED * found.nnz) else found


def means_and_spreads(X: Any, weights: np.ndarray | None = None, centred: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Mean and root mean square deviation of the columns of a SciPy sparse matrix, shape (n,) each, in float64.

    The deviations of entries and of zeros are squared apart, Σw(x − m)² + (W − Σw)m²: nothing is subtracted from
    what it nearly equals.

    Args:
        X: shape (rows, n).
        weights: of the rows, shape (rows,); one each by default.
        centred: whether deviations are from the mean; from 0 if not, which is then called the mean.
    """
    from scipy import sparse

    X = canonical(sparse.csr_array(X))
    n, counts = X.shape[1], np.diff(X.indptr)
    mass = np.ones(X.shape[0]) if weights is None else np.asarray(weights, dtype=np.float64)
    whole = mass.sum()
    of_entry = None if weights is None else np.repeat(mass, counts)
    data = X.data.astype(np.float64, copy=False)

    def summed(values: np.ndarray | None) -> np.ndarray:
        if of_entry is not None:
            values = of_entry if values is None else of_entry * values
        return np.bincount(X.indices, values, n)

    mean = summed(data) / whole if centred else np.zeros(n)
    # Of a column without zeros the rounding of the weights' sum would be left, times m².
    full = np.bincount(X.indices, minlength=n) == X.shape[0]
    of_zeros = np.where(full, 0.0, whole - summed(None))
    squares = summed((data - mean[X.indices]) ** 2) + of_zeros * mean**2
    return mean, np.sqrt(squares / whole)
