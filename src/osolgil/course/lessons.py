"""The lessons: notebooks in two languages, of which a person gets a copy in one.

A notebook in `notebooks/` holds both: a cell whose metadata names a language belongs to that language, every other cell
to both. What `osolgil course` lists stands in the notebook's own metadata.
"""

import difflib
import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from osolgil.protocol.words import checked_language

NAMES = ("likelihood", "descent", "batches", "four_problems", "optimizers", "assignment")
"""The lessons in the order in which they build on one another, and the assignment."""


@dataclass(frozen=True)
class Lesson:
    """What a lesson is about.

    Attributes:
        name: of the lesson, and of its file.
        minutes: that it takes.
        title: by language.
        learn: what one learns, by language.
    """

    name: str
    minutes: int
    title: dict[str, str]
    learn: dict[str, str]


def canonical(name: str) -> str:
    """The lesson's name as it is kept, or a ValueError that says which lessons there are."""
    key = name.strip().lower().replace("-", "_").removesuffix(".ipynb")
    if key not in NAMES:
        near = difflib.get_close_matches(key, NAMES, n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"There is no lesson named {name!r}.{guess} The lessons are {', '.join(NAMES)}.")
    return key


def notebook(name: str) -> dict[str, Any]:
    """The notebook of a lesson as it is kept, in both languages.

    Raises:
        ValueError: there is no such lesson.
    """
    kept = files("osolgil.course").joinpath("notebooks", f"{canonical(name)}.ipynb")
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def lessons() -> tuple[Lesson, ...]:
    """All lessons, in order.

    >>> [lesson.name for lesson in lessons()][:2]
    ['likelihood', 'descent']
    """
    return tuple(Lesson(name, **notebook(name)["metadata"]["osolgil"]) for name in NAMES)


def in_one_language(both: dict[str, Any], language: str) -> dict[str, Any]:
    """A notebook with the cells of one language and those that belong to both.

    Args:
        both: a notebook as it is kept.
        language: "en" or "ko".

    Returns:
        a new notebook, whose metadata no longer mention languages that it does not have.

    Raises:
        ValueError: the language is not known.
    """
    checked_language(language)
    cells = []
    for cell in both["cells"]:
        metadata = {key: value for key, value in cell["metadata"].items() if key != "language"}
        if cell["metadata"].get("language", language) == language:
            cells.append(cell | {"metadata": metadata})
    metadata = {key: value for key, value in both["metadata"].items() if key != "osolgil"}
    return both | {"cells": cells, "metadata": metadata}


def copy(name: str, folder: str | os.PathLike[str] = ".", language: str = "en", *, force: bool = False) -> Path:
    """Copy a lesson in one language into a folder.

    Args:
        name: of the lesson.
        folder: an existing one.
        language: "en" or "ko".
        force: replace a file of that name, and with it whatever somebody has written into it.

    Returns:
        the path of the copy, `<name>.ipynb`.

    Raises:
        ValueError: the lesson or the language is not known.
        FileExistsError: the file exists, and `force` is off.
        OSError: the folder does not exist, or cannot be written to.

    >>> copy("descnt")
    Traceback (most recent call last):
    ...
    ValueError: There is no lesson named 'descnt'. Did you mean 'descent'? The lessons are likelihood, descent, \
batches, four_problems, optimizers, assignment.
    >>> copy("descent", language="ko").name
    'descent.ipynb'
    """
    made = in_one_language(notebook(name), language)
    path = Path(folder) / f"{canonical(name)}.ipynb"
    if not path.parent.is_dir():
        raise NotADirectoryError(f"there is no folder {str(folder)!r}; create it first")
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"the folder {str(folder)!r} cannot be written to; choose another one")
    if path.exists() and not force:
        raise FileExistsError(
            f"{str(path)!r} exists, perhaps with somebody's answers in it; move it, or replace it with force=True, or "
            "--force"
        )
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
