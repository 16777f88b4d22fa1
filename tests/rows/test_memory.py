"""Memory that is asked for before it is taken."""

import pytest

from osolgil.rows import design, memory
from osolgil.rows.memory import available_memory, check_memory


def test_what_a_container_may_use_counts_where_it_is_less(monkeypatch, tmp_path):
    info, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    info.write_text("MemTotal:       9000 kB\nMemFree:  100 kB\nMemAvailable:   4000 kB\n")
    monkeypatch.setattr(memory, "INFO", info)
    monkeypatch.setattr(memory, "LIMITS", (limit, tmp_path / "none"))
    assert available_memory() == 4000 * 1024
    limit.write_text("max\n")
    assert available_memory() == 4000 * 1024
    limit.write_text("2048\n")
    assert available_memory() == 2048


def test_where_nobody_says_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: None)
    check_memory(1e30, "Everything", "have less")


def test_columns_that_memory_does_not_hold_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr(memory, "LITTLE", 0)
    monkeypatch.setattr(memory, "available_memory", lambda: 11_999)
    table = {"y": range(500), "g": [str(k % 3) for k in range(500)], "x": range(500)}
    assert design("y ~ 1", table).X.shape == (500, 1)
    with pytest.raises(
        ValueError, match=r"'y ~ g' makes 3 columns \('g' has 3 levels\), which for 500 rows would need"
    ):
        design("y ~ g", table)


def test_a_column_of_numbers_for_people_taken_as_classes_is_told_in_gigabytes():
    table = {"y": range(20_000), "id": range(20_000)}
    with pytest.raises(
        ValueError, match=r"makes 20000 columns, more than 10000 \('C\(id\)' has 20000 levels\), and"
    ) as told:
        design("y ~ C(id)", table)
    # 20,000² numbers of 8 bytes.
    assert "20,000 rows of them would need 3.2 GB of memory" in str(told.value)
