"""Wilkinson formulas (Wilkinson & Rogers 1973): from `y ~ a*b + log(x)` to a response and a list of terms.

    a + b    both terms                 a:b      the product of a and b
    a - b    a without b                a*b      a + b + a:b
    0 or -1  no intercept               a/b      a + a:b
    .        all other columns          (a+b)^2  all products of up to two

The text is read here, character by character, and nothing in it is ever executed.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from osolgil.rows.factors import ALLOWED, Column, Factor, UnsafeFormula, call_factor, column_factor

LONGEST = 100_000
DEEPEST = 50
MOST_TERMS = 10_000
MOST_PRODUCTS = 1_000_000
HIGHEST_POWER = 20

Terms = dict[frozenset[str], tuple[str, ...]]
"""Terms in order; a:b and b:a are one term, written as it came first. The empty term is the intercept."""

INTERCEPT: Terms = {frozenset(): ()}


@dataclass(frozen=True)
class Formula:
    """A formula that has been read.

    Attributes:
        text: what was written, with `.` written out.
        response: the left side.
        intercept: whether there is one.
        factors: the distinct factors of the right side.
        terms: each term as the numbers of its factors.
    """

    text: str
    response: Factor
    intercept: bool
    factors: tuple[Factor, ...]
    terms: tuple[tuple[int, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the right side reads, in order."""
        return tuple(dict.fromkeys(column for factor in self.factors for column in factor.columns))


def parse_formula(text: str, columns: Iterable[str] = ()) -> Formula:
    """Read a formula.

    >>> parse_formula("y ~ a*b - 1").terms
    ((0,), (1,), (0, 1))

    Args:
        text: the formula.
        columns: the columns that `.` stands for, less those of the response.

    Raises:
        UnsafeFormula: the text is not a formula of this language; the message names the piece.
    """
    if not isinstance(text, str):
        raise TypeError(f"a formula is a string such as 'height ~ weight', not {type(text).__name__}")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > LONGEST:
        raise UnsafeFormula(f"the formula has {len(text)} characters, more than {LONGEST}")
    tokens = tokenized(text)
    sides = [index for index, token in enumerate(tokens) if token == "~"]
    if len(sides) != 1 or sides[0] == 0:
        raise UnsafeFormula(f"{text!r} has not the form 'response ~ terms'; write for example 'height ~ weight'")
    left, right = tokens[: sides[0]], tokens[sides[0] + 1 :]
    if len(left) != 1 or isinstance(left[0], str):
        raise UnsafeFormula(f"the left side of {text!r} is not one column or one function of columns, such as log(y)")
    response = left[0]
    others = [column_factor(name) for name in columns if name not in response.columns]
    terms = Reader(text, right, others).read()
    factors = {token.text: token for token in (*right, *others) if not isinstance(token, str)}
    used = list(dict.fromkeys(name for term in terms.values() for name in term))
    intercept = frozenset() in terms
    if not terms:
        raise UnsafeFormula(f"{text!r} has no terms and no intercept: there is nothing to fit")
    if response.text in used:
        raise UnsafeFormula(f"{response.text!r} is on both sides of {text!r}; leave it out on the right")
    if "." in right:
        everything = "(" + " + ".join(column.text for column in others) + ")"
        shown = [token if isinstance(token, str) else token.text for token in right]
        text = f"{response.text} ~ " + " ".join(everything if token == "." else token for token in shown)
    return Formula(
        text,
        response,
        intercept,
        tuple(factors[name] for name in used),
        tuple(tuple(used.index(name) for name in term) for term in terms.values() if term),
    )


Token = str | Factor


