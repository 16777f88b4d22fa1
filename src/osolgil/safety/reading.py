"""Reading an expression: from text to a tree that holds nothing but the language."""

import ast
import contextlib
import difflib
import math
import unicodedata
import warnings
from collections.abc import Iterator

from osolgil.safety.language import ALLOWED, ARITHMETIC, COMPARISONS, CONSTANTS, FUNCTIONS

LONGEST = 10_000
DEEPEST = 100
LARGEST_INDEX = 9_999


class UnsafeExpression(ValueError):  # noqa: N818  # it says what the text is
    """The text is not in the expression language. The message names the offending piece and lists what is allowed."""


def refuse(piece: str, reason: str) -> UnsafeExpression:
    """The error that names the offending piece and lists what is allowed."""
    shown = piece if len(piece) <= 60 else piece[:57] + "..."
    return UnsafeExpression(f"{shown!r} {reason}; {ALLOWED}")


@contextlib.contextmanager
def silently() -> Iterator[None]:
    """No warnings inside the block."""
    # Python's parser comments on odd literals; the reader below judges them.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def parsed(text: str) -> ast.expr:
    """The tree of a text that Python can read as one expression of sane size; nothing is judged yet."""
    if not text:
        raise refuse(text, "is empty")
    if len(text) > LONGEST:
        raise refuse(text, f"has {len(text)} characters, more than {LONGEST}")
    # Python reads look-alikes as the letters that they look like (ｅｘｐ as exp, but x² as x2): we do not guess.
    odd = next((c for c in text if unicodedata.normalize("NFKC", c) != c and unicodedata.normalize("NFC", c) == c), "")
    if odd:
        plain = unicodedata.normalize("NFKC", odd)
        raise refuse(odd, f"({unicodedata.name(odd, 'a special form')}) only looks like {plain!r}; type the plain one")
    try:
        with silently():
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        at = max((error.offset or 1) - 1, 0)
        raise refuse(text[at : at + 20] or text, "cannot be read here") from None
    except (ValueError, RecursionError, MemoryError):  # null bytes, lone surrogates; far too deep
        raise refuse(text, "cannot be read: it is nested too deeply or holds characters that are not text") from None
    depth, level = 0, [tree]
    while level:
        depth += 1
        if depth > DEEPEST:
            raise refuse(text, f"is nested more than {DEEPEST} deep")
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return tree


class Reader:
    """Walks a tree once, in order of appearance, and refuses what is not in the language."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: dict[str, None] = {}
        self.bare: set[str] = set()
        self.indexed: set[str] = set()

    def refuse(self, node: ast.AST, reason: str) -> UnsafeExpression:
        return refuse(ast.get_source_segment(self.text, node) or self.text, reason)

    def read(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=value):
                self.read_number(node, value)
            case ast.Name(id=name):
                self.read_name(node, name)
            case ast.Subscript():
                self.read_indexed(node)
            case ast.BinOp(left=left, op=operator, right=right):
                if isinstance(operator, ast.BitXor):
                    raise self.refuse(node, "uses ^; write ** for powers")
                if type(operator) not in ARITHMETIC:
                    raise self.refuse(node, "uses an operator that is not allowed")
                self.read(left)
                self.read(right)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self.read(operand)
            case ast.Compare(left=left, ops=operators, comparators=others):
                if any(type(operator) not in COMPARISONS for operator in operators):
                    raise self.refuse(node, "uses a comparison that is not allowed")
                for part in (left, *others):
                    self.read(part)
            case ast.Call():
                self.read_call(node)
            case ast.IfExp() | ast.BoolOp():
                raise self.refuse(node, "is not allowed; write where(condition, this, that)")
            case _:
                raise self.refuse(node, "is not allowed in an expression")
        if self.bare & self.indexed:
            name = min(self.bare & self.indexed)
            raise refuse(name, f"is used both as {name} and as {name}[...]")

    def read_number(self, node: ast.expr, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(node, "is not a number")
        try:
            finite = math.isfinite(float(value))
        except OverflowError:
            finite = False
        if not finite:
            raise self.refuse(node, "is larger than any floating point number")

    def read_name(self, node: ast.expr, name: str) -> None:
        if "__" in name:
            raise self.refuse(node, "has two underscores in a row, which names may not have")
        if name in FUNCTIONS:
            raise self.refuse(node, "is a function and needs its arguments in parentheses")
        if name in CONSTANTS:
            return
        self.bare.add(name)
        self.names[name] = None

    def read_indexed(self, node: ast.Subscript) -> None:
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int() as index)) if (
                not isinstance(index, bool) and 0 <= index <= LARGEST_INDEX
            ):
                if "__" in name or name in FUNCTIONS or name in CONSTANTS:
                    raise self.refuse(node, "cannot have an index")
                self.indexed.add(name)
                self.names[f"{name}[{index}]"] = None
            case _:
                raise self.refuse(node, f"is not a name with a whole number from 0 to {LARGEST_INDEX} as its index")

    def read_call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name not in FUNCTIONS:
            piece = ast.get_source_segment(self.text, node.func) or self.text
            near = difflib.get_close_matches(name or "", {"max": 0, "min": 0, **FUNCTIONS}, 1, 0.75)
            near = [{"max": "maximum", "min": "minimum"}.get(word, word) for word in near]
            raise refuse(piece, "is not a function of this language" + (f" (did you mean {near[0]}?)" if near else ""))
        if node.keywords:
            raise self.refuse(node, "has a keyword argument")
        arguments = FUNCTIONS[name][0]
        if len(node.args) != arguments:
            raise self.refuse(node, f"needs {arguments} argument{'s' * (arguments > 1)}, not {len(node.args)}")
        for argument in node.args:
            self.read(argument)
