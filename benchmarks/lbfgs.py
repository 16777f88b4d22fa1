"""L-BFGS on Rosenbrock's valley to an equal gradient, beside SciPy's, optax's and PyTorch's; and 64 lanes of it."""

import importlib.util
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import scipy.optimize

from benchmarks import ours
from benchmarks.timing import Contender, human, interleaved, ratio, report
from osolgil import Stop, minimize, minimize_lanes
from osolgil.descent.drive import CompiledDrive, start_drive
from osolgil.descent.setup import set_up
from osolgil.methods import LBFGS
from osolgil.problems import Function

TOLERANCE = 1e-6
HISTORY = 10
MOST = 100_000
LANES = 64


def extended(x: Any) -> Any:
    """Moré, Garbow & Hillstrom's problem 21: a valley for every two parameters."""
    return jnp.sum(100 * (x[1::2] - x[::2] ** 2) ** 2 + (1 - x[::2]) ** 2)


def extended_numpy(x: np.ndarray) -> tuple[float, np.ndarray]:
    """Its value and gradient, as a person writes them in NumPy."""
    a, b = x[::2], x[1::2]
    rise, rest = b - a**2, 1 - a
    gradient = np.empty_like(x)
    gradient[::2] = -400 * a * rise - 2 * rest
    gradient[1::2] = 200 * rise
    return float(100 * rise @ rise + rest @ rest), gradient


def chained(x: Any) -> Any:
    """The valley of `scipy.optimize.rosen`, which winds through all parameters."""
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def chained_numpy(x: np.ndarray) -> tuple[float, np.ndarray]:
    """Its value and gradient."""
    return float(scipy.optimize.rosen(x)), scipy.optimize.rosen_der(x)


