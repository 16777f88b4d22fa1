"""Equations for the eye: an expression of Python as LaTeX, as text for a terminal, or with numbers in it."""

import abc
import ast
import re
from collections.abc import Callable, Mapping
from typing import ClassVar

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "psi": "ψ", "omega": "ω",
    "Pi": "Π",
}  # fmt: skip

SPOKEN = {
    "momentum": "rho",
    "dampening": "tau",
    "weight_decay": "lambda",
    "learning_rate_decay": "lambda",
    "variance": "eta",
    "noise": "xi",
    "bound": "c",
    "average": "x_bar",
    "decay": "beta",
    "burn_in": "t_0",
    "rho_inf": "rho_∞",
    "mask": "M",
}
"""The letter that stands for a name in formulas."""

ACCENTS = {"hat": ("\\hat", "\u0302"), "bar": ("\\bar", "\u0304")}

SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPT = str.maketrans("0123456789t", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵗ")

OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==",
}  # fmt: skip

SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)
"""How tightly an expression binds: what binds less than its surroundings demand is put in parentheses."""

Piece = tuple[str, int]


class Style(abc.ABC):
    """How expressions are written; `leaf` writes a name, as its symbol or as its value."""

    def __init__(self, leaf: Callable[[str], str]) -> None:
        self.leaf = leaf

    def write(self, node: ast.expr) -> str:
        """The expression, written."""
        return self._piece(node)[0]

    @abc.abstractmethod
    def fenced(self, inside: str) -> str:
        """In parentheses."""

    @abc.abstractmethod
    def fraction(self, above: ast.expr, below: ast.expr) -> Piece:
        """A quotient."""

    @abc.abstractmethod
    def power(self, base: ast.expr, exponent: ast.expr) -> Piece:
        """A power."""

    @abc.abstractmethod
    def call(self, name: str, arguments: list[ast.expr]) -> Piece:
        """A function of arguments."""

    @abc.abstractmethod
    def between(self, left: ast.expr, second: str) -> str:
        """The sign of multiplication between a factor and a second one that is written already."""

    minus: ClassVar[str]
    relations: ClassVar[Mapping[str, str]]

    def bound(self, node: ast.expr, least: int) -> str:
        """The expression, in parentheses if it binds less than `least`."""
        text, binding = self._piece(node)
        return text if binding >= least else self.fenced(text)

    def _piece(self, node: ast.expr) -> Piece:
        match node:
            case ast.Name(name):
                text = self.leaf(name)
                return text, ATOM if not text.startswith(("-", "−")) else SIGN
            case ast.Constant(value):
                return f"{value:g}" if isinstance(value, float) else str(value), ATOM
            case ast.UnaryOp(ast.USub(), inside):
                return self.minus + self.bound(inside, SIGN + 1), SIGN
            case ast.BinOp(left, ast.Add(), right):
                return f"{self.bound(left, SUM)} + {self.bound(right, PRODUCT)}", SUM
            case ast.BinOp(left, ast.Sub(), right):
                return f"{self.bound(left, SUM)} {self.minus} {self.bound(right, PRODUCT)}", SUM
            case ast.BinOp(left, ast.Mult(), right):
                # a sign in front of the second factor would read as a difference
                second = self.bound(right, POWER if _leads_with_sign(right) else PRODUCT)
                return f"{self.bound(left, PRODUCT)}{self.between(left, second)}{second}", PRODUCT
            case ast.BinOp(above, ast.Div(), below):
                return self.fraction(above, below)
            case ast.BinOp(base, ast.Pow(), exponent):
                return self.power(base, exponent)
            case ast.Compare(left, [relation], [right]):
                sign = self.relations[COMPARISONS[type(relation)]]
                return f"{self.bound(left, SUM)} {sign} {self.bound(right, SUM)}", 0
            case ast.Call(ast.Name(name), arguments):
                return self.call(name, arguments)
        raise ValueError(f"an equation may not contain {ast.unparse(node)!r}")


