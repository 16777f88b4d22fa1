"""The lecture's optimizers on three surfaces, moving."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from osolgil.demo.part import Part, Picture, Table, Words, drawn
from osolgil.plots import Sweep, animate, curves, surface3d, tuned
from osolgil.plots.sweep import ARRIVED
from osolgil.problems import Surface, surfaces

SURFACES = ("beale", "long_valley", "race_saddle")
STEPS = 300


def tune(name: str) -> Sweep:
    """The optimizers on the surface of this name, each at its best learning rate."""
    return tuned(surfaces.named(name), steps=STEPS)


def race(folder: Path, sweeps: Sequence[Sweep]) -> Part:
    """Animate the sweeps of `tune`, one for each surface, and say what is to be seen."""
    shown = [surfaces.named(name) for name in SURFACES]
    text = (
        Words(
            "Seven optimizers from the same start. Each has its learning rate tuned on each surface by one sweep: "
            f"{len(sweeps[0].rates)} rates between {sweeps[0].rates[0]:g} and {sweeps[0].rates[-1]:g}, {STEPS} "
            "steps each; the "
            f"one that is soonest within {ARRIVED:g} of the way to the minimum and stays there wins, or if none "
            "is, the one "
            "that ends lowest. The animations are slow at first, because the first steps differ most.",
            "같은 출발점에서 떠난 일곱 최적화 방법. 곡면마다 방법별로 한 번의 탐색으로 학습률을 골랐다: "
            f"{sweeps[0].rates[0]:g}부터 {sweeps[0].rates[-1]:g}까지 {len(sweeps[0].rates)}개를 {STEPS}스텝씩. "
            "최솟값까지 남은 "
            f"거리가 처음의 {ARRIVED:g} 이내로 가장 먼저 들어와 끝까지 머무는 학습률을, 그런 것이 없으면 가장 "
            "낮게 끝난 학습률을 "
            "고른다. 첫 스텝들의 차이가 가장 크므로 애니메이션은 처음에 느리게 흐른다.",
        ),
    )
    part = Part(Words("3. The lecture's optimizers on three surfaces", "3. 세 곡면 위의 최적화 방법들"), text)
    for surface, sweep in zip(shown, sweeps, strict=True):
        part.shows.extend(stage(folder, surface, sweep))
    return part


def stage(folder: Path, surface: Surface, sweep: Sweep) -> list[Picture | Table]:
    """The animation of one surface, its curves, and who arrived."""
    window = "paths" if surface.name == "beale" else None
    film = animate(surface, sweep, folder / f"{surface.name}.gif", window=window).name
    caption = Words(f"{surface.title}. {surface.teaches}", f"{surface.title}. {surface.teaches_ko}")

    def values(language: str) -> Any:
        return curves(sweep.results, reference=surface.minimum_value, title=surface.title, language=language)

    def box(language: str) -> Any:
        return surface3d(surface, sweep.results, window=window, language=language)

    pictures: list[Picture | Table] = [
        Picture({"en": film, "ko": film}, caption),
        arrivals(surface, sweep),
        drawn(folder, f"{surface.name}-values", values, Words(
            "How far above the minimum each of them is, step by step.", "스텝마다 최솟값보다 얼마나 높은지.",
        )),
    ]  # fmt: skip
    # A valley that hardly slopes looks like a gutter from any side.
    if surface.name != "long_valley":
        said = Words("The same paths on the surface.", "같은 경로를 곡면 위에서.")
        pictures.append(drawn(folder, f"{surface.name}-3d", box, said))
    return pictures


def shown(gap: float) -> str:
    """How far above the minimum, as far as its digits mean anything."""
    return f"{gap:.2g}" if gap >= 1e-15 else "< 1e-15"


def arrivals(surface: Surface, sweep: Sweep) -> Table:
    """When each method arrived for good, at the rate chosen for it."""
    rows = []
    for run in sorted(sweep.runs, key=lambda run: (run.arrivals.min(), run.finals[run.rates == run.rate][0])):
        soonest = run.arrivals.min()
        arrived = f"{soonest:.0f}" if soonest < float("inf") else "—"
        rate = f"{run.rate:.3g}" + (" *" if run.at_the_edge else "")
        rows.append((run.label, rate, arrived, shown(run.result.trace.value[-1] - (surface.minimum_value or 0.0))))
    return Table(
        (Words("method", "방법"), Words("learning rate", "학습률"), Words("steps to arrive", "도착까지 스텝"),
         Words(f"f − f* after {sweep.steps} steps", f"{sweep.steps}스텝 뒤 f − f*")),
        tuple(rows),
        Words(
            f"On {surface.title}: a dash means not arrived; a star, that the best rate is at the edge of those "
            "tried.",
            f"{surface.title}: 줄표는 도착하지 못함, 별표는 시도한 범위의 끝이 최선이었음을 뜻한다.",
        ),
    )  # fmt: skip