def main() -> None:
    """Print the tables."""
    with jax.enable_x64(True):
        for n in (2, 100, 10_000):
            race(f"extended, n = {n:,}", extended, extended_numpy, np.tile([-1.2, 1.0], n // 2))
        race("chained, n = 100", chained, chained_numpy, np.tile([-1.2, 1.0], 50))
        floor(10_000)
        lanes()


def race(title: str, f: Any, by_hand: Any, start: np.ndarray) -> None:
    """All contenders on one valley: what they reach, and how long they take."""
    problem, method, stop = Function(f), LBFGS(history=HISTORY), Stop(optimality=TOLERANCE)
    first = minimize(problem, start, method, stop=stop)
    traced = jax.jit(jax.value_and_grad(f))
    contenders = [
        Contender("osolgil, minimize() warm", lambda: minimize(problem, start, method, stop=stop).x),
        Contender("osolgil, the compiled loop", compiled(problem, start, method, stop)),
        Contender("SciPy, gradient in NumPy", by_scipy(by_hand, start)),
        Contender("SciPy, gradient by JAX", by_scipy(lambda x: tuple(map(np.asarray, traced(x))), start)),
        Contender("optax in a compiled loop, nothing recorded", by_optax(f, start)),
    ]
    if importlib.util.find_spec("torch") is None:
        print("\nPyTorch is not installed: `pip install torch` to see its L-BFGS beside ours.")
    else:
        contenders.append(Contender("PyTorch, strong_wolfe", by_torch(f, start)))
    print(f"\n{title}: compiled in {first.compile_seconds:.2g} s; {first.nfev} evaluations in {first.nit} steps")
    for contender in contenders:
        end = contender.run()
        if isinstance(end, np.ndarray):
            print(f"- {contender.name}: gradient {np.abs(by_hand(end)[1]).max():.2g}")
    seconds = interleaved(contenders, 60, 8)
    report(f"L-BFGS, Rosenbrock {title}, to a gradient of {TOLERANCE:g}", seconds, contenders[0].name, 1, "run")


def compiled(problem: Any, start: np.ndarray, method: Any, stop: Stop) -> Callable[[], Any]:
    """The program that `minimize` calls, to the end of the run, as a function of nothing."""
    drive = start_drive(set_up(problem, start, method), stop, "values", None, 0)
    assert isinstance(drive, CompiledDrive), "what is timed is the compiled loop"
    return ours.packed(drive, drive.setting.capacity)


def by_scipy(value_and_gradient: Any, start: np.ndarray) -> Callable[[], np.ndarray]:
    """SciPy's L-BFGS-B with as much memory; it ends by the largest component of the gradient, as ours does."""
    options = {"gtol": TOLERANCE, "ftol": 0, "maxcor": HISTORY, "maxiter": MOST, "maxfun": MOST}

    def run() -> np.ndarray:
        found = scipy.optimize.minimize(value_and_gradient, start, method="L-BFGS-B", jac=True, options=options)
        return np.asarray(found.x)

    return run


def by_optax(f: Any, start: np.ndarray) -> Callable[[], np.ndarray]:
    """optax's L-BFGS with its own line search, in the loop of its manual."""
    optimizer = optax.lbfgs(memory_size=HISTORY)
    value_and_gradient = optax.value_and_grad_from_state(f)

    def run(x: Any) -> Any:
        def body(carry: Any) -> Any:
            x, state, _, t = carry
            value, gradient = value_and_gradient(x, state=state)
            move, state = optimizer.update(gradient, state, x, value=value, grad=gradient, value_fn=f)
            after = optax.apply_updates(x, move)
            return after, state, jnp.max(jnp.abs(optax.tree.get(state, "grad"))), t + 1

        def goes_on(carry: Any) -> Any:
            return (carry[2] > TOLERANCE) & (carry[3] < MOST)

        begun = (x, optimizer.init(x), jnp.asarray(jnp.inf), 0)
        return jax.lax.while_loop(goes_on, body, begun)[0]

    placed = jnp.asarray(start)
    program = jax.jit(run).lower(placed).compile()
    return lambda: np.asarray(program(placed))


def by_torch(f: Any, start: np.ndarray) -> Callable[[], np.ndarray]:
    """PyTorch's L-BFGS with its strong Wolfe search."""
    import torch

    written = {
        extended: lambda x: (100 * (x[1::2] - x[::2] ** 2) ** 2 + (1 - x[::2]) ** 2).sum(),
        chained: lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(),
    }[f]

    def run() -> np.ndarray:
        x = torch.tensor(start, requires_grad=True)
        optimizer = torch.optim.LBFGS(
            [x],
            max_iter=MOST,
            max_eval=MOST,
            tolerance_grad=TOLERANCE,
            tolerance_change=0,
            history_size=HISTORY,
            line_search_fn="strong_wolfe",
        )

        def closure() -> Any:
            optimizer.zero_grad()
            value = written(x)
            value.backward()
            return value

        optimizer.step(closure)
        return x.detach().numpy()

    return run


def floor(n: int, evaluations: int = 200) -> None:
    """What an evaluation with its step costs in the winding valley, beside what its memory traffic must cost.

    A step reads every remembered vector twice: once to multiply it with the gradient, once to add it to the direction.
    """
    start = np.tile([-1.2, 1.0], n // 2)
    memory = jnp.asarray(np.random.default_rng(0).normal(size=(2 * HISTORY, n)))

    def read_twice(memory: Any, x: Any) -> Any:
        return jax.lax.fori_loop(0, evaluations, lambda _, x: 1e-6 * ((memory @ x) @ memory), x)

    placed = (memory, jnp.asarray(start))
    reading = jax.jit(read_twice).lower(*placed).compile()
    options = {"gtol": 0, "ftol": 0, "maxcor": HISTORY, "maxfun": evaluations}
    contenders = [
        Contender("osolgil, the compiled loop", ours.compiled_loop(chained, start, LBFGS(), evaluations)),
        Contender("the limit: all that is remembered read twice", lambda: jax.block_until_ready(reading(*placed))),
        Contender(
            "SciPy, gradient in NumPy",
            lambda: scipy.optimize.minimize(chained_numpy, start, method="L-BFGS-B", jac=True, options=options),
        ),
    ]
    seconds = interleaved(contenders, 40, 8)
    title = f"L-BFGS, Rosenbrock chained, n = {n:,}: {evaluations} evaluations"
    report(title, seconds, contenders[0].name, evaluations, "evaluation")
    read = 2 * memory.nbytes * evaluations
    print(f"\nThe limit reads {read / seconds[contenders[1].name].min() / 1e9:.3g} GB/s.")


def lanes() -> None:
    """64 starts in one program beside one run of the median start."""
    problem, method, stop = Function(extended), LBFGS(history=HISTORY), Stop(optimality=TOLERANCE)
    for n in (2, 100):
        starts = list(np.random.default_rng(0).normal(size=(LANES, n)))
        ends = minimize_lanes(problem, starts, method, stop=stop)
        middle = starts[int(np.argsort([end.nfev for end in ends])[LANES // 2])]
        contenders = [
            Contender("64 lanes", lambda starts=starts: minimize_lanes(problem, starts, method, stop=stop)),
            Contender("one run", lambda middle=middle: minimize(problem, middle, method, stop=stop)),
        ]
        seconds = interleaved(contenders, 60, 5)
        best = {name: float(times.min()) for name, times in seconds.items()}
        times, low, high = (LANES / each for each in ratio(seconds, "64 lanes", "one run"))
        print(f"\n## {LANES} lanes of L-BFGS, n = {n}\n")
        print(f"one run {human(best['one run'])}; a run of {LANES} {human(best['64 lanes'] / LANES)}", end="")
        print(f": {times:.3g} times cheaper ({high:.3g}–{low:.3g})")


if __name__ == "__main__":
    main()
