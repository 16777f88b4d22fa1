"""`osolgil ...`: thin, one file for each command. Nothing heavy is imported before a command has been understood."""


def main() -> None:
    """The entry point of the command line."""
    import sys

    # A terminal that has no Greek prints a question mark in its place, and goes on.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

    from osolgil.cli.app import app

    app()
