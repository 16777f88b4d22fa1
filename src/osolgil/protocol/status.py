"""How a run stands. A status is its message: it carries the cause and the remedy."""

import enum
from typing import Any


class Status(enum.IntEnum):
    """How a run stands or ended.

    Each member has `cause` (what was observed) and `remedy` (what a person can do about it).
    """

    cause: str
    remedy: str

    def __new__(cls, code: int, cause: str, remedy: str) -> "Status":
        member = int.__new__(cls, code)
        member._value_ = code
        member.cause = cause
        member.remedy = remedy
        return member

    RUNNING = (0, "the run has not ended", "give it more steps")
    CONVERGED = (1, "what should be zero at a solution is below its tolerance", "nothing to do")
    TARGET_REACHED = (2, "the value reached the target", "nothing to do")
    COMPLETED = (3, "the epochs that were asked for are done", "nothing to do")
    STALLED = (
        4,
        "the steps have become too small to change x in floating point, or the value stopped improving",
        "raise the learning rate, scale the problem, or loosen the tolerance if the value is good enough",
    )
    STEP_LIMIT = (5, "the steps allowed were used up", "allow more steps, or take a larger learning rate")
    EVALUATION_LIMIT = (6, "the evaluations allowed were used up", "allow more evaluations")
    TIME_LIMIT = (7, "the time allowed was used up", "allow more seconds; the run can be resumed from its checkpoint")
    DIVERGED = (
        8,
        "the value or the gradient is not a finite number",
        "lower the learning rate, clip the gradient, or start elsewhere",
    )
    LINE_SEARCH_FAILED = (
        9,
        "no step along the direction lowers the value enough",
        "check the gradient with check_gradient; if it is right, the precision of the value is exhausted",
    )
    INFEASIBLE = (
        10,
        "no point near this one, where the constraints are broken least, satisfies them",
        "check the constraints against one another, or start elsewhere if they are curved",
    )
    UNBOUNDED = (
        11,
        "the value fell below the level at which the problem counts as unbounded",
        "bound the problem: there is no minimum in that direction",
    )
    SADDLE = (
        13,
        "the gradient vanishes where the Hessian is indefinite: this is a saddle point or a maximum",
        "start a little off this point, along the eigenvector of the most negative eigenvalue",
    )
    EARLY_STOPPED = (14, "the validation value stopped improving", "nothing to do; `x` is the best point by validation")
    PRECISION_FLOOR = (
        15,
        "the value no longer falls by more than its rounding, while the gradient is right as far as values can tell",
        "loosen the tolerance: no point nearby is known to be better; or compute in float64, or in terms of like size",
    )
    NOT_QUADRATIC = (
        16,
        "values and gradients do not change as those of one quadratic function do",
        "use conjugate_gradient, which is for any smooth function; if this one is quadratic, check the gradient with "
        "check_gradient",
    )
    STOPPED = (12, "the run was stopped from outside (callback or Ctrl-C)", "run again to go on from `x`")

    @classmethod
    def of(cls, code: Any) -> "Status":
        """The status of this code, which may be an array of one number."""
        return cls._value2member_map_[int(code)]  # type: ignore[return-value]

    @property
    def success(self) -> bool:
        """Whether the run did what was asked for.

        Early stopping did: whoever gives a validation and a patience asks for the point before the one begins to fit
        the other's noise, and has it. Without validation a value that stops improving is a stall: what was asked for,
        a minimum, may be far.
        """
        return self in (Status.CONVERGED, Status.TARGET_REACHED, Status.COMPLETED, Status.EARLY_STOPPED)
