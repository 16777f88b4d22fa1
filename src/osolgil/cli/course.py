"""`osolgil course`: the lessons, and copies of them."""

import dataclasses
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from osolgil.cli import options
from osolgil.cli.terminal import cell, console, print_json, say, table

EXAMPLES = (
    "osolgil course",
    "osolgil course likelihood",
    "osolgil course assignment --ko",
)

HEADINGS = {
    "en": ("name", "minutes", "title", "what one learns"),
    "ko": ("이름", "분", "제목", "배울 점"),
}

OPEN = {
    "en": "Open it with Jupyter, or an editor that knows notebooks.",
    "ko": "Jupyter나 노트북을 지원하는 편집기로 여세요.",
}

INSTALL = {
    "en": "Nothing here can run a notebook yet: pip install 'osolgil[course]' jupyterlab",
    "ko": "아직 노트북을 실행할 수 없습니다: pip install 'osolgil[course]' jupyterlab",
}


def course(
    lesson: Annotated[
        str | None, typer.Argument(metavar="[LESSON]", help="Copy this one; without it, list them all.")
    ] = None,
    korean: Annotated[bool, typer.Option("--ko", help="In Korean: the copy, or the list.")] = False,
    folder: Annotated[Path, typer.Option("--folder", metavar="FOLDER", help="Where to put the copy.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace a copy that is there, answers and all.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """List the lessons, or copy one into a folder: notebooks in English or Korean, and an assignment with checks."""
    from osolgil.course import lessons

    language = "ko" if korean else "en"
    if lesson is not None:
        path = lessons.copy(lesson, folder, language, force=force)
        if as_json:
            print_json({"lesson": path.stem, "language": language, "path": str(path)})
            return
        say(f"Wrote {path}. {OPEN[language]}")
        if find_spec("ipykernel") is None:
            say(INSTALL[language], "yellow")
        return
    if as_json:
        print_json([dataclasses.asdict(each) for each in lessons.lessons()])
        return
    name, minutes, title, learn = HEADINGS[language]
    made = table(name, minutes, title, learn, right=(minutes,), whole=(name,))
    for each in lessons.lessons():
        other = "ko" if language == "en" else "en"
        titles = cell(each.title[language]).append("\n").append(each.title[other])
        made.add_row(cell(each.name, "bold"), str(each.minutes), titles, cell(each.learn[language]))
        made.add_section()
    console().print(made)
