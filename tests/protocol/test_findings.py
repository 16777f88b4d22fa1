"""Findings: one sentence with its remedy, in the language that was asked for."""

import pytest

from osolgil.protocol.findings import Finding

KOREAN = ("기울기가 0입니다", "다른 곳에서 시작하세요")
FLAT = Finding("plateau", 0.0, "the slope is 0", "start elsewhere", korean=KOREAN)


def test_a_finding_is_a_sentence_with_its_remedy():
    assert str(FLAT) == "the slope is 0; start elsewhere"
    assert str(Finding("minimum", 2.0, "this is a minimum", "")) == "this is a minimum"
    assert hash(FLAT) == hash(Finding("plateau", 0.0, "the slope is 0", "start elsewhere", korean=FLAT.korean))


def test_a_finding_is_said_in_the_language_asked_for():
    assert FLAT.text("ko") == "기울기가 0입니다. 다른 곳에서 시작하세요"
    assert Finding("constant", 7.0, "a is 7", "leave it out").text("ko") == "a is 7; leave it out"
    with pytest.raises(ValueError, match="language='fr' is not known"):
        FLAT.text("fr")
