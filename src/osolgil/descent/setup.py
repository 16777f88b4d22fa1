"""Setting up: the border where people's objects become arrays. What makes no sense is refused here, before any work."""

import inspect
import weakref
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.descent.observe import COLUMNS, Progress
from osolgil.methods import Method, check, named
from osolgil.methods.groups import per_coordinate
from osolgil.methods.proximal import METRICS
from osolgil.problems.as_problem import as_problem, as_start
from osolgil.problems.constrained import Constrained
from osolgil.problems.finite_sum import FiniteSum
from osolgil.problems.freezing import Freeze, reduced
from osolgil.problems.penalized import penalized, walked
from osolgil.problems.placing import as_arrays
from osolgil.problems.problem import Problem
from osolgil.protocol import Bounds, Geometry, Layout, Needs, Penalty, Shrinkage, computing_dtype, precision

RECORDS = ("values", "path", "all")


@dataclass(frozen=True, eq=False)
class Setup:
    """What a run is made of, checked and converted before any work starts.

    Where parameters are frozen, everything here is about the free ones alone.

    Attributes:
        problem: with its data as JAX arrays.
        method: with its hyperparameters as arrays of the computing dtype.
        posed: the problem as it was given, of all parameters.
        shown: the method as it was given.
        layout: of the parameters.
        dtype: to compute in.
        x0: the start in the method's coordinates, shape (n,).
        validation: what judges the run in place of the problem's own rows, with its data as JAX arrays.
        freeze: what is frozen, and where.
        penalty: what the method keeps by itself, in its coordinates.
    """

    problem: Problem
    method: Method[Any]
    posed: Problem
    shown: Method[Any]
    layout: Layout
    dtype: np.dtype[Any]
    x0: np.ndarray
    validation: FiniteSum | None = None
    freeze: Freeze | None = None
    penalty: Shrinkage | None = None

    @property
    def geometry(self) -> Geometry:
        return Geometry(self.layout, self.bounds, self.penalty)

    @property
    def bounds(self) -> Bounds | None:
        """Where the parameters and the rows of constraints may be; None where nothing limits them."""
        return self.problem.bounds if isinstance(self.problem, Constrained) else None

    def elsewhere(self, x0: Any) -> "Setup":
        """The same from another start, of the same shape and to the same precision; nothing is frozen."""
        start = as_start(x0)
        check_start(start)
        with precision(self.dtype):
            return replace(self, x0=self.posed.inward(self.layout.flat(start)).astype(self.dtype))

    def outside(self, x: Any) -> Any:
        """A point in the shape that people see, with what is frozen in its place."""
        point = self.layout.unravel(self.problem.outward(np.array(x)))
        return point if self.freeze is None else self.freeze.whole(point, tuple(map(np.array, self.freeze.held)))

    def outside_gradient(self, gradient: Any) -> Any:
        """A gradient in the shape of x: zero where x is frozen, as that of a constant is."""
        slope = self.layout.unravel(self.problem.outward_gradient(np.array(gradient)))
        return slope if self.freeze is None else self.freeze.whole(slope, tuple(map(np.zeros_like, self.freeze.held)))


