"""Two drivers, one semantics."""

import numpy as np
import pytest
from support.small import ADAM, BATCH, EVEN, LINE_START, MOMENTUM, RAGGED, VALLEY, VALLEY_START

from osolgil.descent import Stop, minimize
from osolgil.methods import Newton

CASES = {
    "all rows": (VALLEY, VALLEY_START, ADAM, {"stop": Stop(steps=150)}),
    "all rows, to convergence": (VALLEY, VALLEY_START, ADAM, {"stop": Stop(optimality=1.0)}),
    "trials rejected": (VALLEY, VALLEY_START, Newton(), {}),
    "steps counted in the loop": (VALLEY, VALLEY_START, Newton(), {"stop": Stop(steps=4)}),
    "mini-batches": (EVEN, LINE_START, MOMENTUM, {"batch_size": BATCH, "stop": Stop(epochs=25)}),
    "the last batch ragged": (RAGGED, LINE_START, MOMENTUM, {"batch_size": BATCH, "stop": Stop(epochs=6.5)}),
    "mini-batches, to convergence": (
        EVEN,
        LINE_START,
        MOMENTUM,
        {"batch_size": BATCH, "stop": Stop(optimality=0.2, epochs=50)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_both_drivers_agree_in_every_decision_and_count(case):
    problem, start, method, options = CASES[case]
    compiled, host = (
        minimize(problem, start, method, record="all", driver=driver, **options) for driver in ("compiled", "host")
    )
    for name in ("status", "nit", "nfev", "njev", "nhev", "epochs"):
        assert getattr(compiled, name) == getattr(host, name), name
    assert compiled.best.evaluation == host.best.evaluation
    for name in ("evaluation", "accepted", "steps", "rows"):
        np.testing.assert_array_equal(getattr(compiled.trace, name), getattr(host.trace, name))
    for name in ("value", "path", "step_size", "optimality"):
        one, other = (getattr(result.trace, name)[:100] for result in (compiled, host))
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
    if compiled.trace.judgements is not None:
        np.testing.assert_array_equal(compiled.trace.judgements[:, 2], host.trace.judgements[:, 2])
        np.testing.assert_allclose(compiled.trace.judgements, host.trace.judgements, rtol=1e-11, atol=1e-11)
