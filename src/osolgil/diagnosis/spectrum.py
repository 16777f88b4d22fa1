"""The eigenvalues of a Hessian: all of them for few parameters, both ends for many."""

from dataclasses import dataclass, replace

import numpy as np

from osolgil.diagnosis.subject import Product, Subject

EXACT = 256
"""Up to so many parameters the whole Hessian is decomposed."""

STEPS = 120
"""Lanczos steps at most."""

TOLERANCE = 1e-3
"""Relative residual at which the largest eigenvalue counts as settled."""

SETTLED = 1e-2
"""Relative residual up to which an end of the spectrum counts as known."""

OWN = 1950
"""Makes the start of Lanczos' method another vector than the data that people draw from the same seed."""


class NotFiniteError(ValueError):
    """There are second derivatives that are not finite."""

    def __init__(self) -> None:
        super().__init__("The Hessian is not finite at this point; look at another one.")


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues of a symmetric matrix H, shape (n, n), in ascending order.

    Attributes:
        values: all n eigenvalues, or the Ritz values of Lanczos' method, shape (k,).
        lowest, highest: the unit vectors of the first and the last, shape (n,).
        errors: there is an eigenvalue of H within errors[i] of values[i], shape (k,): ‖Hv − θv‖.
        exact: whether these are all eigenvalues. If not, the true ends lie at or outside of values[0] and values[-1].
        epsilon: the relative error of H itself.
    """

    values: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    errors: np.ndarray
    exact: bool
    epsilon: float = float(np.finfo(np.float64).eps)

    @property
    def smallest(self) -> float:
        """The smallest eigenvalue, or what is known of it: it is at most this."""
        return float(self.values[0])

    @property
    def largest(self) -> float:
        """The largest eigenvalue, or what is known of it: it is at least this."""
        return float(self.values[-1])

    @property
    def size(self) -> float:
        """The largest absolute eigenvalue, ‖H‖₂."""
        return float(np.max(np.abs(self.values)))

    @property
    def rounding(self) -> float:
        """Eigenvalues of at most this size may be zero."""
        return min(len(self.lowest), EXACT) * self.epsilon * self.size

    @property
    def smallest_known(self) -> bool:
        """Whether the smallest eigenvalue is known to one per cent."""
        return self.exact or bool(self.errors[0] <= SETTLED * abs(self.values[0]))

    @property
    def condition(self) -> float:
        """κ = max|λ| / min|λ|, the ratio of the singular values; infinite for a singular matrix.

        Where not all eigenvalues are known, the true number is at least this.
        """
        least = float(np.min(np.abs(self.values)))
        return float("inf") if least <= self.rounding else self.size / least


def spectrum_of(subject: Subject, seed: int = 0) -> Spectrum:
    """The spectrum of ∇²f(x): exact for up to 256 parameters, by Lanczos' method beyond."""
    if subject.n <= EXACT:
        return exact(subject.hessian, subject.epsilon)
    return replace(lanczos(subject.product(), subject.n, seed=seed), epsilon=subject.epsilon)


def sharpness(subject: Subject, seed: int = 0) -> float:
    """λmax of ∇²f(x), to a thousandth."""
    if subject.n <= EXACT:
        return exact(subject.hessian).largest
    return lanczos(subject.product(), subject.n, seed=seed, tolerance=1e-3, both=False).largest


def exact(H: np.ndarray, epsilon: float = float(np.finfo(np.float64).eps)) -> Spectrum:
    """All eigenvalues of a symmetric matrix whose entries have this relative error.

    Raises:
        NotFiniteError: an entry is not finite.

    >>> exact(np.diag([1.0, 10.0])).condition
    10.0
    """
    if not np.isfinite(H).all():
        raise NotFiniteError
    values, vectors = np.linalg.eigh(H)
    rounding = len(H) * epsilon * np.max(np.abs(values), initial=0.0)
    return Spectrum(values, vectors[:, 0], vectors[:, -1], np.full(len(values), rounding), True, epsilon)


def lanczos(
    product: Product, n: int, seed: int = 0, steps: int = STEPS, tolerance: float = TOLERANCE, both: bool = True
) -> Spectrum:
    """Both ends of the spectrum from products Hv alone, by Lanczos' method with full reorthogonalization.

    H restricted to the span of v, Hv, H²v, ... is the tridiagonal matrix T of

        β_{k+1} q_{k+1} = H q_k − α_k q_k − β_k q_{k−1},   α_k = q_kᵀ H q_k,

    whose eigenpairs (θ, s) give Ritz pairs (θ, Qs) of H with ‖HQs − θQs‖ = β_{m+1}|s_m|. It stops when the largest
    one, and the smallest if `both`, have residuals of `tolerance` of their own size, or after `steps` products.

    Source: Golub & Van Loan 2013, *Matrix Computations*, algorithm 10.1.1 and theorem 10.1.2.

    Raises:
        NotFiniteError: a product is not finite.
    """
    from scipy.linalg import eigh_tridiagonal

    steps = min(steps, n)
    Q = np.empty((steps, n))
    alpha, beta = np.empty(steps), np.empty(steps)
    q = np.random.default_rng([OWN, seed]).normal(size=n)
    Q[0] = q / np.linalg.norm(q)
    for k in range(steps):
        w = product(Q[k])
        if not np.isfinite(w).all():
            raise NotFiniteError
        alpha[k] = Q[k] @ w
        w = w - alpha[k] * Q[k] - (beta[k - 1] * Q[k - 1] if k else 0.0)
        length = np.linalg.norm(w)
        w = w - (Q[: k + 1] @ w) @ Q[: k + 1]
        beta[k] = np.linalg.norm(w)
        if beta[k] < 0.7 * length:  # much was cancelled, and rounding with it; twice is enough
            w = w - (Q[: k + 1] @ w) @ Q[: k + 1]
            beta[k] = np.linalg.norm(w)
        closed = beta[k] <= n * np.finfo(np.float64).eps * np.max(np.abs(alpha[: k + 1]), initial=1e-300)
        last = closed or k + 1 == steps
        if last or k % 10 == 9:
            values, S = eigh_tridiagonal(alpha[: k + 1], beta[:k])
            errors = beta[k] * np.abs(S[-1])
            ends = [0, -1] if both else [-1]
            if last or all(errors[end] <= tolerance * abs(values[end]) for end in ends):
                lowest, highest = S[:, [0, -1]].T @ Q[: k + 1]
                return Spectrum(values, lowest, highest, errors, exact=k + 1 == n)
        if k + 1 < steps:
            Q[k + 1] = w / beta[k]
    raise AssertionError("the last step returns")
