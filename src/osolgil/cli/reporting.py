"""Results, as people and as programs read them."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np

from osolgil.cli.arguments import shortened
from osolgil.cli.files import write_table
from osolgil.cli.limiting import Limits
from osolgil.cli.posing import Posed
from osolgil.cli.running import Runs
from osolgil.cli.terminal import console, grid, number, print_json, say, table
from osolgil.descent import Result
from osolgil.descent.result import Multipliers
from osolgil.methods import Method, name_of
from osolgil.problems import Network
from osolgil.problems.networks import SPLITS
from osolgil.protocol import Needs
from osolgil.protocol.words import counted


def print_runs(posed: Posed, runs: Runs, limits: Limits) -> None:
    """One result in words, several in one table."""
    if len(runs.results) == 1:
        print_result(posed, next(iter(runs.results.values())), limits)
    else:
        print_table(posed, runs)
    if runs.sweep is not None:
        say(f"Learning rates {runs.sweep.how()}")


def print_result(posed: Posed, result: Result, limits: Limits) -> None:
    """What one run came to."""
    say(result.message, "green" if result.success else "yellow")
    facts: dict[str, object] = {"problem": known(posed), "method": described(result.method)}
    if posed.network is not None:
        facts |= learned_in_words(posed.network, result)
    else:
        facts["f"] = number(result.fun, 10)
        x = np.ravel(result.x)
        shown = [f"{name} = {number(value, 10)}" for name, value in zip(posed.names, x, strict=True)]
        facts["at"] = ", ".join(shown if len(shown) <= 10 else [*shown[:4], "...", shown[-1]])
    if limits and result.multipliers is not None:
        facts["held by"] = ", ".join(held_by(posed.names, result.multipliers, limits.texts)) or "no limit"
    effort = [counted(result.nit, "step"), counted(result.nfev, "evaluation")]
    facts["effort"] = ", ".join([*effort, counted(result.epochs, "epoch")] if result.epochs else effort)
    facts["time"] = f"{result.run_seconds:.3g} s, and {result.compile_seconds:.3g} s compiling"
    console().print(grid(facts))


def held_by(names: Sequence[str], multipliers: Multipliers, relations: Sequence[str]) -> list[str]:
    """The limits that the answer leans on, with their multipliers: those that are not zero to six digits of the
    largest.
    """
    named = list(zip(names, np.ravel(multipliers.bounds), strict=True))
    named += [(text, rows[0]) for text, rows in zip(relations, multipliers.constraints, strict=True)]
    largest = max(abs(value) for _, value in named)
    return [f"{name} ({number(value)})" for name, value in named if abs(value) > 1e-6 * max(1.0, largest)]


def learned(network: Network, result: Result) -> dict[str, Any]:
    """What a network has learned: losses, and accuracies where there is something to be right about."""
    judged = result.validation
    if judged is None:
        judged = float(network.validation.evaluate(result.x, Needs.VALUE).value)
    if not network.classifies:
        return {"validation": judged}
    return {"validation": judged, "accuracy": {split: network.accuracy(result.x, split) for split in SPLITS}}


def learned_in_words(network: Network, result: Result) -> dict[str, object]:
    """What a network has learned, for people."""
    facts = learned(network, result)
    if not network.classifies:
        return {"training": f"loss {number(result.fun, 4)}", "validation": f"loss {number(facts['validation'], 4)}"}
    right = {
        split: f"{share:.1%} of {len(network.rows[split]['digit']):,}" for split, share in facts["accuracy"].items()
    }
    return {
        "training": f"loss {number(result.fun, 4)}, {right['train']} right",
        "validation": f"loss {number(facts['validation'], 4)}, {right['validation']} right",
        "test": f"{right['test']} right",
    }


def known(posed: Posed) -> str:
    """The problem, with what is known of its minimum."""
    if posed.network is not None:
        return f"{posed.network.title}, {posed.network.n:,} parameters, on handwritten digits"
    surface = posed.surface
    if surface is None:
        return f"{posed.title}, in {shortened(posed.names)}"
    if surface.minimum_value is None:
        return f"{surface.name}, which has no minimum"
    places = [f"({', '.join(number(value, 4) for value in place)})" for place in surface.minima]
    at = f" at {' and '.join(places)}" if surface.n <= 4 else ""
    return f"{surface.name}, whose minimum is {number(surface.minimum_value)}{at}"


def described(method: Method[Any]) -> str:
    """A method with its hyperparameters.

    >>> from osolgil.methods import Momentum
    >>> described(Momentum(0.1))
    'momentum (learning rate 0.1, momentum 0.9, dampening 0)'
    """
    told = [f"{name.replace('_', ' ')} {shown(value)}" for name, value in hyperparameters(method).items()]
    return f"{name_of(method)} ({', '.join(told)})" if told else name_of(method)


def hyperparameters(method: Any) -> dict[str, Any]:
    """The fields of a method that differ from nothing: switches that are off and what is None are left out."""
    fields = {field.name: getattr(method, field.name) for field in dataclasses.fields(method)}
    return {name: value for name, value in fields.items() if value is not None and value is not False}


def shown(value: Any) -> str:
    """A hyperparameter as a person would write it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return number(value) if isinstance(value, int | float) else str(value)