def set_up(
    problem: Any,
    x0: Any,
    method: Any,
    validation: Any = None,
    frozen: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    penalty: Penalty | None = None,
) -> Setup:
    """Check and convert what a run is made of.

    Args:
        problem, x0, method, validation, frozen, bounds, constraints, penalty: as in `minimize`.

    Raises:
        ValueError, TypeError: with a sentence that names the offending value and the remedy.
    """
    if x0 is None:
        x0 = getattr(problem, "start", None)
        if x0 is None:
            raise ValueError("x0 is missing: this problem declares no start, so say where to begin.")
    plain, x0 = x0, as_start(x0)
    check_start(x0)
    found = as_problem(problem, x0)
    if isinstance(found, Constrained) and (bounds is not None or stated(constraints)):
        raise ValueError(
            f"{found.name} has bounds and constraints of its own; state all of them there, or pose the problem without "
            "any and state them here."
        )
    limited = bounds is not None or isinstance(found, Constrained) or stated(constraints)
    ruled = stated(constraints) or (isinstance(found, Constrained) and bool(found.counts))
    found, penalty = with_own_penalty(found, penalty)
    penalty = None if penalty is None else checked_penalty(penalty)
    kinked = penalty is not None and not penalty.smooth
    if isinstance(method, str) and method == AUTO:
        size = Layout.of(x0).size
        method = default_method(found, size, limited=limited, ruled=ruled, kinked=kinked)
    given = as_method(method)
    check(given)
    if penalty is not None:
        check_penalized(given, penalty, limited, frozen)
    if limited:
        check_limited(given, ruled, frozen, validation)
    lacking = given.needs & ~found.offers & ~Needs.CONSTRAINTS
    if lacking:
        able = "LeastSquares(residuals)" if Needs.FACTOR in lacking else "Function(f)"
        other = "method='lbfgs'" if Needs.PRODUCT in lacking else "another method"
        raise ValueError(
            f"{name_of(given)} needs the {' and '.join(lacking.words)}, which {type(found).__name__} cannot give; "
            f"choose {other}, or pose the problem as {able}."
        )
    judging = checked_validation(validation)
    dtype = computing_dtype(plain, found) if found.traceable else np.dtype(np.float64)
    if penalty is not None and limited:
        # Within constraints the penalty is part of the problem.
        found, penalty = penalized(found, penalty, Layout.of(x0), apart=False), None
    if (limited or Needs.CONSTRAINTS in given.needs) and not isinstance(found, Constrained):
        with precision(dtype):
            found = Constrained.of(found, x0, bounds, constraints)
    freeze = None if frozen is None else Freeze.of(x0, frozen, dtype)
    free = x0 if freeze is None else freeze.free(x0)
    layout = Layout.of(free)
    leaves = as_leaves(per_coordinate(given, layout), dtype)
    with precision(dtype):
        start = found.inward(layout.flat(free)).astype(dtype)
        own = made_ready(found, freeze, dtype)
        others = None if judging is None else made_ready(judging, freeze, dtype)
        inner = None
        if penalty is not None:
            # Added to what is prepared, whose data are so converted once for any number of penalties.
            apart = given.takes_penalty
            inner = as_arrays(walked(penalty.shrinkage(layout), found, layout), dtype) if apart else None
            own = as_arrays(penalized(own, penalty, layout, apart), dtype)
            found = penalized(found, penalty, layout, apart)
        setup = Setup(own, leaves, found, given, layout, dtype, start, others, freeze, inner)
        if others is not None:
            check_validation(setup)
    return setup


def made_ready(problem: Problem, freeze: Freeze | None, dtype: np.dtype[Any]) -> Any:
    """A problem with its data as JAX arrays, of the free parameters alone."""
    whole = prepared(problem, dtype)
    return whole if freeze is None else reduced(whole, freeze, dtype)


def checked_validation(validation: Any) -> FiniteSum | None:
    """A validation as it is, or a TypeError that says that it is none."""
    if validation is None or isinstance(validation, FiniteSum):
        return validation
    raise TypeError(
        f"validation is a {type(validation).__name__}; it must be a FiniteSum of the same parameters over other rows: "
        "FiniteSum(loss, other_rows)."
    )


def check_validation(setup: Setup) -> None:
    """Refuse a validation that cannot be evaluated where the problem can."""
    validation = setup.validation
    assert validation is not None
    try:
        jax.eval_shape(lambda x: validation.evaluate(x, Needs.VALUE, setup.layout), setup.x0)
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise ValueError(f"validation does not take the parameters of {setup.problem.name}: {reason}.") from error


