"""`python -m osolgil.demo --out demo`: do the main jobs, and name the page that shows them."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration; 0 if all went well, 2 if the folder cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m osolgil.demo", description="Fit, race, and draw, on real data.")
    parser.add_argument("--out", type=Path, default=Path("demo"), help="the folder for the page and its pictures")
    folder: Path = parser.parse_args(arguments).out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(
            f"The folder {str(folder)!r} cannot be made ({error.strerror}); name another with --out.", file=sys.stderr
        )
        return 2
    begun = time.perf_counter()
    run(folder, lambda: time.perf_counter() - begun)
    return 0


def run(folder: Path, elapsed: Callable[[], float]) -> Path:
    """Make the page, saying on the terminal what is being done."""
    from rich.console import Console

    from osolgil.demo.page import write_page
    from osolgil.demo.part import Part, Words
    from osolgil.safety import for_terminal

    console = Console(highlight=False)
    console.print("[bold]osolgil[/bold]: finding the small trail down, on real data.")

    def made(what: str, make: Callable[[], Part]) -> Part:
        begun = elapsed()
        with console.status(what):
            part = make()
        console.print(f"  {for_terminal(what)} [dim]({elapsed() - begun:.0f} s)[/dim]")
        return part

    from osolgil.demo.iris import iris
    from osolgil.demo.race import SURFACES, race, tune
    from osolgil.demo.women import women

    # Compiling the sweeps takes one core; the pictures of the first two parts take another.
    with ThreadPoolExecutor(max_workers=1) as pool:
        sweeps = [pool.submit(tune, name) for name in SURFACES]
        try:
            parts = [
                made("1. Women's heights on weights: raw, standardized, exact", lambda: women(folder)),
                made("2. Iris virginica from its petals: exact beside mini-batch Adam", lambda: iris(folder)),
                made(
                    "3. Seven optimizers on three surfaces: tuned, then animated",
                    lambda: race(folder, [sweep.result() for sweep in sweeps]),
                ),
            ]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    seconds = elapsed()
    page = write_page(
        folder,
        parts,
        Words(
            f"Every number on this page was measured in the run that made it, which took {seconds:.0f} seconds.",
            f"이 쪽의 모든 수는 이 쪽을 만든 실행에서 잰 것이다. 실행에는 {seconds:.0f}초가 걸렸다.",
        ),
    )
    console.print(f"Done in {seconds:.0f} s. Open [bold]{for_terminal(page)}[/bold] in a browser.", soft_wrap=True)
    return page


if __name__ == "__main__":
    raise SystemExit(main())