def print_table(posed: Posed, runs: Runs) -> None:
    """Several methods side by side."""
    say(known(posed), "bold")
    arrivals = {}
    if runs.sweep is not None and posed.minimum is not None:
        arrivals = {name_of(run.result.method): run for run in runs.sweep.runs}
    end = "arrived" if arrivals else "ended"
    tested: tuple[str, ...] = ()
    if posed.network is not None:
        tested = ("validation", "test") if posed.network.classifies else ("validation",)
    right = ("rate", "f", "slope", *tested, "steps", "seconds") + ((end,) if arrivals else ())
    made = table("method", "rate", "f", "slope", *tested, "steps", "seconds", end, right=right)
    for name, result in runs.results.items():
        rate = getattr(result.method, "learning_rate", None)
        last = result.status.name.lower().replace("_", " ")
        if arrivals:
            run = arrivals[name]
            since = run.arrivals[list(run.rates).index(run.rate)]
            last = f"{since:.0f}" if np.isfinite(since) else "never"
        told = []
        if posed.network is not None:
            facts = learned(posed.network, result)
            told = [number(facts["validation"], 4)]
            told += [f"{facts['accuracy']['test']:.1%}"] if "accuracy" in facts else []
        made.add_row(
            name,
            "" if rate is None else number(rate, 3) if isinstance(rate, int | float) else "schedule",
            number(result.fun, 4),
            number(steepest(result.jac), 2),
            *told,
            f"{result.nit:,}",
            f"{result.run_seconds:.2g}",
            last,
        )
    console().print(made)
    if arrivals:
        say("arrived: the step from which on all but 1e-4 of the way from the start to the minimum was done", "dim")


def steepest(gradient: Any) -> float:
    """The largest slope in a gradient of any shape."""
    return max(float(np.max(np.abs(leaf))) for leaf in jax.tree.leaves(gradient))


def as_dict(posed: Posed, result: Result) -> dict[str, Any]:
    """One result in the words of SciPy; a network's x by layer, and what it has learned."""
    network = posed.network
    point: dict[str, Any] = {"variables": posed.names, "x": np.ravel(result.x), "fun": result.fun}
    if network is not None:
        point = {"x": result.x, "fun": result.fun} | learned(network, result)
    return {
        "problem": posed.title,
        "method": name_of(result.method),
        "hyperparameters": {
            field.name: getattr(result.method, field.name) for field in dataclasses.fields(result.method)
        },
        **point,
        "jac": np.ravel(result.jac) if network is None else result.jac,
        "success": result.success,
        "status": result.status.name,
        "message": result.message,
        "nit": result.nit,
        "nfev": result.nfev,
        "njev": result.njev,
        "nhev": result.nhev,
        "epochs": result.epochs,
        **limits_met(result),
        "compile_seconds": result.compile_seconds,
        "run_seconds": result.run_seconds,
    }


def limits_met(result: Result) -> dict[str, Any]:
    """What a method that knows of limits says of them."""
    if result.multipliers is None:
        return {}
    return {
        "infeasibility": result.infeasibility,
        "complementarity": result.complementarity,
        "multipliers": {
            "bounds": np.ravel(result.multipliers.bounds),
            "constraints": [rows.tolist() for rows in result.multipliers.constraints],
        },
    }


def print_as_json(posed: Posed, runs: Runs) -> None:
    """One result as an object; several as a list under "runs"."""
    told = [as_dict(posed, result) for result in runs.results.values()]
    tuning = {} if runs.sweep is None else {"tuning": runs.sweep.how()}
    print_json((told[0] if len(told) == 1 else {"problem": posed.title, "runs": told}) | tuning)


def write_trace(runs: Runs, path: Path) -> None:
    """The history of one run, or of several with a column for the method."""
    import pyarrow

    tables = {name: result.trace.to_arrow() for name, result in runs.results.items()}
    if len(tables) > 1:
        for name, rows in tables.items():
            tables[name] = rows.add_column(0, "method", pyarrow.array([name] * len(rows)))
    write_table(pyarrow.concat_tables(tables.values()), path)
