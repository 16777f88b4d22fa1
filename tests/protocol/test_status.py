"""A status is its message."""

import numpy as np
import pytest

from osolgil.protocol import Status


@pytest.mark.parametrize("status", Status)
def test_a_status_has_a_cause_and_a_remedy_that_make_sentences(status):
    for text in (status.cause, status.remedy):
        assert text
        assert not text.endswith(".")
    assert status.success == (status.name in ("CONVERGED", "TARGET_REACHED", "COMPLETED", "EARLY_STOPPED"))


def test_a_status_is_a_number_that_a_program_can_hold():
    codes = np.array([int(status) for status in Status], np.int32)
    assert len(set(codes.tolist())) == len(Status)
    assert Status(codes[1]) is list(Status)[1]
    assert int(Status.RUNNING) == 0
