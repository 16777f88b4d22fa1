# Two commands: `make demo` shows what osolgil does, `make test` runs the whole test-suite. Both build .venv first and
# need nothing but python3 (3.11 or newer, with venv) and make.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: demo test lint bench pictures clean

demo: .venv/installed
	$(BIN)/python -m osolgil.demo

# Bytecode is kept, whatever the environment says: every process of the suite would compile all modules anew.
test: .venv/developing
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto

lint: .venv/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/developing
	$(BIN)/python -m benchmarks

pictures: .venv/installed
	$(BIN)/python docs/pictures.py

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("osolgil needs Python 3.11 or newer, found " + sys.version.split()[0] + "; run make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

.venv/developing: .venv/installed
	$(PIP) --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv .jax_cache demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
