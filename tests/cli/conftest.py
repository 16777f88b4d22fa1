"""The command line, called in this process."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from osolgil.cli import jax_cache
from osolgil.cli.app import app


@dataclass
class Outcome:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def osolgil(monkeypatch, tmp_path):
    """Run a command in an empty folder, and give back its exit status and what it printed."""
    # JAX's configuration belongs to the whole process, and so to the other tests as well.
    monkeypatch.setattr(jax_cache, "turn_on", lambda: None)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Outcome:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run
