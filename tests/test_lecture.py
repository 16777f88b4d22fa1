"""The page of the lecture: every topic is there in its order, in both languages, and what is said to prove it exists.

That its commands and its Python run and print what they say is tested with the rest of the manual.
"""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
ENGLISH, KOREAN = ROOT / "docs" / "lecture.md", ROOT / "docs" / "lecture.ko.md"
TOPICS = range(1, 26)

# What has no picture of its own: a single number, an equation, a notebook.
WITHOUT_PICTURE = {2, 6, 14, 16, 17, 18, 20, 23, 25}


class Topic(NamedTuple):
    number: int
    title: str
    text: str

    @property
    def blocks(self) -> list[tuple[str, str]]:
        return re.findall(r"^```(\w+)\n(.*?)^```$", self.text, re.DOTALL | re.MULTILINE)

    @property
    def prose(self) -> str:
        plain = re.sub(r"^```.*?^```$", "", self.text, flags=re.DOTALL | re.MULTILINE)
        return re.sub(r"^!\[.*$|^(Proved by|증명:).*$", "", plain, flags=re.MULTILINE).strip()

    @property
    def proofs(self) -> list[str]:
        return re.findall(r"^(?:Proved by|증명:) `(.+?)`\.$", self.text, re.MULTILINE)


def topics(page: Path) -> list[Topic]:
    parts = re.split(r"^### (\d+)\. (.+)$", page.read_text(encoding="utf-8").partition("\n## ")[2], flags=re.MULTILINE)
    ends = [re.split(r"^## ", text, flags=re.MULTILINE)[0] for text in parts[3::3]]
    return [Topic(int(n), title, text) for n, title, text in zip(parts[1::3], parts[2::3], ends, strict=True)]


@pytest.mark.parametrize("page", [ENGLISH, KOREAN], ids=["en", "ko"])
def test_every_topic_is_there_in_its_order(page):
    assert [topic.number for topic in topics(page)] == list(TOPICS)
    letters = re.findall(r"^## ([A-G])\. ", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert letters == list("ABCDEFG")


@pytest.mark.parametrize("topic", topics(ENGLISH), ids=lambda topic: str(topic.number))
def test_a_topic_has_an_idea_a_command_a_few_lines_of_python_and_a_proof(topic):
    assert topic.prose
    assert [language for language, _ in topic.blocks] == ["sh", "python"]
    commands, lines = (text.splitlines() for _, text in topic.blocks)
    assert all(command.startswith("osolgil ") for command in commands)
    assert len(lines) - sum(line.startswith(("# ->", "from ", "import ")) for line in lines) <= 7
    assert ("![" in topic.text) == (topic.number not in WITHOUT_PICTURE)
    assert topic.proofs


@pytest.mark.parametrize("topic", topics(ENGLISH), ids=lambda topic: str(topic.number))
def test_what_is_said_to_prove_it_is_a_test(topic):
    for proof in topic.proofs:
        file, _, name = proof.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, proof


def test_the_korean_page_says_the_same_in_korean():
    for english, korean in zip(topics(ENGLISH), topics(KOREAN), strict=True):
        assert korean.blocks == english.blocks, english.number
        assert korean.proofs == english.proofs, english.number
        assert korean.text.count("![") == english.text.count("!["), english.number
        # Equations aside, a Korean sentence or more stands there.
        assert len(re.findall("[가-힣]", korean.prose)) >= 15 or english.number == 14


def test_the_errata_are_told_in_both_languages():
    for page in (ENGLISH, KOREAN):
        rows = re.findall(r"^\| (?!---)(.+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(rows) == 1 + 6
