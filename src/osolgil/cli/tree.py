"""The family tree on a terminal: each method below its first parent, with a mention below its others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text
from rich.tree import Tree

from osolgil.cli.terminal import cell

if TYPE_CHECKING:
    from osolgil.methods.family import Relative

ALSO = {"en": "from {}: ", "ko": "{}에서: "}
SEE = {"en": "(in full below {})", "ko": "({} 아래에 자세히)"}


def drawn(family: "Sequence[Relative]", language: str) -> list[Tree]:
    """One tree for each method without parents."""
    trees = []
    for root in family:
        if not root.parents:
            tree = Tree(label(root, language))
            grow(tree, root, family, language)
            trees.append(tree)
    return trees


def grow(tree: Tree, parent: "Relative", family: "Sequence[Relative]", language: str) -> None:
    """Hang all that came from a parent below it."""
    for child in family:
        if parent.name not in child.parents:
            continue
        first = next(iter(child.parents))
        if first == parent.name:
            grow(tree.add(label(child, language)), child, family, language)
        else:
            mention = cell(child.name, "italic").append(f" {SEE[language].format(first)}", "dim not italic")
            tree.add(mention.append(f"\n+ {child.parents[parent.name]}", "not italic"))


def label(each: "Relative", language: str) -> Text:
    """Name, other names and source of a method, and below what it added to its parents."""
    written = cell(each.name, "bold")
    if each.also:
        written.append(f" ({', '.join(each.also)})", "not bold")
    written.append(f"  {each.source}", "dim not bold")
    for number, (parent, added) in enumerate(each.parents.items()):
        whose = ALSO[language].format(parent) if number else ""
        written.append(f"\n+ {whose}{added}", "not bold")
    return written


def nested(family: "Sequence[Relative]", parent: str | None = None) -> list[dict[str, Any]]:
    """The tree as JSON: what hangs below its first parent is told in full, elsewhere by name."""
    told = []
    for each in family:
        first = next(iter(each.parents), None)
        if first == parent:
            told.append(
                {
                    "name": each.name,
                    "title": each.title,
                    "also": each.also,
                    "year": each.year,
                    "source": each.source,
                    "parents": each.parents,
                    "children": nested(family, each.name),
                }
            )
        elif parent in each.parents:
            told.append({"name": each.name, "below": first})
    return told
