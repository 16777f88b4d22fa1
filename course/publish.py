"""`python course/publish.py`: the students' assignment, made from the master.

In the master's code a solution stands between the lines `# BEGIN SOLUTION` and `# END SOLUTION`; a markdown cell whose
metadata say `"solution": true` is an answer in words. The students' copy has blanks in their place and no outputs, and
goes to `src/osolgil/course/notebooks/assignment.ipynb`, from where `osolgil course assignment` takes it.
"""

import json
from pathlib import Path
from typing import Any

MASTER = Path(__file__).parent / "assignment.ipynb"
STUDENT = Path(__file__).parents[1] / "src" / "osolgil" / "course" / "notebooks" / "assignment.ipynb"

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
CODE_BLANK = "...  # your code here / 여기에 코드를 쓰세요"
TEXT_BLANK = {"en": "*Your answer:*", "ko": "*답:*"}


def blanked(code: str) -> str:
    """The code with a blank, indented alike, in place of each solution.

    Raises:
        ValueError: the markers do not come in pairs.
    """
    kept, within = [], False
    for line in code.splitlines(keepends=True):
        marker = line.strip()
        if marker == (BEGIN if within else END):
            raise ValueError(f"{marker!r} stands where the other marker is due:\n{code}")
        if marker == BEGIN:
            kept.append(line.replace(BEGIN, CODE_BLANK))
        if marker in (BEGIN, END):
            within = marker == BEGIN
        elif not within:
            kept.append(line)
    if within:
        raise ValueError(f"{END!r} is missing:\n{code}")
    # Where the solution was the end of the cell, so was the line break before the marker.
    return "".join(kept).rstrip("\n")


def student_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell as the students get it."""
    metadata = {key: value for key, value in cell["metadata"].items() if key != "solution"}
    source = "".join(cell["source"])
    if cell["cell_type"] == "code":
        made = cell | {"source": blanked(source), "outputs": [], "execution_count": None}
    elif cell["metadata"].get("solution"):
        made = cell | {"source": TEXT_BLANK[metadata["language"]]}
    else:
        made = cell | {"source": source}
    return made | {"metadata": metadata, "source": made["source"].splitlines(keepends=True)}


def student(master: dict[str, Any]) -> dict[str, Any]:
    """The notebook as the students get it."""
    return master | {"cells": [student_cell(cell) for cell in master["cells"]]}


def published() -> str:
    """What the students' file must hold."""
    master = json.loads(MASTER.read_text(encoding="utf-8"))
    return json.dumps(student(master), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    STUDENT.write_text(published(), encoding="utf-8")
    print(f"Wrote {STUDENT}")
