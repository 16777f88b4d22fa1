"""The notebooks: valid, bilingual to the formula, free of outputs and of solutions, and running from top to bottom."""

import ast
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from osolgil.course import check, lessons
from osolgil.plots.words import hangul_font
from osolgil.protocol.words import LANGUAGES

ROOT = Path(__file__).parents[2]
MASTER = json.loads((ROOT / "course" / "assignment.ipynb").read_text(encoding="utf-8"))
KEPT = {name: lessons.notebook(name) for name in lessons.NAMES} | {"master": MASTER}


def publisher() -> Any:
    spec = importlib.util.spec_from_file_location("publish", ROOT / "course" / "publish.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


publish = publisher()


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def of(notebook: dict[str, Any], kind: str, language: str | None = None) -> list[str]:
    """The sources of all cells of a kind; of a language, with those that belong to both."""
    wanted = (None, language) if language else (None, "en", "ko")
    return [
        text(cell)
        for cell in notebook["cells"]
        if cell["cell_type"] == kind and cell["metadata"].get("language") in wanted
    ]


def hangul(words: str) -> int:
    return len(re.findall("[가-힣]", words))


every = pytest.mark.parametrize("notebook", KEPT.values(), ids=KEPT)


@every
def test_a_notebook_is_valid_has_ids_and_no_outputs(notebook):
    nbformat.validate(nbformat.reads(json.dumps(notebook), 4))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@every
def test_texts_come_in_pairs_english_and_then_korean(notebook):
    cells = notebook["cells"]
    languages = [cell["metadata"].get("language") for cell in cells]
    assert all(language for language, cell in zip(languages, cells, strict=True) if cell["cell_type"] == "markdown")
    for k, language in enumerate(languages):
        if language == "en":
            assert languages[k + 1] == "ko"
            assert cells[k]["cell_type"] == cells[k + 1]["cell_type"]
        elif language == "ko":
            assert languages[k - 1] == "en"
    assert not any(hangul(words) for words in of(notebook, "markdown", "en"))
    for words in of(notebook, "markdown", "ko"):
        assert hangul(words) or words == "*답:*", words


def signs(words: str) -> dict[str, Any]:
    """What a translation must not change: displayed formulas, code, headings, questions."""
    formulas = re.findall(r"\$\$(.*?)\$\$", words, re.DOTALL)
    return {
        "formulas": [re.sub(r"\s+|\\ |[.,]?\s*$", "", formula) for formula in formulas],
        "code": set(re.findall(r"`([^`]+)`", words)) - {"...  # your code here", "...  # 여기에 코드를 쓰세요"},
        "headings": re.findall(r"^(#+) ", words, re.MULTILINE),
        "questions": words.count("<details>"),
        "answers": words.count("</details>"),
        "rows of tables": len(re.findall(r"^\|", words, re.MULTILINE)),
    }


@every
def test_both_languages_have_the_same_formulas_code_headings_and_questions(notebook):
    pairs = zip(of(notebook, "markdown", "en"), of(notebook, "markdown", "ko"), strict=True)
    for english, korean in pairs:
        assert signs(english) == signs(korean), english


def tree(code: str) -> ast.Module:
    """The code as a tree, without lines that only a notebook understands, and without what its texts say."""
    parsed = ast.parse("\n".join(line for line in code.splitlines() if not line.startswith("%")))
    for node in ast.walk(parsed):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = "a text"
    return parsed


@every
def test_code_in_two_languages_differs_in_texts_only(notebook):
    english, korean = of(notebook, "code", "en"), of(notebook, "code", "ko")
    for ours, theirs in zip(english, korean, strict=True):
        assert ast.dump(tree(ours)) == ast.dump(tree(theirs))
        if ours != theirs:
            assert hangul(theirs), theirs
            assert not hangul(ours), ours


@pytest.mark.parametrize("name", lessons.NAMES)
def test_the_title_of_a_lesson_is_its_first_heading(name):
    (listed,) = (lesson for lesson in lessons.lessons() if lesson.name == name)
    for language in LANGUAGES:
        assert of(KEPT[name], "markdown", language)[0].splitlines()[0] == f"# {listed.title[language]}"


@pytest.mark.parametrize("name", [name for name in lessons.NAMES if name != "assignment"])
def test_a_lesson_asks_two_questions_or_more_whose_answers_are_folded(name):
    words = "\n".join(of(KEPT[name], "markdown", "en"))
    folded = r"<details><summary><b>Question\.</b> [^\n]+</summary>\n\n.+?\n</details>"
    assert len(re.findall(folded, words, re.DOTALL)) >= 2


@every
def test_the_lessons_that_a_text_sends_to_exist(notebook):
    for name in re.findall(r"osolgil course (\w+)", "\n".join(of(notebook, "markdown"))):
        assert name in lessons.NAMES


# The assignment.


def solutions() -> list[str]:
    """The code between the markers, block by block."""
    return [
        block
        for code in of(MASTER, "code")
        for block in re.findall(rf"{publish.BEGIN}\n(.*?)\n *{publish.END}", code, re.DOTALL)
    ]


def answers() -> list[str]:
    return [text(cell) for cell in MASTER["cells"] if cell["metadata"].get("solution") and cell["cell_type"] != "code"]


def test_the_students_copy_is_what_the_master_makes_today():
    assert publish.STUDENT.read_text(encoding="utf-8") == publish.published(), "run python course/publish.py"


def test_every_function_of_the_checker_is_a_blank_followed_by_its_check():
    code = of(KEPT["assignment"], "code")
    for name in check.NAMES:
        place = next(k for k, each in enumerate(code) if each.startswith(f"def {name}("))
        assert publish.CODE_BLANK in code[place]
        assert code[place + 1] == f"check.{name}({name})"
    assert len(solutions()) == sum(publish.CODE_BLANK in each for each in code) == 11


def test_no_line_of_a_solution_and_no_sentence_of_an_answer_leaks_into_the_students_copy():
    copy = "\n".join(text(cell) for cell in KEPT["assignment"]["cells"])
    assert publish.BEGIN not in copy
    assert publish.END not in copy
    given = {line.strip() for code in of(MASTER, "code") for line in publish.blanked(code).splitlines()}
    lines = {line.strip() for block in solutions() for line in block.splitlines()}
    # The code that is to be explained loops over epochs as well.
    assert lines & given == {"for _ in range(epochs):"}
    assert len(answers()) == 20
    for answer in answers():
        for sentence in re.split(r"(?<=[.?!]) |\n", answer):
            assert len(sentence) < 15 or sentence not in copy, sentence
    blanks = [cell for cell in KEPT["assignment"]["cells"] if text(cell) in publish.TEXT_BLANK.values()]
    assert len(blanks) == 20
    assert not any("solution" in cell["metadata"] for cell in KEPT["assignment"]["cells"])


def test_blanks_are_indented_like_the_solutions_and_stand_at_their_place():
    code = "def f(x):\n    # BEGIN SOLUTION\n    y = 2 * x\n    return y\n    # END SOLUTION\n\n\nprint(f(1))"
    assert publish.blanked(code) == f"def f(x):\n    {publish.CODE_BLANK}\n\n\nprint(f(1))"
    assert publish.blanked("x = 1\n") == "x = 1"


@pytest.mark.parametrize(
    "code",
    ["# BEGIN SOLUTION\nx = 1", "x = 1\n# END SOLUTION", "# BEGIN SOLUTION\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION"],
)
def test_markers_that_are_no_pairs_are_refused(code):
    with pytest.raises(ValueError, match=r"SOLUTION' (is missing|stands where the other marker is due)"):
        publish.blanked(code)


def functions(notebook: dict[str, Any]) -> dict[str, Any]:
    """The ten functions of a notebook, defined."""
    import numpy as np

    namespace: dict[str, Any] = {"np": np}
    for code in of(notebook, "code"):
        if code.startswith(tuple(f"def {name}(" for name in check.NAMES)):
            exec(code, namespace)
    return namespace


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_that_nobody_has_touched_is_told_that_it_is_not_filled_in(language):
    report = check.all(functions(KEPT["assignment"]), language=language, show=False)
    for verdict in report.verdicts.values():
        assert not verdict.passed
        assert verdict.mistakes == ("returns_none",)
        assert {"en": "a blank is empty", "ko": "빈칸이 남아 있거나"}[language] in str(verdict)


def test_the_solutions_of_the_master_are_right():
    report = check.all(functions(MASTER), show=False)
    assert report.passed, report


# Execution. The languages share their code, so that one of them is enough; the assignment's checks speak both.


@pytest.fixture(scope="module")
def kernel(tmp_path_factory) -> Iterator[NotebookClient]:
    """One kernel for all notebooks: most of what a fresh one does is to import what the last one had imported."""
    folder = str(tmp_path_factory.mktemp("kernel"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(ROOT / ".jax_cache"))
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.05")
        # Whoever runs the suite may have settings of their own for Jupyter and for matplotlib.
        patch.setenv("JUPYTER_CONFIG_DIR", folder)
        patch.delenv("MPLBACKEND", raising=False)
        client = NotebookClient(nbformat.v4.new_notebook(), timeout=300, resources={"metadata": {"path": folder}})
        with client.setup_kernel():
            yield client


FORGET = """%reset -f
import sys
if "matplotlib" in sys.modules:
    sys.modules["matplotlib"].rcdefaults()
for module in list(sys.modules.values()):
    getattr(module, "__warningregistry__", {}).clear()
del sys, module
"""
"""A notebook has to import and define what it uses, and what the last one warned of it warns of again."""


def execute(notebook: Any, kernel: NotebookClient) -> None:
    """From top to bottom, in a kernel that has forgotten the last one."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FORGET))
    kernel.nb = notebook
    kernel.reset_execution_trackers()
    for index, cell in enumerate(notebook.cells):
        kernel.execute_cell(cell, index)


@pytest.mark.parametrize(
    ("name", "language"),
    [("master", "ko"), *((name, "en") for name in lessons.NAMES if name != "assignment")],
)
def test_a_notebook_runs_from_top_to_bottom_and_warns_of_nothing(name, language, kernel):
    notebook = nbformat.reads(json.dumps(lessons.in_one_language(KEPT[name], language)), 4)
    execute(notebook, kernel)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    if language == "en" or hangul_font() is not None:
        assert not [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 3
    if name == "master":
        said = "".join(output.text for output in outputs if output.output_type == "stream")
        assert said.count("✗") == 0
        assert said.count("✓") == 3 * len(check.NAMES)
        assert (hangul(said) > 0) == (language == "ko")
