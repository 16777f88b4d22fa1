"""The commands, put together. Each function imports what it needs when it is called."""

import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from osolgil.cli import (
    check_gradient,
    course,
    curve,
    diagnose,
    explain,
    fit,
    likelihood,
    methods,
    minimize,
    predict,
    problems,
    race,
)
from osolgil.cli.terminal import complain, guarded, sentence

HELP = ("-h", "--help")

UsageError: Any = typer.BadParameter.__mro__[1]
"""The class of all of Typer's refusals, which Typer does not export."""


class Command(TyperCommand):
    """A command that takes -x**2 for an expression: there are no short options to confuse it with."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [f" {text}" if is_negative(text) else text for text in args])


class Group(TyperGroup):
    """All commands. What Typer itself refuses ends in one sentence too."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        try:
            status = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except UsageError as error:
            # Help that stands in for missing arguments has been printed already.
            if type(error).__name__ != "NoArgsIsHelpError":
                path = error.ctx.command_path if error.ctx is not None else "osolgil"
                refused = error.format_message().replace("Value error, ", "")
                complain(f"{sentence(refused)} Try {path} --help.")
            status = error.exit_code
        except typer.Abort:
            complain("Stopped.", "yellow")
            status = 130
        sys.exit(status if isinstance(status, int) else 0)


def is_negative(text: str) -> bool:
    """Whether a text starts with a minus that is not an option's."""
    return text.startswith("-") and not text.startswith("--") and text not in ("-", *HELP)


def ending(lines: Sequence[str], statuses: str = "") -> str:
    """The end of a help page: what the exit status means, and examples."""
    meaning = [f"[bold]Exit status[/bold]  {statuses}"] if statuses else []
    return "\n\n".join([*meaning, "[bold]Examples[/bold]", *(f"$ {escape(line)}" for line in lines)])


app = typer.Typer(
    cls=Group,
    name="osolgil",
    help="Minimize functions, fit models by maximum likelihood, compare optimizers, and see what each one did.",
    epilog=ending((minimize.EXAMPLES[0], minimize.EXAMPLES[2], fit.EXAMPLES[0], race.EXAMPLES[0], explain.EXAMPLES[1])),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": list(HELP)},
)


def register(name: str, command: Callable[..., None], lines: Sequence[str], statuses: str = "") -> None:
    """Make a command of a function. One that needs arguments says how it is used if it is given none."""
    needy = any(each.default is each.empty for each in inspect.signature(command).parameters.values())
    app.command(name, cls=Command, epilog=ending(lines, statuses), no_args_is_help=needy)(guarded(command))


register("minimize", minimize.minimize, minimize.EXAMPLES, minimize.STATUSES)
register("fit", fit.fit, fit.EXAMPLES, fit.STATUSES)
register("curve", curve.curve, curve.EXAMPLES, curve.STATUSES)
register("predict", predict.predict, predict.EXAMPLES)
register("likelihood", likelihood.likelihood, likelihood.EXAMPLES, likelihood.STATUSES)
register("explain", explain.explain, explain.EXAMPLES)
register("methods", methods.methods, methods.EXAMPLES)
register("problems", problems.problems, problems.EXAMPLES)
register("race", race.race, race.EXAMPLES, race.STATUSES)
register("diagnose", diagnose.diagnose, diagnose.EXAMPLES)
register("check-gradient", check_gradient.check_gradient, check_gradient.EXAMPLES, check_gradient.STATUSES)
register("course", course.course, course.EXAMPLES)


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
