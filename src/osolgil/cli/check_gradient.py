"""`osolgil check-gradient`: a gradient beside its difference quotients."""

from typing import Annotated, Any

import typer

from osolgil.cli import options
from osolgil.cli.arguments import as_float
from osolgil.cli.terminal import NOT_CONVERGED, cell, console, number, print_json, say, table

EXAMPLES = (
    'osolgil check-gradient "x**2*y" --at 3,2',
    'osolgil check-gradient "x**2*y" --at x=3,y=2 --gradient "2*x*y, x**2"',
    "osolgil check-gradient beale --at 1,1 --json",
)

STATUSES = "0 the gradient is right; 2 something is wrong with the input; 3 the gradient is wrong"


def check_gradient(
    problem: Annotated[str, typer.Argument(help="A surface, or an expression in quotes.")],
    at: Annotated[
        str | None, typer.Option(metavar="POINT", help="Where: 3,2 in alphabetical order, or x=3,y=2.")
    ] = None,
    gradient: Annotated[
        str | None,
        typer.Option(metavar="EXPRESSIONS", help="The gradient to check, between commas; ours if left out."),
    ] = None,
    tolerance: Annotated[
        float, typer.Option(parser=as_float, metavar="NUMBER", help="The largest relative error that passes.")
    ] = 1e-6,
    as_json: options.AsJson = False,
) -> None:
    """Compare a gradient with central differences, one variable at a time."""
    from osolgil.cli import jax_cache

    jax_cache.turn_on()
    from osolgil import problems
    from osolgil.cli import posing

    if not tolerance > 0:
        raise ValueError(f"--tolerance {tolerance:g} must be positive.")
    posed = posing.pose(problem, at, option="--at")
    claimed = None if gradient is None else claimed_gradient(gradient, posed.names)
    found = problems.check_gradient(posed.inner, posed.start, claimed, tolerance)
    rows = list(zip(posed.names, found.gradient, found.differences, found.errors, strict=True))
    if as_json:
        named = [dict(zip(("name", "gradient", "differences", "error"), row, strict=True)) for row in rows]
        print_json({"passed": found.passed, "tolerance": tolerance, "coordinates": named})
    else:
        columns = ("gradient", "by differences", "relative error")
        made = table("variable", *columns, right=columns)
        for name, claim, difference, error in rows:
            style = "" if error <= tolerance else "red"
            made.add_row(cell(name, style), number(claim, 10), number(difference, 10), f"{error:.1e}")
        console().print(made)
        verdict = "The gradient is right" if found.passed else "The gradient is wrong"
        say(
            f"{verdict}: the largest relative error is {found.errors[found.worst]:.1e}, in {posed.names[found.worst]} "
            f"(at most {tolerance:.0e} passes).",
            "green" if found.passed else "red",
        )
    if not found.passed:
        raise typer.Exit(NOT_CONVERGED)


def claimed_gradient(text: str, names: tuple[str, ...]) -> Any:
    """A gradient written as one expression for each variable."""
    import numpy as np

    from osolgil.cli.arguments import at_top_level
    from osolgil.cli.posing import as_function

    parts = at_top_level(text)
    if len(parts) != len(names):
        raise ValueError(
            f"--gradient has {len(parts)} expression{'s' * (len(parts) > 1)}; "
            f"there are {len(names)} variables ({', '.join(names)}), and each needs one."
        )
    functions = [as_function(part, names) for part in parts]
    return lambda x: np.array([float(function(x)) for function in functions])