# The last problems that were prepared, so that data are converted and padded once however often a problem is run; as
# long as somebody has the problem, since the data may be large.
ready: list[tuple[weakref.ref[Problem], np.dtype[Any], Problem]] = []


def prepared(problem: Problem, dtype: np.dtype[Any]) -> Problem:
    """`problem.prepared(dtype)`, remembered for the last four problems."""
    for known, precise, whole in ready:
        if known() is problem and precise == dtype:
            return whole
    whole = problem.prepared(dtype)
    ready.insert(0, (weakref.ref(problem, forget), dtype, whole))
    del ready[4:]
    return whole


def forget(gone: weakref.ref[Problem], remembered: list[Any] = ready) -> None:
    """Let go of what was prepared for a problem that nobody has any more."""
    # As an argument, `ready` outlives its module when Python ends.
    remembered[:] = [known for known in remembered if known[0] is not gone]


def check_record(record: str) -> None:
    """Refuse a record that there is none of."""
    if record not in RECORDS:
        raise ValueError(f"record={record!r} is not known; choose one of {', '.join(map(repr, RECORDS))}.")


def check_start(x0: Any) -> None:
    """Refuse a start that is empty, not numeric or not finite, naming the coordinate."""
    layout = Layout.of(x0)
    if layout.size == 0:
        raise ValueError("x0 is empty: there is nothing to optimize.")
    for leaf in jax.tree.leaves(x0):
        array = np.asarray(leaf)
        if array.dtype.kind not in "fiub" and not jnp.issubdtype(array.dtype, np.floating):
            raise TypeError(f"x0 holds {leaf!r}, which is not a real number.")
    flat = layout.flat(x0)
    bad = np.flatnonzero(~np.isfinite(flat))
    if len(bad):
        raise ValueError(f"x0 is not finite: {layout.names[bad[0]]} = {flat[bad[0]]}; start from finite numbers.")


AUTO = "auto"
"""The method where nobody names one."""


MANY = 500
"""Parameters beyond which a Hessian for each step is too dear, where nothing but bounds asks for one."""


def default_method(problem: Any, n: int, *, limited: bool, ruled: bool, kinked: bool = False) -> str:
    """The method that `AUTO` stands for: with n parameters, limited or not, by constraints (`ruled`) or bounds alone,
    under a penalty with a kink or none.

    Where gradients will do they do where the Hessian is large, or unknown.
    """
    if kinked:
        if n > DENSE or Needs.HESSIAN not in problem.offers:
            raise ValueError(
                "Under this penalty and without a Hessian of reasonable size a learning rate has to be chosen: use "
                "method=FISTA(learning_rate=1/L), with L the largest curvature of the loss."
            )
        return "proximal_newton"
    if not limited:
        return "adam"
    plain = not ruled and (n > MANY or Needs.HESSIAN not in problem.offers)
    return "lbfgs" if plain else "interior_point"


DENSE = 3000
"""Parameters beyond which the exact method under a penalty with a kink would take minutes."""


def with_own_penalty(problem: Problem, penalty: Any) -> tuple[Problem, Any]:
    """A problem without its penalty, and that penalty: a method that keeps it by itself has to know of it."""
    own = problem.penalty if isinstance(problem, FiniteSum) else None
    if not isinstance(own, Penalty):
        return problem, penalty
    if penalty is not None:
        raise ValueError(f"{problem.name} has a penalty of its own, {own}; state one penalty alone.")
    return replace(problem, penalty=None), own  # type: ignore[type-var]


def checked_penalty(penalty: Any) -> Penalty:
    """A penalty as it is, if it is one and its numbers make sense."""
    if not isinstance(penalty, Penalty):
        raise TypeError(f"penalty={penalty!r} is none; give Ridge, Lasso or ElasticNet, such as Lasso(0.1).")
    return penalty.checked()


