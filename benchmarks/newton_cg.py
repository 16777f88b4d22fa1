"""Newton–CG on logistic regression, 20,000 × 50: our compiled run beside the same algebra written by hand."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks import by_hand
from benchmarks.timing import Contender, interleaved, report
from osolgil import FiniteSum, Stop, minimize
from osolgil.methods import NewtonCG

ROWS, N = 20_000, 50
TOLERANCE = 1e-8


def data() -> tuple[np.ndarray, np.ndarray]:
    """A design whose columns differ a hundredfold in size, and labels drawn from a logistic model of it."""
    random = np.random.default_rng(0)
    X = random.normal(size=(ROWS, N)) * np.geomspace(0.1, 10, N)
    p = 1 / (1 + np.exp(-X @ (random.normal(size=N) / np.geomspace(0.1, 10, N) / 4)))
    return X, (random.random(ROWS) < p).astype(np.float64)


def loss(x: Any, rows: Any) -> Any:
    """log(1 + e^η) − yη of each row."""
    X, y = rows
    eta = X @ x
    return jax.nn.softplus(eta) - y * eta


def main() -> None:
    """Print the tables."""
    X, y = data()
    start = np.zeros(N)
    problem = FiniteSum(loss, (X, y))
    stop = Stop(optimality=TOLERANCE)

    def ours(method: NewtonCG) -> Callable[[], Any]:
        return lambda: minimize(problem, start, method, stop=stop)

    with jax.enable_x64(True):
        first = minimize(problem, start, NewtonCG(probes=0), stop=stop)
        passes = first.nfev + first.nhev
        contenders = [
            Contender("osolgil, minimize(), as a convex problem", ours(NewtonCG(probes=0))),
            Contender("osolgil, minimize(), looks for negative curvature", ours(NewtonCG())),
            Contender("the same algebra, nested loops by hand", nested(X, y, start)),
            Contender(f"the limit: {passes} times the rows read once", read_only(X, passes)),
        ]
        for contender in [*contenders, *peers(X, y, start)]:
            reached(contender, X, y)
        seconds = interleaved(contenders, 60, 45)
        beside = interleaved([contenders[0], *peers(X, y, start)], 5, 45)
    print(f"\ncompiling: {first.compile_seconds:.2g} s")
    title = f"Newton–CG, logistic regression {ROWS:,} × {N}, float64, to a slope of {TOLERANCE:g}"
    report(title, seconds, contenders[0].name, 1, "run")
    report("the same beside SciPy", beside, contenders[0].name, 1, "run")


def reached(contender: Contender, X: np.ndarray, y: np.ndarray) -> None:
    """Say where a contender ends: all have to end at the same slope."""
    end = contender.run()
    if isinstance(end, list):
        return
    x, counts = (end[0], end[1:]) if isinstance(end, tuple) else (end.x, (end.nit, end.nhev))
    p = 1 / (1 + np.exp(-X @ np.asarray(x)))
    slope = np.abs((p - y) @ X / len(y)).max()
    steps, products = map(int, counts)
    print(f"{contender.name}: slope {slope:.2g} after {steps} steps, {products} products")


def nested(X: np.ndarray, y: np.ndarray, start: np.ndarray) -> Callable[[], Any]:
    """Steihaug's Newton–CG as a person would write it for this one model.

    A while-loop over trials, within it a while-loop of conjugate gradients, whose weights p(1 − p) are computed once an
    outer step. It stops by the slope, and rejects steps that do not lower the loss; it records and checks nothing.
    """

    def run(X: Any, y: Any, x: Any) -> Any:
        rows = X.shape[0]

        def known(x: Any) -> Any:
            eta = X @ x
            p = jax.nn.sigmoid(eta)
            return jnp.mean(jax.nn.softplus(eta) - y * eta), (p - y) @ X / rows, p * (1 - p) / rows

        def step(g: Any, weights: Any, radius: Any) -> Any:
            size = jnp.sqrt(g @ g)
            enough = (jnp.minimum(0.5, jnp.sqrt(size)) * size) ** 2

            def goes_on(carry: Any) -> Any:
                _, _, _, rr, count, outside = carry
                return ~outside & (rr > enough) & (count < 2 * N + 10)

            def onward(carry: Any) -> Any:
                p, r, d, rr, count, _ = carry
                Hd = (weights * (X @ d)) @ X
                alpha = rr / (d @ Hd)
                ahead = p + alpha * d
                outside = ahead @ ahead >= radius**2
                pd, dd, pp = p @ d, d @ d, p @ p
                tau = (jnp.sqrt(pd**2 + dd * (radius**2 - pp)) - pd) / dd
                move = jnp.where(outside, tau, alpha)
                r = r + move * Hd
                after = r @ r
                return p + move * d, r, -r + after / rr * d, after, count + 1, outside

            begun = (jnp.zeros_like(g), g, -g, g @ g, 0, False)
            p, r, _, _, count, outside = jax.lax.while_loop(goes_on, onward, begun)
            return p, -(g @ p + 0.5 * p @ (r - g)), count, outside

        def goes_on(carry: Any) -> Any:
            _, _, g, *_ = carry
            return jnp.max(jnp.abs(g)) > TOLERANCE

        def onward(carry: Any) -> Any:
            x, value, g, weights, radius, trials, products = carry
            p, fall, count, outside = step(g, weights, radius)
            there, slope, bend = known(x + p)
            ratio = (value - there) / fall
            accepted = (ratio >= 1e-4) | (fall <= 1e-15)
            radius = jnp.where(ratio > 0.25, jnp.where((ratio > 0.75) & outside, 2 * radius, radius), radius / 4)
            kept = jax.tree.map(
                lambda new, old: jnp.where(accepted, new, old), (x + p, there, slope, bend), (x, value, g, weights)
            )
            return *kept, radius, trials + 1, products + count

        x, _, _, _, _, trials, products = jax.lax.while_loop(goes_on, onward, (x, *known(x), 1e3, 0, 0))
        return x, trials, products

    return by_hand.on_device(run, X, y, start)


def read_only(X: np.ndarray, passes: int) -> Callable[[], Any]:
    """The rows read once, by BLAS, as often as there are evaluations and products: fewer bytes there cannot be."""
    flat = X.ravel()
    return lambda: [flat @ flat for _ in range(passes)]


def peers(X: np.ndarray, y: np.ndarray, start: np.ndarray) -> list[Contender]:
    """SciPy's Newton–CG and its trust regions, in NumPy with exact products."""
    from scipy import optimize, special

    def fun(x: Any) -> Any:
        eta = X @ x
        return np.mean(np.logaddexp(0, eta) - y * eta), (special.expit(eta) - y) @ X / ROWS

    def product(x: Any, v: Any) -> Any:
        p = special.expit(X @ x)
        return (p * (1 - p) / ROWS * (X @ v)) @ X

    def by(method: str, **options: Any) -> Contender:
        return Contender(
            f"SciPy, {method}, with products by NumPy",
            lambda: optimize.minimize(fun, start, jac=True, hessp=product, method=method, options=options),
        )

    return [by("trust-ncg", gtol=TOLERANCE), by("Newton-CG", xtol=1e-9)]
