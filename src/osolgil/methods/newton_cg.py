"""Newton's method for many parameters: conjugate gradients on products with the Hessian, within a trust region."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from osolgil.methods.krylov import Path, along, newton_path
from osolgil.methods.method import Method, Order, opening
from osolgil.methods.newton_trust_region import judged
from osolgil.methods.trust_region import GOOD, POOR
from osolgil.methods.validation import NOT_NEGATIVE, POSITIVE, Limit
from osolgil.protocol import Evaluation, Geometry, Needs, Status, pytree, static


class Products(NamedTuple):
    """What a record of everything shows of Newton–CG beside its points.

    Attributes:
        products: with the Hessian, so far.
    """

    products: Array


class NewtonCGState(NamedTuple):
    """The state of Newton–CG; see `State`.

    Attributes:
        value: f at the answer; infinite before the first evaluation.
        path: where to go from the answer, whatever the radius.
        radius: how far a step may go; 0 before the first evaluation.
        fall: of the value, that the model predicts for the question's step.
        bounded: whether the radius held it back.
        products: with the Hessian, so far.
        bent: the negative curvature that was met at the answer, −dᵀ∇²f·d/dᵀd; 0 where none was.
    """

    question: Array
    answer: Array
    optimality: Array
    step_size: Array
    accepted: Array
    status: Array
    value: Array
    path: Path
    radius: Array
    fall: Array
    bounded: Array
    products: Array
    bent: Array

    @property
    def memory(self) -> Products:
        """What a record of everything shows."""
        return Products(self.products)


@pytree
class NewtonCG(Method[NewtonCGState]):
    r"""Newton's method for many parameters, within a radius in which its model is trusted: ∇²f is never formed.

    .. math:: \lvert \nabla^2 f\, p + \nabla f \rvert \le \eta \lvert \nabla f \rvert, \quad
              \lvert p \rvert \le \delta

    with η the smaller of ½ and √|∇f|, so that steps become Newton's as the slope vanishes.

    Conjugate gradients solve for p with products ∇²f·v, each about the cost of a gradient, and end at the radius, or
    where they come upon negative curvature, along which they leave to the radius. A step that was rejected is asked
    again closer by without another product: on the way from the steepest descent's minimum to p. Where the slope is
    so flat that the run would end, negative curvature is looked for from a fixed direction, so that a saddle is left
    even from the very point. Its optimality is the larger of maxⱼ|∂f/∂xⱼ| and the negative curvature that was met,
    −dᵀ∇²f·d/dᵀd. What `probes` products do not find is not excluded.

    Attributes:
        first_radius: the first δ, in units of the length of x or of 1, whichever is larger.
        probes: the most products with which negative curvature is looked for at the end; with 0 it is not, as in a
            convex problem it need not be.

    Source: Steihaug 1983, *The conjugate gradient method and trust regions in large scale optimization*; Nocedal &
    Wright 2006, *Numerical Optimization*, Algorithms 7.2 and 4.1; on the search for negative curvature Royer, O'Neill &
    Wright 2020, Procedure 2.
    """

    first_radius: float = 1e3
    probes: int = static(default=20)

    title: ClassVar[str] = "Newton–CG"
    order: ClassVar[Order] = "second"
    parents: ClassVar[dict[str, str]] = {
        "newton_trust_region": "products with the Hessian in place of the Hessian",
        "conjugate_gradient": "for the linear equations of Newton's step",
    }
    parents_ko: ClassVar[dict[str, str]] = {
        "newton_trust_region": "헤세 행렬 대신 헤세 행렬과 벡터의 곱",
        "conjugate_gradient": "뉴턴 걸음의 연립일차방정식을 푸는 데",
    }
    source: ClassVar[str] = "Steihaug 1983; Nocedal & Wright 2006, Algorithm 7.2"
    needs: ClassVar[Needs] = Needs.VALUE | Needs.GRADIENT | Needs.PRODUCT
    limits: ClassVar[Mapping[str, Limit]] = {"first_radius": POSITIVE, "probes": NOT_NEGATIVE}

    def flat(self) -> Any:
        """The slope maxⱼ|∂f/∂xⱼ| at which the run ends, where no step is worth its products; 0 where nobody said."""
        return 0.0

    def ending_at(self, optimality: Any) -> "NewtonCG":
        return Ending(self.first_radius, self.probes, optimality)

    def start(self, x0: Array, geometry: Geometry) -> NewtonCGState:
        zero, nothing = jnp.zeros((), x0.dtype), jnp.zeros_like(x0)
        return NewtonCGState(
            **opening(x0),
            value=zero + jnp.inf,
            path=Path(nothing, nothing, *(zero,) * 6, jnp.asarray(False)),
            radius=zero,
            fall=zero,
            bounded=jnp.asarray(False),
            products=jnp.asarray(0, jnp.int32),
            bent=zero,
        )

    def tell(self, state: NewtonCGState, evaluation: Evaluation) -> NewtonCGState:
        gradient: Any = evaluation.gradient
        product: Callable[[Any], Array] | None = evaluation.product
        assert product is not None
        x, value, old = state.question, evaluation.value, state.path
        finite = jnp.isfinite(value) & jnp.all(jnp.isfinite(gradient))
        verdict = judged(state.value, state.fall, jnp.sqrt(old.gg), value, gradient, finite)
        opening = verdict.opening
        # Where a run would have ended no step was computed; one that goes on asks about the answer once more.
        again = ~opening & (state.step_size == 0)
        accepted = verdict.accepted | (again & finite)
        # Algorithm 4.1: a quarter of the step that was tried, or twice the radius.
        closer = 0.25 * jnp.minimum(state.radius, state.step_size)
        wider = jnp.where((verdict.ratio > GOOD) & state.bounded, 2.0 * state.radius, state.radius)
        radius = jnp.where(again, state.radius, jnp.where(verdict.ratio > POOR, wider, closer))
        size = jnp.maximum(1.0, jnp.sqrt(jnp.sum(x**2)))
        radius = jnp.where(opening, self.first_radius * size, radius).astype(x.dtype)
        # How far a curvature leads that is not positive, nobody knows at first.
        short = jnp.where(opening, jnp.minimum(size, radius), radius).astype(x.dtype)

        slope = jnp.max(jnp.abs(gradient))

        def onward() -> tuple[Path, Array, Array]:
            return newton_path(product, gradient, radius, short, slope <= self.flat(), self.probes)

        def stay() -> tuple[Path, Array, Array]:
            return old, state.bent, jnp.zeros_like(state.products)

        path, bent, products = jax.lax.cond(accepted, onward, stay)
        radius = jnp.where(opening & path.bounded, jnp.sqrt(path.pp), radius)
        answer = jnp.where(accepted, x, state.answer)
        move, fall, bounded = along(path, radius)
        question = answer + move
        # A rejected step that is below the spacing of numbers around the answer can only be asked again.
        exhausted = ~accepted & ~opening & (verdict.faint | jnp.all(question == answer))
        status = jnp.where(exhausted, Status.LINE_SEARCH_FAILED, Status.RUNNING)
        status = jnp.where((opening & ~accepted) | ~jnp.all(jnp.isfinite(question)), Status.DIVERGED, status)
        return NewtonCGState(
            question=question,
            answer=answer,
            optimality=jnp.where(accepted, jnp.maximum(slope, bent), state.optimality),
            step_size=jnp.sqrt(jnp.sum(move**2)),
            accepted=accepted,
            status=status.astype(jnp.int32),
            value=jnp.where(accepted, value, state.value),
            path=path,
            radius=radius,
            fall=fall,
            bounded=bounded,
            products=state.products + products,
            bent=bent,
        )


@pytree
class Ending(NewtonCG):
    """Newton–CG within a run that ends at a slope.

    Attributes:
        slope: at which it ends.
    """

    slope: float = 0.0

    def flat(self) -> Any:
        return self.slope
