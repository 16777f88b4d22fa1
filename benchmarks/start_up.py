"""What a person waits for: the help page, the import, the first and the second call."""

import json
import subprocess
import sys

from benchmarks.timing import Contender, human, interleaved, report

FIRST_AND_SECOND = """
import json, time
begun = time.perf_counter()
import numpy as np, osolgil
from osolgil.methods import Adam
imported = time.perf_counter()
def calls():
    for _ in range(3):
        started = time.perf_counter()
        result = osolgil.minimize(osolgil.surfaces.named("beale"), method=Adam(learning_rate=0.05))
        yield time.perf_counter() - started, result.compile_seconds, result.run_seconds
print(json.dumps([imported - begun, *calls()]))
"""


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a fresh interpreter."""
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)


def main() -> None:
    """Print the tables."""
    contenders = [
        Contender("osolgil --help", lambda: python("-m", "osolgil", "--help")),
        Contender("python -c pass", lambda: python("-c", "pass")),
    ]
    report("The help page, a fresh process", interleaved(contenders, 15), "osolgil --help", 1, "process")
    contenders = [
        Contender("import osolgil", lambda: python("-c", "import osolgil")),
        Contender("import osolgil, then its minimize", lambda: python("-c", "from osolgil import minimize")),
        Contender("import jax", lambda: python("-c", "import jax")),
    ]
    seconds = interleaved(contenders, 15)
    report("The import, a fresh process", seconds, "import osolgil, then its minimize", 1, "process")
    print("\n## minimize() end to end, Adam on Beale to convergence (673 steps), a fresh process\n")
    print("| call | seconds in all | of which compiling | running |\n|---|---:|---:|---:|")
    imported, *calls = json.loads(python("-c", FIRST_AND_SECOND).stdout)
    print(f"| imports | {human(imported)} | | |")
    for name, call in zip(("first (cold)", "second (warm)", "third"), calls, strict=True):
        print(f"| {name} | {' | '.join(human(part) if part else '0' for part in call)} |")