def tokenized(text: str) -> list[Token]:
    """The tokens of a formula: operators and numbers as strings, the rest as factors."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character.isspace():
            at += 1
        elif character == "`":
            end = text.find("`", at + 1)
            if end <= at + 1:
                raise UnsafeFormula(f"the backtick at {text[at : at + 20]!r} does not enclose a name")
            tokens.append(column_factor(text[at + 1 : end]))
            at = end + 1
        elif character.isidentifier():
            end = at + 1
            while end < len(text) and ("_" + text[end]).isidentifier():
                end += 1
            name = text[at:end]
            if text[end : end + 1] == "(":
                end = closing(text, end) + 1
                tokens.append(call_factor(name, text[at:end]))
            elif text[end : end + 1] in (".", "["):
                word = text[at:].split()[0].rstrip("+-*/:^~)")
                raise UnsafeFormula(f"{word!r} is not a plain name; write a column of that name as `{word}`")
            elif "__" in name:
                raise UnsafeFormula(f"{name!r} has two underscores in a row; write a column of that name as `{name}`")
            else:
                tokens.append(column_factor(name))
            at = end
        elif character.isdecimal():
            end = at + 1
            while end < len(text) and (text[end].isdecimal() or text[end] == "."):
                end += 1
            tokens.append(text[at:end])
            at = end
        elif text.startswith("**", at):
            tokens.append("^")
            at += 2
        elif character in "~+-*/:^().":
            tokens.append(character)
            at += 1
        else:
            raise UnsafeFormula(f"{text[at : at + 20]!r} in the formula is not allowed; {ALLOWED}")
    return tokens


def closing(text: str, at: int) -> int:
    """Where the parenthesis that opens at `at` closes, quotation marks respected."""
    depth, quote = 0, ""
    for index in range(at, len(text)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return index
    raise UnsafeFormula(f"the parenthesis at {text[at : at + 20]!r} is never closed")


@dataclass
class Reader:
    """Reads the right side by recursive descent: sums of products of interactions of powers of atoms."""

    text: str
    tokens: list[Token]
    others: list[Column]
    at: int = 0
    depth: int = 0

    def read(self) -> Terms:
        """The terms of the whole right side, with the intercept that is there unless it is taken away."""
        terms = self.sum(dict(INTERCEPT))
        if self.at < len(self.tokens):
            raise self.unexpected()
        return terms

    @property
    def next(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token | None:
        token = self.next
        self.at += 1
        return token

    def unexpected(self) -> UnsafeFormula:
        token = self.next
        if token is None:
            return UnsafeFormula(f"{self.text!r} ends where a column was expected")
        shown = token if isinstance(token, str) else token.text
        return UnsafeFormula(f"{shown!r} is not expected at its place in {self.text!r}; {ALLOWED}")

    def sum(self, terms: Terms) -> Terms:
        sign = self.take() if self.next in ("+", "-") else "+"
        while True:
            token = self.next
            if isinstance(token, str) and token[0].isdecimal():
                if token not in ("0", "1") or self.depth:
                    raise UnsafeFormula(
                        f"the number {token} in {self.text!r} is not allowed; outside parentheses 1 is the intercept "
                        "and 0 is none, and I(2*x) scales a column"
                    )
                self.take()
                present = (sign == "+") == (token == "1")
                terms = {**INTERCEPT, **terms} if present else without(terms, INTERCEPT)
            else:
                product = self.product()
                terms = joined(terms, product) if sign == "+" else without(terms, product)
            if self.next not in ("+", "-"):
                return terms
            sign = self.take()

    def product(self) -> Terms:
        terms = self.interaction()
        while self.next in ("*", "/"):
            operator = self.take()
            others = self.interaction()
            if operator == "*":
                terms = joined(joined(terms, others), self.times(terms, others))
            else:
                whole = tuple(dict.fromkeys(name for term in terms.values() for name in term))
                terms = joined(terms, self.times({frozenset(whole): whole}, others))
        return terms

    def interaction(self) -> Terms:
        terms = self.power()
        while self.next == ":":
            self.take()
            terms = self.times(terms, self.power())
        return terms

    def power(self) -> Terms:
        base = terms = self.atom()
        while self.next == "^":
            self.take()
            exponent = self.take()
            if not (isinstance(exponent, str) and exponent.isdecimal() and 1 <= int(exponent[:3]) <= HIGHEST_POWER):
                raise UnsafeFormula(
                    f"the power in {self.text!r} is not a whole number from 1 to {HIGHEST_POWER}; "
                    "write I(x**2) for the square of a column"
                )
            for _ in range(int(exponent) - 1):
                terms = joined(terms, self.times(terms, base))
            base = terms
        return terms

    def atom(self) -> Terms:
        token = self.next
        if token == "(":
            self.take()
            self.depth += 1
            if self.depth > DEEPEST:
                raise UnsafeFormula(f"the formula is nested more than {DEEPEST} deep")
            terms = self.sum({})
            self.depth -= 1
            if self.next != ")":
                raise self.unexpected()
            self.take()
            return terms
        if token == ".":
            self.take()
            if not self.others:
                raise UnsafeFormula(f"the . in {self.text!r} stands for all other columns, but there are none")
            return {frozenset({column.text}): (column.text,) for column in self.others}
        if token is None or isinstance(token, str):
            raise self.unexpected()
        self.take()
        return {frozenset({token.text}): (token.text,)}

    def times(self, left: Terms, right: Terms) -> Terms:
        product: Terms = {}
        for a in left.values():
            if len(product) > MOST_TERMS or len(left) * len(right) > MOST_PRODUCTS:
                raise UnsafeFormula(f"the formula makes more than {MOST_TERMS} terms; write out those that you need")
            for b in right.values():
                term = tuple(dict.fromkeys((*a, *b)))
                product.setdefault(frozenset(term), term)
        return product


def joined(terms: Terms, others: Terms) -> Terms:
    """The terms and then those of the others that are not among them."""
    return {**terms, **without(others, terms)}


def without(terms: Terms, others: Terms) -> Terms:
    """The terms that are not among the others."""
    return {key: term for key, term in terms.items() if key not in others}
