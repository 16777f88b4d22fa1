"""What an import costs, as facts: which modules it loads. (How long it takes is a line in benchmarks/.)"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import osolgil

HEAVY = ("jax", "numpy", "scipy", "pandas", "pyarrow", "formulaic", "sklearn", "matplotlib", "PIL", "optax", "torch")
SERVERS = ("starlette", "uvicorn", "http.server", "distributed")


def loaded_by(code: str) -> set[str]:
    ending = "import sys; print('LOADED', *sys.modules)"
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{ending}"], capture_output=True, text=True, check=True, env=environment
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_importing_osolgil_loads_nothing_heavy_and_none_of_its_own_rooms():
    loaded = loaded_by("import osolgil")
    assert not loaded & {*HEAVY, *SERVERS, "typer", "rich"}
    assert {name for name in loaded if name.startswith("osolgil")} == {"osolgil"}


def test_help_loads_typer_and_rich_and_nothing_heavy():
    code = (
        "import sys, contextlib\n"
        "sys.argv = ['osolgil', '--help']\n"
        "from osolgil.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main()"
    )
    loaded = loaded_by(code)
    assert {"typer", "rich"} <= loaded
    assert not loaded & {*HEAVY, *SERVERS}


@pytest.mark.parametrize("command", ["minimize", "fit", "race"])
def test_help_of_a_command_loads_nothing_heavy(command):
    code = (
        "import sys, contextlib\n"
        f"sys.argv = ['osolgil', {command!r}, '--help']\n"
        "from osolgil.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main()"
    )
    assert not loaded_by(code) & {*HEAVY, *SERVERS}


@pytest.mark.parametrize("name", osolgil.__all__)
def test_public_name_resolves_and_is_listed(name):
    assert getattr(osolgil, name) is not None
    assert name in dir(osolgil)


def test_type_checkers_see_the_same_names_as_python():
    tree = ast.parse(Path(osolgil.__file__).read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    seen |= {node.target.id for node in block.body if isinstance(node, ast.AnnAssign)}
    assert seen == set(osolgil.__all__) == {*osolgil.HOMES, *osolgil.ROOMS, "__version__"}


def test_unknown_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="no attribute 'minimise'"):
        _ = osolgil.minimise


def test_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert osolgil.__version__ == version("osolgil")
