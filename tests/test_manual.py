"""The manual is true: its blocks run, what they are said to print they print, and nothing is left out."""

import ast
import doctest
import io
import re
import shlex
import subprocess
from contextlib import redirect_stdout
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import osolgil
from osolgil import Protocol, Status, races
from osolgil.methods import ALIASES, METHODS, conventions, schedules, transforms
from osolgil.problems import networks, surfaces
from osolgil.races import Manifest, contestants, report, suites
from osolgil.races.pairings import MEASURES
from osolgil.regression import FAMILIES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README, KOREAN = ROOT / "README.md", ROOT / "README.ko.md"
# Korean pages have the blocks of the English ones, and so need not be run.
TRANSLATED = sorted(DOCS.glob("*.ko.md"))
RUN = [README, *sorted(set(DOCS.glob("*.md")) - set(TRANSLATED))]
PAGES = [KOREAN, *RUN, *TRANSLATED]

CLAIM = "# -> "
EXIT_STATUS = "; echo $?"


class Block(NamedTuple):
    language: str
    text: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [Block(*each) for each in found]


def agree(claimed: list[str], actual: str, what: str) -> None:
    """Compare; `...` in a claim stands for anything (times, what rounding leaves), and long lines may be broken."""
    wanted = "\n".join(claimed)
    found = doctest.OutputChecker().check_output(wanted, actual, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert found, f"{what}\nis said to print\n{wanted}\nand prints\n{actual}"


def claims(lines: list[str], end: int) -> list[str]:
    """What the statement that ends in this line is said to print: beside it, or in the lines below."""
    beside = lines[end - 1].partition(f"  {CLAIM}")[2]
    below = []
    for line in lines[end:]:
        if not line.startswith(CLAIM.rstrip()):
            break
        below.append(line[len(CLAIM) :])
    return [beside, *below] if beside else below


def run_python(source: str, namespace: dict[str, Any]) -> None:
    """Execute a block, a statement at a time; whatever is printed, or raised, must have been claimed."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        claimed, said, value = claims(lines, statement.end_lineno or 0), io.StringIO(), None
        code = ast.unparse(statement)
        try:
            with redirect_stdout(said):
                if isinstance(statement, ast.Expr):
                    value = eval(compile(ast.Expression(statement.value), "<manual>", "eval"), namespace)
                else:
                    exec(compile(ast.Module([statement], []), "<manual>", "exec"), namespace)
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
            if not claimed or not claimed[0].startswith(type(error).__name__):
                raise
            agree(claimed, raised, code)
            continue
        actual = said.getvalue() or ("" if value is None or not claimed else repr(value))
        agree(claimed, actual, code)


@pytest.fixture
def shell(monkeypatch):
    """Run a line of a shell block, and give back what it prints and its exit status."""
    from typer.testing import CliRunner

    from osolgil.cli import jax_cache
    from osolgil.cli.app import app

    monkeypatch.setattr(jax_cache, "turn_on", lambda: None)
    monkeypatch.setenv("COLUMNS", "100")

    def run(line: str) -> tuple[str, int]:
        program, _, arguments = line.partition(" ")
        if program == "make":
            assert re.search(rf"^{arguments.split()[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), line
            return "", 0
        if program == "osolgil":
            result = CliRunner().invoke(app, shlex.split(arguments))
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            return result.output, result.exit_code
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=300)
        return done.stdout + done.stderr, done.returncode

    return run


def run_console(block: Block, shell: Any) -> None:
    """Run the commands; one that is not followed by `; echo $?` must succeed."""
    commands: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if block.language == "sh" or line.startswith("$ "):
            commands.append((line.removeprefix("$ ").partition("  #")[0].strip(), []))
        else:
            commands[-1][1].append(line)
    for command, claimed in commands:
        printed, status = shell(command.removesuffix(EXIT_STATUS))
        if command.endswith(EXIT_STATUS):
            printed = f"{printed.rstrip()}\n{status}"
        else:
            assert status == 0, f"{command} ended with {status}: {printed}"
        if claimed:
            agree(claimed, printed, command)


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_every_block_of_a_page_runs_and_prints_what_it_says(page, shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "manual"}
    found = [block for block in blocks(page) if block.language in ("python", "console", "sh")]
    for block in found:
        if block.language == "python":
            run_python(block.text, namespace)
        else:
            run_console(block, shell)


def test_a_false_claim_is_noticed():
    with pytest.raises(AssertionError, match="is said to print"):
        run_python("1 + 1  # -> 3", {})
    with pytest.raises(AssertionError, match="is said to print"):
        run_python("print('not claimed')", {})
    with pytest.raises(ZeroDivisionError):
        run_python("1 / 0", {})
    run_python("for i in (1, 2):\n    print(i)\n# -> 1\n# -> 2\n1 / 0  # -> ZeroDivisionError: division by zero", {})


def test_the_korean_readme_has_the_blocks_of_the_english_one():
    assert blocks(KOREAN) == blocks(README)
    assert len(re.findall("[가-힣]", KOREAN.read_text(encoding="utf-8"))) > 500


@pytest.mark.parametrize("page", TRANSLATED, ids=name_of)
def test_a_korean_page_has_the_blocks_of_the_english_one(page):
    assert blocks(page) == blocks(page.with_name(page.name.replace(".ko.md", ".md")))
    assert len(re.findall("[가-힣]", page.read_text(encoding="utf-8"))) > 500


def test_the_readme_s_main_job_is_six_lines_of_shell_and_six_of_python():
    found = [(block.language, len(block.text.splitlines())) for block in blocks(README)]
    assert found == [("sh", 2), ("sh", 6), ("python", 6)]
    assert [line.partition("  #")[0] for line in blocks(README)[0].text.splitlines()] == ["make demo", "make test"]


def test_the_arrivals_below_the_readme_s_picture_are_measured():
    from osolgil import plots

    arrivals = sorted(min(run.arrivals) for run in plots.tuned(surfaces.named("beale")).runs)
    for page in (README, KOREAN):
        caption = re.search(r"^\*.*?Adadelta.*?\*$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
        assert caption is not None, page.name
        told = [int(number) for number in re.findall(r"\d+", caption[0])][-len(arrivals) :]
        # Kinds of CPU differ in last bits, and the paths amplify them: a step or two more or less is no lie.
        assert told == pytest.approx(arrivals, abs=3), page.name


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    prose = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith(("https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        other = (page.parent / file).resolve() if file else page
        assert other.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), target


def test_every_page_is_reached_from_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert page.name == "index.md" or f"({page.name})" in index, page.name


def test_every_picture_is_shown_and_small_and_made_by_one_command():
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    made = (DOCS / "pictures.py").read_text(encoding="utf-8")
    sizes = {picture: picture.stat().st_size for picture in (DOCS / "pictures").iterdir()}
    for picture, size in sizes.items():
        assert f"pictures/{picture.name})" in text, picture.name
        assert f'"{picture.stem.removesuffix("-ko")}' in made, picture.name
        assert size < 300_000, picture.name
    assert sum(sizes.values()) < 2_000_000


def code_of(*pages: Path) -> str:
    """Everything on these pages that is set as code."""
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    fenced = "\n".join(block.text for page in pages for block in blocks(page))
    return fenced + "\n".join(re.findall(r"`([^`\n]+)`", text))


@pytest.mark.parametrize(
    ("pages", "names"),
    [
        (RUN, osolgil.__all__),
        ([DOCS / "rules.md", DOCS / "methods.md"], [*METHODS, *ALIASES]),
        ([DOCS / "rules.md"], conventions.__all__),
        (
            [DOCS / "methods.md"],
            [
                name
                for room in (schedules, transforms)
                for name, made in vars(room).items()
                if isinstance(made, type) and made.__module__ == room.__name__ and hasattr(made, "__dataclass_fields__")
            ],
        ),
        ([DOCS / "problems.md"], surfaces.names()),
        ([DOCS / "networks.md"], networks.names()),
        ([DOCS / "regression.md"], FAMILIES),
        ([DOCS / "plots.md"], osolgil.plots.__all__),
        ([DOCS / "race.md"], [*races.__all__, *contestants.__all__, *suites.__all__, *report.__all__]),
        ([DOCS / "race.md"], [*suites.names(), *races.DIVISIONS, *races.DIMENSIONS, *MEASURES]),
        ([DOCS / "race.md"], [audit.__name__ for audit in races.AUDITS]),
        ([DOCS / "race.md"], [*(field.name for field in fields(Protocol)), *Manifest.__annotations__]),
        ([DOCS / "race.md"], [*races.CURVES, *(name for name in races.RUNS if not name.startswith("reached_"))]),
    ],
    ids=[
        "public names",
        "methods",
        "conventions",
        "schedules and transforms",
        "surfaces",
        "networks",
        "families",
        "plots",
        "names of races",
        "suites, divisions, hyperparameters and measures",
        "audits",
        "protocol and manifest",
        "tables of a race",
    ],
)
def test_nothing_is_left_out(pages, names):
    code = code_of(*pages)
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", code)] == []


def test_the_table_of_statuses_is_that_of_the_enum():
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \| (.+?) \|$", (DOCS / "descent.md").read_text(), re.MULTILINE
    )
    ended = [status for status in Status if status is not Status.RUNNING]
    assert set(rows) == {(s.name, s.cause, s.remedy, "yes" if s.success else "no") for s in ended}
    assert len(rows) == len(ended)


def test_every_command_and_option_is_in_the_manual():
    from typer.main import get_command

    from osolgil.cli.app import app

    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        assert f"\n## {name}\n" in text, name
        for parameter in command.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert not option.startswith("--") or f"`{option}" in text, f"{name} {option}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_folder_of_somebody_s_machine(page):
    assert not re.search(r"(?<![\w.])/(work|home|tmp|root|Users)/", page.read_text(encoding="utf-8"))