def check_penalized(method: Method[Any], penalty: Penalty, limited: bool, frozen: Any) -> None:
    """Refuse a penalty where it cannot be kept."""
    if frozen is not None:
        raise ValueError("frozen and penalty were both given; a parameter that is frozen is left out of the problem.")
    if Needs.FACTOR in method.needs:
        raise ValueError(
            f"{name_of(method)} knows sums of squared residuals and no penalty; use 'proximal_newton', or 'newton' for "
            "a Ridge."
        )
    if method.takes_penalty:
        if limited:
            raise ValueError(f"{name_of(method)} keeps a penalty, but no bounds or constraints; leave one of them out.")
        return
    if not penalty.smooth:
        inside = f"Proximal({type(method).__name__}(...))"
        wrapped = f"{inside} if that is what you want, " if type(method) in METRICS else ""
        raise ValueError(
            f"{name_of(method)} cannot keep {type(penalty).__name__}, which has a kink at zero that gradients do not "
            f"see; use {wrapped}'proximal_newton', 'fista' or 'auto'."
        )


def stated(constraints: Any) -> bool:
    """Whether there are any constraints."""
    return constraints is not None and (not hasattr(constraints, "__len__") or len(constraints) > 0)


def check_limited(method: Method[Any], ruled: bool, frozen: Any, validation: Any) -> None:
    """Refuse bounds and constraints where they cannot be kept; `ruled` says that there are constraints."""
    if Needs.CONSTRAINTS not in method.needs and ruled and method.takes_bounds:
        raise ValueError(
            f"{name_of(method)} keeps bounds but no other constraints; use method='interior_point', or leave them out."
        )
    if Needs.CONSTRAINTS not in method.needs and not method.takes_bounds:
        raise ValueError(
            f"{name_of(method)} goes down without bounds and constraints; use method='interior_point' (or 'lbfgs', for "
            "bounds alone), or leave them out."
        )
    if frozen is not None:
        raise ValueError(
            "frozen and bounds or constraints were both given; freeze by equal bounds, which fix a parameter."
        )
    if validation is not None:
        raise ValueError("validation judges mini-batches, which cannot keep bounds and constraints; leave it out.")


def as_method(method: Any) -> Method[Any]:
    """A method as it is, or by its name."""
    if isinstance(method, str):
        return named(method)
    if isinstance(method, Method):
        return method
    if inspect.isclass(method) and issubclass(method, Method):
        raise TypeError(f"method={method.__name__} is a class; pass an instance: {method.__name__}(...).")
    raise TypeError(f"method={method!r} is no method; pass a name such as 'adam', or an object from osolgil.methods.")


def as_leaves(method: Method[Any], dtype: Any) -> Method[Any]:
    """The method with every hyperparameter as an array of the computing dtype, which they must not promote.

    NumPy's arrays: to put a number on a device costs more than many steps do, and a program does it by itself.
    """
    leaves: Method[Any] = jax.tree.map(lambda leaf: np.asarray(leaf, dtype), method)
    return leaves


def name_of(method: Any) -> str:
    """What messages call a method."""
    return getattr(method, "title", type(method).__name__)


def columns_of(record: str, progress: Progress, n: int) -> int:
    """How many numbers a record row holds."""
    if record == "values":
        return len(COLUMNS)
    if record == "path":
        return len(COLUMNS) + n
    memory = sum(int(np.prod(shape, dtype=int)) for _, shape in memory_shapes(progress.state))
    return len(COLUMNS) + n + memory


def memory_shapes(state: Any) -> list[tuple[str, tuple[int, ...]]]:
    """Name and shape of each array in a method's memory, in the order of the record."""
    leaves = jax.tree_util.tree_leaves_with_path(getattr(state, "memory", ()))
    return [(jax.tree_util.keystr(path).lstrip("."), tuple(leaf.shape)) for path, leaf in leaves]


def rows_in(problem: Problem) -> int:
    """The number of rows of data; 0 where there are none."""
    return int(problem.count) if isinstance(problem, FiniteSum) else 0
