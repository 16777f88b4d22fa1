"""Functions: traceable by JAX, or not."""

from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from osolgil.problems.placing import as_arrays
from osolgil.problems.problem import Problem, flat
from osolgil.protocol import Evaluation, Layout, Needs, as_node, data_pytree, static


@data_pytree
class Function(Problem):
    """f(x), written with JAX's functions; derivatives come from automatic differentiation.

    Attributes:
        f: ``f(x, *data)`` returns a scalar; x is whatever the start is, a vector or any pytree of arrays. f may be a
            pytree itself (`jax.tree_util.Partial`, an equinox module): its arrays are then arguments, not constants.
        data: arrays that f depends on. Passed as arguments, so that new data of the same shape do not recompile.

    >>> import numpy as np
    >>> evaluation = Function(lambda x: x[0] ** 2 * x[1]).evaluate(np.array([3.0, 2.0]))
    >>> float(evaluation.value), evaluation.gradient.tolist()
    (18.0, [12.0, 9.0])
    """

    f: Callable[..., Any]
    data: tuple[Any, ...] = ()

    offers: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.HESSIAN | Needs.PRODUCT

    def __post_init__(self) -> None:
        object.__setattr__(self, "f", as_node(self.f))

    @property
    def name(self) -> str:
        return getattr(self.f, "__name__", type(self.f).__name__)

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        x, shape = flat(x, layout)
        return differentiated(self.scalar, x, needs, shape)

    def scalar(self, x: Any) -> Any:
        """f(x), or a TypeError that says why it is none."""
        try:
            value = self.f(x, *self.data)
        except (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError) as error:
            raise TypeError(untraceable(self.name, error)) from error
        alone = jax.tree_util.all_leaves([value]) and jnp.shape(value) == ()
        if not (alone and jnp.issubdtype(jnp.result_type(value), np.floating)):
            kinds = [f"{jnp.result_type(leaf)}{list(jnp.shape(leaf))}" for leaf in jax.tree.leaves(value)]
            raise TypeError(
                f"{self.name} returns {', '.join(kinds) or 'nothing'}; an objective must return one real number, "
                "a float."
            )
        return value

    def prepared(self, dtype: Any) -> "Function":
        return as_arrays(self, dtype)


def untraceable(name: str, error: Exception) -> str:
    """What to do about a function that JAX cannot trace."""
    reason = str(error).strip().splitlines()[0].rstrip(".")
    if isinstance(error, TypeError) and "required positional argument" in reason:
        return f"JAX cannot trace {name}: {reason}. Pass what it takes beside x as data: Function({name}, (a, b))."
    return (
        f"JAX cannot trace {name}: {reason}. Write it with jax.numpy, or wrap it as BlackBox({name}, gradient=None), "
        "which calls it as it is."
    )


def differentiated(f: Callable[[Any], Any], x: Any, needs: Needs, layout: Layout) -> Evaluation:
    """Value, gradient, Hessian and its products of a scalar function of parameters at the vector x, as far as needed,
    by automatic differentiation.
    """

    def value_and_gradient(v: Any) -> Any:
        # With respect to the leaves, not to the vector: the gradient of a slice is a vector of zeros around it, and
        # adding those up for every leaf costs more than many a network.
        value, gradient = jax.value_and_grad(f)(layout.unravel(v))
        return value, layout.ravel(gradient)

    # Forward over reverse: the gradient's derivatives carry value and gradient along.
    def gradient_and_self(v: Any) -> Any:
        value, gradient = value_and_gradient(v)
        return gradient, (value, gradient)

    if Needs.HESSIAN in needs:
        hessian, (value, gradient) = jax.jacfwd(gradient_and_self, has_aux=True)(x)
        return Evaluation(value, gradient, hessian)
    if Needs.PRODUCT in needs:
        gradient, product, (value, _) = jax.linearize(gradient_and_self, x, has_aux=True)
        return Evaluation(value, gradient, product=product)
    if Needs.GRADIENT in needs:
        return Evaluation(*value_and_gradient(x))
    return Evaluation(f(layout.unravel(x)))


