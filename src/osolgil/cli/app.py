"""The commands, put together. Each function imports what it needs when it is called."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperCommand

from osolgil.cli import check_gradient, explain, fit, methods, minimize, predict, problems
from osolgil.cli.terminal import guarded

HELP = ("-h", "--help")


class Command(TyperCommand):
    """A command that takes an expression such as -x**2 for what it is: there are no short options to confuse it with."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f" {text}" if is_negative(text) else text for text in args])


def is_negative(text: str) -> bool:
    """Whether a text starts with a minus that is not an option's."""
    return text.startswith("-") and not text.startswith("--") and text not in ("-", *HELP)


def examples(lines: Sequence[str]) -> str:
    """The end of a help page."""
    return "\n\n".join(["[bold]Examples[/bold]", *(f"$ {escape(line)}" for line in lines)])


app = typer.Typer(
    name="osolgil",
    help="Minimize functions, fit models by maximum likelihood, compare optimizers, and see what each one did.",
    epilog=examples((minimize.EXAMPLES[0], minimize.EXAMPLES[2], fit.EXAMPLES[0], explain.EXAMPLES[1])),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": list(HELP)},
)


def register(name: str, command: Callable[..., None], lines: Sequence[str]) -> None:
    """Make a command of a function."""
    app.command(name, cls=Command, epilog=examples(lines), no_args_is_help=name in NEEDY)(guarded(command))


NEEDY = ("minimize", "fit", "predict", "explain", "check-gradient")
"""Commands that say how they are used if they are given nothing."""

register("minimize", minimize.minimize, minimize.EXAMPLES)
register("fit", fit.fit, fit.EXAMPLES)
register("predict", predict.predict, predict.EXAMPLES)
register("explain", explain.explain, explain.EXAMPLES)
register("methods", methods.methods, methods.EXAMPLES)
register("problems", problems.problems, problems.EXAMPLES)
register("check-gradient", check_gradient.check_gradient, check_gradient.EXAMPLES)


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        import osolgil

        typer.echo(osolgil.__version__)
        raise typer.Exit


@app.callback()
def everything(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=show_version)
    ] = False,
) -> None:
    """What comes before any command."""
