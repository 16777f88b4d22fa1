"""Descent: a method for a loop that belongs to somebody else."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from osolgil.descent.drive import start_drive, told
from osolgil.descent.minimize import with_exit_level
from osolgil.descent.programs import compiled
from osolgil.descent.result import Result
from osolgil.descent.run import conclude, set_up
from osolgil.descent.stop import Stop
from osolgil.descent.trace import Recorder
from osolgil.problems import BlackBox
from osolgil.protocol import Evaluation, Status, precision


class Descent:
    """Ask where to look, look there, tell what was seen; as often as you like.

    Args:
        method: a name or a method that needs value and gradient.
        x0: the start, a vector or any pytree.
        stop: criteria for `done`; see `Stop`. Nothing stops you from going on.
        record: "values", "path" or "all".

    >>> import numpy as np
    >>> descent = Descent("gradient_descent", np.array([2.0]))
    >>> while not descent.done:
    ...     x = descent.ask()
    ...     descent.tell(value=float(x[0] ** 2), gradient=2 * x)
    >>> descent.result().status.name
    'CONVERGED'
    """

    def __init__(self, method: Any, x0: Any, stop: Stop | None = None, record: str = "values") -> None:
        self.stop = with_exit_level(stop or Stop(), None).checked()
        setup = set_up(BlackBox(elsewhere, elsewhere), x0, method)
        self.drive = start_drive(setup, self.stop, record, None, 0, "host")
        self.recorder = Recorder()

    def ask(self) -> Any:
        """Where the method wants to look next, in the shape of the start."""
        setup = self.drive.setup
        return setup.layout.unravel(np.array(self.drive.progress.state.question))

    def tell(self, value: float, gradient: Any) -> None:
        """What was seen at the point that was asked about: f(x), and ∇f(x) in the shape of x.

        Raises:
            ValueError: the gradient has another shape than x.
        """
        drive, layout = self.drive, self.drive.setup.layout
        with precision(drive.setup.dtype):
            try:
                flat = layout.ravel(gradient, drive.setup.dtype)
                fits = flat.shape == (layout.size,)
            except (ValueError, TypeError):
                fits = False
            if not fits:
                raise ValueError(f"The gradient must have the shape of x, {layout.shapes}; got {gradient!r}.")
            evaluation = Evaluation(jnp.asarray(value, drive.setup.dtype), flat)
            arguments = (drive.method, drive.progress, evaluation, drive.clock.t, drive.limits)
            program, _ = compiled(told, drive.setting, arguments)
            drive.progress, row = program(*arguments)
            drive.clock = drive.clock._replace(t=drive.clock.t + 1)
        drive.t += 1
        self.recorder.add(np.asarray(row)[None], drive.t)

    @property
    def status(self) -> Status:
        """How the run stands."""
        return Status(int(self.drive.progress.status))

    @property
    def done(self) -> bool:
        """Whether a criterion of `stop` is met, or the method has ended the run."""
        return self.status is not Status.RUNNING

    def result(self) -> Result:
        """What there is so far; nothing is evaluated for it."""
        drive = self.drive
        return conclude(
            drive.setup,
            self.stop,
            drive.progress,
            self.recorder,
            status=self.status,
            last=None,
            sampled=False,
            rows_of=lambda evaluations: 0 * evaluations,
            epochs=0.0,
            compile_seconds=drive.compile_seconds,
            run_seconds=drive.run_seconds,
        )


def elsewhere(x: Any) -> Any:
    """The function of a Descent, which is evaluated elsewhere."""
    raise RuntimeError("A Descent evaluates nothing: tell it what you saw.")