@data_pytree
class BlackBox(Problem):
    """f(x) that JAX cannot look into: plain NumPy, a simulation, a program of somebody else's.

    Attributes:
        f: ``f(x)`` returns a number; x is a NumPy array (or the pytree that the start is).
        gradient: ``gradient(x)`` returns ∇f(x) in the shape of x. Without it, central differences
            (f(x + h eⱼ) − f(x − h eⱼ)) / 2h with h = ∛ε·max(1, |xⱼ|) take its place, 2n + 1 calls of f an evaluation
            and a relative error of about 1e-10; the result's message says so.
    """

    f: Callable[[Any], Any] = static()
    gradient: Callable[[Any], Any] | None = static(None)

    offers: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT
    traceable: ClassVar[bool] = False

    @property
    def name(self) -> str:
        return getattr(self.f, "__name__", type(self.f).__name__)

    def calls_per_evaluation(self, n: int) -> int:
        return 1 if self.gradient is not None else 2 * n + 1

    def evaluate(self, x: Any, needs: Needs = Needs.VALUE | Needs.GRADIENT, layout: Layout | None = None) -> Evaluation:
        shape = Layout.of(x) if layout is None else layout
        vector = np.array(x, dtype=np.float64) if layout is not None else shape.flat(x)
        value: Any = np.asarray(self.number(shape, vector))
        if Needs.GRADIENT not in needs:
            return Evaluation(value)
        gradient: Any
        if self.gradient is not None:
            gradient = raveled_gradient(self.gradient(shape.unravel(vector.copy())), shape, f"{self.name}'s gradient")
        else:
            gradient = central_differences(lambda v: self.number(shape, v), vector)
        return Evaluation(value, gradient)

    def number(self, shape: Layout, vector: np.ndarray) -> float:
        """f at the flat vector; the user's function gets a copy that it may keep or change."""
        found = self.f(shape.unravel(vector.copy()))
        value = np.asarray(found)
        if value.dtype.kind not in "fiub":
            raise TypeError(f"{self.name} returned {found!r}; it must return one real number.")
        if value.size != 1:
            raise ValueError(f"{self.name} returned an array of shape {value.shape}; it must return one number.")
        return float(value.reshape(()))

    def prepared(self, dtype: Any) -> "BlackBox":
        return self


def raveled_gradient(gradient: Any, layout: Layout, whose: str = "The gradient") -> np.ndarray:
    """A gradient in the shape of x as a float64 vector, shape (n,).

    Axes of length one may be missing or added, as in a column; any other difference would put numbers in wrong places.

    Raises:
        ValueError: the gradient has another shape than x.
    """
    try:
        leaves = [np.asarray(leaf, dtype=np.float64) for leaf in layout.structure.flatten_up_to(gradient)]
    except (TypeError, ValueError):
        leaves = []
    shapes = [np.squeeze(leaf).shape for leaf in leaves]
    if shapes != [tuple(side for side in shape if side != 1) for shape in layout.shapes]:
        wanted = layout.shapes[0] if len(layout.shapes) == 1 else f"{layout.structure} with {layout.shapes}"
        raise ValueError(f"{whose} must have the shape of x, {wanted}; got {gradient!r}.")
    return np.concatenate([leaf.ravel() for leaf in leaves])


def central_differences(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """(f(x + h eⱼ) − f(x − h eⱼ)) / 2h for every coordinate, h = ∛ε·max(1, |xⱼ|); shape (n,).

    The step balances truncation h²|f‴|/6 against rounding ε|f|/h.
    """
    gradient = np.empty_like(x)
    for j, h in enumerate(np.cbrt(np.finfo(x.dtype).eps) * np.maximum(1.0, np.abs(x))):
        ahead, behind = x.copy(), x.copy()
        ahead[j] += h
        behind[j] -= h
        gradient[j] = (f(ahead) - f(behind)) / (ahead[j] - behind[j])
    return gradient
