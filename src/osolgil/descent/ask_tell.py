"""Descent: a method for a loop that belongs to somebody else."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from osolgil.descent.drive import start_drive, told
from osolgil.descent.finish import conclude
from osolgil.descent.minimize import ended_by, evaluation_limit
from osolgil.descent.result import Result
from osolgil.descent.setup import check_record, set_up
from osolgil.descent.stop import Stop
from osolgil.descent.trace import Recorder
from osolgil.problems import BlackBox
from osolgil.problems.function import raveled_gradient
from osolgil.protocol import Evaluation, Status, precision
from osolgil.protocol.programs import compiled


class Descent:
    """Ask where to look, look there, tell what was seen; as often as you like.

    Args:
        method: a name or a method that needs value and gradient.
        x0: the start, a vector or any pytree.
        stop: criteria for `done`; see `Stop`. Nothing stops you from going on. A Descent sees neither rows nor a
            clock: epochs and seconds are your loop's business.
        record: "values", "path" or "all".

    Raises:
        ValueError, TypeError: as in `minimize`.

    >>> import numpy as np
    >>> descent = Descent("gradient_descent", np.array([2.0]))
    >>> while not descent.done:
    ...     x = descent.ask()
    ...     descent.tell(value=float(x[0] ** 2), gradient=2 * x)
    >>> descent.result().status.name
    'CONVERGED'
    """

    def __init__(self, method: Any, x0: Any, stop: Stop | None = None, record: str = "values") -> None:
        self.stop = Stop.of(stop)
        for name in ("epochs", "seconds"):
            if getattr(self.stop, name) is not None:
                raise ValueError(f"Stop({name}=...): a Descent counts no {name}; count them in your own loop.")
        check_record(record)
        setup = set_up(BlackBox(elsewhere, elsewhere), x0, method)
        self.drive = start_drive(setup, self.stop, record, None, 0, "host")
        self.recorder = Recorder()
        self.limit = evaluation_limit(self.drive, self.stop)
        self.seen: tuple[np.ndarray, float, np.ndarray] | None = None

    def ask(self) -> Any:
        """Where the method wants to look next, in the shape of the start."""
        setup = self.drive.setup
        return setup.layout.unravel(np.array(self.drive.progress.state.question))

    def tell(self, value: float, gradient: Any) -> None:
        """What was seen at the point that was asked about: f(x), and ∇f(x) in the shape of x.

        Raises:
            ValueError: the value is not one number, or the gradient has another shape than x.
        """
        drive = self.drive
        flat = raveled_gradient(gradient, drive.setup.layout)
        if np.size(value) != 1:
            raise ValueError(f"The value must be one number; got {value!r}.")
        number = float(np.reshape(value, ()))
        self.seen = (np.array(drive.progress.state.question), number, flat)
        with precision(drive.setup.dtype):
            evaluation = Evaluation(jnp.asarray(number, drive.setup.dtype), jnp.asarray(flat, drive.setup.dtype))
            arguments = (drive.method, drive.progress, evaluation, drive.clock.t, drive.limits)
            program, _ = compiled(told, drive.setting, arguments)
            drive.progress, row = program(*arguments)
            drive.clock = drive.clock._replace(t=drive.clock.t + 1)
        drive.t += 1
        self.recorder.add(np.asarray(row)[None], drive.t)

    @property
    def status(self) -> Status:
        """How the run stands."""
        own = Status.of(self.drive.progress.status)
        return ended_by(self.drive, self.stop) if own is Status.RUNNING and self.drive.t >= self.limit else own

    @property
    def done(self) -> bool:
        """Whether a criterion of `stop` is met, or the method has ended the run."""
        return self.status is not Status.RUNNING

    def result(self) -> Result:
        """What there is so far; nothing is evaluated for it."""
        drive = self.drive
        last = None
        if self.status is Status.CONVERGED and self.seen is not None:
            # The point that met the criterion, unless the method answers elsewhere, where nothing was seen.
            asked = self.seen[0]
            last = self.seen if np.array_equal(np.asarray(drive.progress.state.answer), asked) else None
        return conclude(
            drive.setup,
            self.stop,
            drive.progress,
            self.recorder,
            status=self.status,
            last=last,
            sampled=False,
            rows_of=lambda evaluations: 0 * evaluations,
            epochs=0.0,
            compile_seconds=drive.compile_seconds,
            run_seconds=drive.run_seconds,
        )


def elsewhere(x: Any) -> Any:
    """The function of a Descent, which is evaluated elsewhere."""
    raise RuntimeError("A Descent evaluates nothing: tell it what you saw.")