class Latex(Style):
    """LaTeX, for a page."""

    minus: ClassVar[str] = "-"
    relations: ClassVar[Mapping[str, str]] = {">": ">", ">=": r"\ge", "<": "<", "<=": r"\le", "==": "="}

    def between(self, left: ast.expr, second: str) -> str:
        return r" \cdot " if second[0].isdigit() else " "

    def fenced(self, inside: str) -> str:
        return rf"\left({inside}\right)"

    def fraction(self, above: ast.expr, below: ast.expr) -> Piece:
        if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult) and _is_quotient(above.left):
            return f"{self.write(above.left)} {self.fraction(above.right, below)[0]}", PRODUCT
        return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}", PRODUCT

    def power(self, base: ast.expr, exponent: ast.expr) -> Piece:
        return f"{self.bound(base, ATOM)}^{{{self.write(exponent)}}}", POWER

    def call(self, name: str, arguments: list[ast.expr]) -> Piece:
        written = [self.write(argument) for argument in arguments]
        match name:
            case "sqrt":
                return rf"\sqrt{{{written[0]}}}", ATOM
            case "abs":
                return rf"\left\lvert {written[0]} \right\rvert", ATOM
            case "norm":
                return rf"\left\lVert {written[0]} \right\rVert", ATOM
            case "norm_per_layer":
                return rf"\left\lVert {written[0]} \right\rVert_{{\mathrm{{layer}}}}", ATOM
            case "where":
                condition, then, otherwise = written
                cases = rf"{then} & {condition} \\ {otherwise} & \text{{otherwise}}"
                return rf"\begin{{cases}} {cases} \end{{cases}}", ATOM
        operator = rf"\{name}" if name in ("max", "min") else rf"\operatorname{{{name}}}"
        return rf"{operator}\left({', '.join(written)}\right)", ATOM


class Text(Style):
    """Unicode, for a terminal."""

    minus: ClassVar[str] = "−"
    relations: ClassVar[Mapping[str, str]] = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "==": "="}

    def __init__(self, leaf: Callable[[str], str], times: str = " ") -> None:
        super().__init__(leaf)
        self.times = times

    def between(self, left: ast.expr, second: str) -> str:
        # a/b c could be read as a/(b c)
        return " · " if _is_quotient(left) or (second[0].isdigit() and self.times == " ") else self.times

    def fenced(self, inside: str) -> str:
        return f"({inside})"

    def fraction(self, above: ast.expr, below: ast.expr) -> Piece:
        return f"{self.bound(above, PRODUCT)} / {self.bound(below, POWER)}", PRODUCT

    def power(self, base: ast.expr, exponent: ast.expr) -> Piece:
        above = self.write(exponent)
        raised = above.translate(SUPERSCRIPT)
        if not re.fullmatch("[⁰¹²³⁴⁵⁶⁷⁸⁹ᵗ]+", raised):
            raised = f"^{self.bound(exponent, ATOM)}"
        return self.bound(base, ATOM) + raised, POWER

    def call(self, name: str, arguments: list[ast.expr]) -> Piece:
        written = [self.write(argument) for argument in arguments]
        match name:
            case "sqrt":
                return f"√{self.bound(arguments[0], ATOM)}", ATOM
            case "abs":
                return f"|{written[0]}|", ATOM
            case "norm":
                return f"‖{written[0]}‖", ATOM
            case "norm_per_layer":
                return f"‖{written[0]}‖_layer", ATOM
            case "where":
                condition, then, otherwise = written
                return f"{{{then} if {condition}, else {otherwise}}}", ATOM
        return f"{name}({', '.join(written)})", ATOM


def _is_quotient(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def _leads_with_sign(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp):
        node = node.left
    return isinstance(node, ast.UnaryOp)


def latex_symbol(name: str, index: str = "") -> str:
    r"""A name as LaTeX.

    >>> latex_symbol("beta1"), latex_symbol("m_hat", "t-1"), latex_symbol("epsilon_root")
    ('\\beta_1', '\\hat{m}_{t-1}', '\\epsilon_{root}')
    """
    letter, accent, below = _parts(name)
    base = f"\\{letter}" if letter in GREEK else letter if len(letter) == 1 else rf"\mathrm{{{letter}}}"
    if accent:
        base = f"{ACCENTS[accent][0]}{{{base}}}"
    below = ",".join(part for part in (below.replace("∞", r"\infty"), index) if part)
    return f"{base}_{{{below}}}" if len(below) > 1 else f"{base}_{below}" if below else base


def text_symbol(name: str, index: str = "") -> str:
    """A name as Unicode text.

    >>> text_symbol("beta1"), text_symbol("m", "t-1"), text_symbol("epsilon_root")
    ('β₁', 'm_{t-1}', 'ε_root')
    """
    letter, accent, below = _parts(name)
    base = GREEK.get(letter, letter)
    if accent:
        base += ACCENTS[accent][1]
    if below.isdigit():
        base, below = base + below.translate(SUBSCRIPT), ""
    below = ",".join(part for part in (below, index) if part)
    return base if not below else f"{base}_{below}" if below.isalnum() or below == "∞" else f"{base}_{{{below}}}"


def _parts(name: str) -> tuple[str, str, str]:
    """Letter, accent and what stands below it: m_hat is m with a hat, beta1 is beta with 1 below."""
    number = ""
    if name not in SPOKEN and (numbered := re.fullmatch(r"(.*?)(\d+)", name)):
        name, number = numbered.groups()
    letter, _, rest = SPOKEN.get(name, name).partition("_")
    accent = rest if rest in ACCENTS else ""
    return letter, accent, "".join(part for part in ("" if accent else rest, number) if part)
