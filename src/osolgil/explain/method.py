"""What a method computes, and where it comes from."""

import dataclasses
import inspect
import re
from dataclasses import dataclass
from typing import Any, get_type_hints

from osolgil.explain.formulas import plain
from osolgil.methods import ALIASES, Method, Rule, conventions, family_tree, name_of
from osolgil.methods.equations import Line, lines
from osolgil.methods.typeset import latex_symbol, text_symbol
from osolgil.protocol import Needs


@dataclass(frozen=True)
class Symbol:
    """A letter in the equations.

    Attributes:
        text: the letter as Unicode text.
        latex: the letter as LaTeX.
        name: the hyperparameter's name.
        value: its value.
        meaning: in words.
    """

    text: str
    latex: str
    name: str
    value: Any
    meaning: str


@dataclass(frozen=True)
class Explanation:
    """What a method computes, and where it comes from.

    Attributes:
        name: the canonical name.
        title: as people write it.
        also: other names.
        idea: what it does, in a sentence.
        order: "first", "1.5" or "second".
        needs: what it must be told about a point, in words.
        equations: of a rule, one line each; empty for other methods.
        symbols: its hyperparameters.
        memory: what it remembers from step to step, in words; empty if nothing.
        parents: the methods that it came from, and what was added to each.
        children: the methods that came from it, and what each added.
        source: paper and equation.
        story: of a method that is no rule, what it does; empty for rules.
        libraries: for each library or text that has this method, how its choice is written here.
    """

    name: str
    title: str
    also: tuple[str, ...]
    idea: str
    order: str
    needs: tuple[str, ...]
    equations: tuple[Line, ...]
    symbols: tuple[Symbol, ...]
    memory: str
    parents: dict[str, str]
    children: dict[str, str]
    source: str
    story: str
    libraries: dict[str, str]


def explain(method: Method[Any]) -> Explanation:
    """What there is to say about a method, with its hyperparameters.

    >>> from osolgil.methods import Momentum
    >>> found = explain(Momentum())
    >>> found.title, list(found.parents), found.source
    ('Momentum', ['gradient_descent'], 'Polyak 1964, equation (9)')
    """
    name = name_of(method)
    idea, _, rest = inspect.cleandoc(type(method).__doc__ or "").partition("\n\n")
    return Explanation(
        name=name,
        title=getattr(method, "title", type(method).__name__),
        also=tuple(alias for alias, known in ALIASES.items() if known == name),
        idea=" ".join(idea.split()),
        order=method.order,
        needs=needs_of(method),
        equations=lines(method) if isinstance(method, Rule) else (),
        symbols=symbols_of(method),
        memory=memory_of(type(method)),
        parents=family_tree().get(name, {}),
        children={child: parents[name] for child, parents in family_tree().items() if name in parents},
        source=method.source,
        story="" if isinstance(method, Rule) else readable(re.split(r"\n(?:Attributes|Source):", rest)[0].strip()),
        libraries=libraries_of(name, method),
    )


def needs_of(method: Method[Any]) -> tuple[str, ...]:
    """What a method must be told about a point, in words.

    >>> from osolgil.methods import BFGS, Adam, LevenbergMarquardt
    >>> needs_of(Adam()), needs_of(BFGS()), needs_of(LevenbergMarquardt())
    (('gradient',), ('value', 'gradient'), ('residuals',))
    """
    if isinstance(method, Rule):
        # The loop records values; a rule never looks at them.
        return ("gradient",)
    if Needs.FACTOR in method.needs:
        # The triangular factor of residuals and Jacobian says value and gradient as well.
        return ("residuals",)
    return method.needs.words


def memory_of(method: type[Method[Any]]) -> str:
    """What a rule remembers from step to step, as the class of its memory says.

    >>> from osolgil.methods import Adam
    >>> memory_of(Adam)
    'First moment m and second moment r of the gradient, shape (n,) each.'
    """
    if not issubclass(method, Rule):
        return ""
    memory = get_type_hints(method.init).get("return")
    if not getattr(memory, "_fields", ()):
        return ""
    return readable(" ".join(inspect.cleandoc(memory.__doc__ or "").partition("\n\n")[0].split()))


def meanings(described: type) -> dict[str, str]:
    """The attributes that a class's docstring describes, in words.

    >>> from osolgil.methods import Momentum
    >>> meanings(Momentum)["learning_rate"]
    'α, a number or a schedule.'
    """
    text = inspect.cleandoc(described.__doc__ or "")
    _, _, attributes = text.partition("\nAttributes:\n")
    found: dict[str, str] = {}
    name = ""
    for line in attributes.splitlines():
        if line and not line.startswith(" "):
            break
        heading = re.fullmatch(r" {4}(\w+): (.*)", line)
        if heading:
            name = heading[1]
            found[name] = heading[2]
        elif name and line.strip():
            found[name] += " " + line.strip()
    return {name: readable(words) for name, words in found.items()}


def readable(words: str) -> str:
    r"""Text of a docstring without its marks.

    >>> readable(r"see :math:`\alpha x_1` and ``Adam()``")
    'see α x₁ and Adam()'
    """
    words = re.sub(r":math:`([^`]*)`", lambda found: plain(found[1]), words)
    words = re.sub(r"\.\. math::\s*((?:.+\n?)+)", lambda found: f"    {plain(' '.join(found[1].split()))}\n", words)
    return words.replace("`", "").replace("*", "")


def symbols_of(method: Method[Any]) -> tuple[Symbol, ...]:
    """The letters of a method's hyperparameters."""
    words = meanings(type(method))
    found = []
    for field in dataclasses.fields(method):  # type: ignore[arg-type]
        value = getattr(method, field.name)
        letter = "alpha" if field.name == "learning_rate" else field.name
        switch = isinstance(value, bool)
        found.append(
            Symbol(
                text="" if switch else text_symbol(letter),
                latex="" if switch else latex_symbol(letter),
                name=field.name,
                value=value,
                meaning=words.get(field.name, ""),
            )
        )
    return tuple(found)


def libraries_of(name: str, method: Method[Any]) -> dict[str, str]:
    """How each library's choice is written here: the hyperparameters in which it differs from our defaults."""
    found = {}
    for library in conventions.__all__:
        build = getattr(getattr(conventions, library), name, None)
        if build is None:
            continue
        required = [key for key, each in inspect.signature(build).parameters.items() if each.default is each.empty]
        preset = build(**dict.fromkeys(required, 0.9))
        if type(preset) is not type(method):
            continue
        differing = [
            f"{field.name}={getattr(preset, field.name)!r}"
            for field in dataclasses.fields(preset)  # type: ignore[arg-type]
            if field.name not in required and getattr(preset, field.name) != field.default
        ]
        found[library] = ", ".join(differing) or "our defaults"
    return found
