"""Imports run downward only. Read from the source, so that an import inside a function counts as well."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "osolgil"

BASE = {"protocol", "safety"}
WORKING = BASE | {"problems", "rows", "methods", "diagnosis", "descent", "regression", "likelihood"}

MAY_IMPORT = {
    "protocol": set(),
    "safety": set(),
    "problems": BASE,
    "rows": {"protocol", "safety"},
    "methods": {"protocol"},
    "diagnosis": {"protocol", "problems", "methods"},
    "descent": {"protocol", "problems", "rows", "methods", "diagnosis"},
    "regression": BASE | {"problems", "rows", "methods", "descent"},
    "estimators": {"protocol", "problems", "rows", "methods", "descent", "regression"},
    "likelihood": BASE | {"problems", "methods", "descent"},
    "races": BASE | {"problems", "methods", "descent"},
    "plots": WORKING | {"races"},
    "explain": {"protocol", "problems", "methods", "descent"},
    "course": {"protocol", "plots"},
    "demo": WORKING | {"plots"},
    "cli": WORKING | {"plots", "races", "explain", "course", "demo", "osolgil"},
    "osolgil": WORKING - {"safety"} | {"estimators", "plots", "races", "course"},
    "__main__": {"cli"},
}
"""The rooms that each room may import besides itself; "osolgil" is the package's own front door."""


def room_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE).parts
    return {"__init__.py": "osolgil"}.get(parts[0], parts[0].removesuffix(".py"))


def rooms_named_by(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        names = [node.module or ""]
        if node.module == "osolgil":
            # `from osolgil import plots` is the room; anything else comes through the front door.
            names = [f"osolgil.{a.name}" if (PACKAGE / a.name).is_dir() else "osolgil" for a in node.names]
    else:
        return set()
    inside = [name.split(".") for name in names if name.split(".")[0] == "osolgil"]
    return {parts[1] if len(parts) > 1 else "osolgil" for parts in inside}


def imports_of(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"{file} imports relatively, which this test does not read")
        if isinstance(node, ast.stmt):
            found |= rooms_named_by(node)
    return found - {room_of(file)}


def test_table_names_exactly_the_rooms_that_exist():
    rooms = {room_of(file) for file in PACKAGE.rglob("*.py")}
    assert rooms == set(MAY_IMPORT)


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_room_imports_only_what_it_may(room):
    files = [file for file in PACKAGE.rglob("*.py") if room_of(file) == room]
    wrong = {str(file.relative_to(PACKAGE)): imports_of(file) - MAY_IMPORT[room] for file in files}
    assert not {file: rooms for file, rooms in wrong.items() if rooms}


def test_table_has_no_circle():
    order: list[str] = []
    rest = {room: set(below) for room, below in MAY_IMPORT.items()}
    while rest:
        free = [room for room, below in rest.items() if below <= set(order)]
        assert free, f"{sorted(rest)} import one another"
        order += free
        rest = {room: below for room, below in rest.items() if room not in free}


def test_an_import_inside_a_function_is_seen(tmp_path):
    tree = ast.parse("def f():\n    from osolgil.descent import minimize\n    import osolgil.cli.app\n")
    seen = set().union(*(rooms_named_by(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)))
    assert seen == {"descent", "cli"}
