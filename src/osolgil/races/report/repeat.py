"""How to repeat the race: command, versions, seeds, spaces, hashes, and the whole manifest."""

import json

from osolgil.races.evidence import Evidence
from osolgil.races.report.markup import Column, Html, Table, Text, Writer, joined
from osolgil.races.report.words import (
    CONTESTANT,
    Words,
    count_words,
    division_words,
    metric_words,
    runs_of_numbers,
)
from osolgil.races.spaces import Dimension, Space
from osolgil.races.tables import shown_target
from osolgil.safety import for_html

SCALES = {
    "log": Words("logarithmic", "로그"),
    "linear": Words("linear", "선형"),
    "complement": Words("logarithmic in 1 − value", "1 − 값의 로그"),
}


def repetition(writer: Writer, evidence: Evidence, command: str | None) -> Html:
    """Everything that was declared.

    Args:
        writer: of the page.
        evidence: the race.
        command: what was typed; None where it was not typed.
    """
    manifest = evidence.manifest
    parts: list[str] = []
    if command is not None:
        parts.append(writer.say(Words("The command, and what it was told:", "실행한 명령과 선언한 내용입니다."), "p"))
        parts.append(f'<pre class="command" tabindex="0"><code>{writer.say(command)}</code></pre>')
    parts += [
        writer.table(each) for each in (declared_table(evidence), problem_table(evidence), contestant_table(evidence))
    ]
    for division in manifest["divisions"]:
        if (table := space_table(evidence, division)) is not None:
            parts.append(writer.table(table))
    parts.append(writer.table(hash_table(evidence)))
    whole = json.dumps(manifest, indent=2, ensure_ascii=False)
    lines = "\n".join(map(for_html, whole.splitlines()))
    parts.append(
        writer.folded(Words("The whole manifest", "매니페스트 전체"), f'<pre tabindex="0"><code>{lines}</code></pre>')
    )
    return joined(parts)


def declared_table(evidence: Evidence) -> Table:
    """Suite, search, seeds, selection, budget and versions."""
    manifest = evidence.manifest
    metric = metric_words(manifest["selection"]["metric"])
    claims = {"optimization": Words("optimization", "최적화"), "learning": Words("learning", "학습")}
    claim = claims.get(manifest["selection"]["claim"], Words(*[manifest["selection"]["claim"]] * 2))
    rows: list[tuple[Text, Text]] = [
        (Words("suite", "문제 모음"), manifest["suite"]),
        (Words("what is claimed about", "주장하는 것"), claim),
        (Words("winners selected by", "승자를 고른 기준"), metric),
        (Words("trials of each contestant", "참가자별 시행 횟수"), str(manifest["search"]["trials"])),
        (Words("seed of the search", "탐색 시드"), str(manifest["search"]["seed"])),
        (Words("tuning seeds", "튜닝 시드"), runs_of_numbers(manifest["seeds"]["tuning"])),
        (Words("evaluation seeds", "평가 시드"), runs_of_numbers(manifest["seeds"]["evaluation"])),
    ]
    rows += [
        (Words(f"budget: {count_words(name).en}", f"예산: {count_words(name).ko}"), f"{most:,}")
        for name, most in manifest["budget"].items()
    ]
    machine = Words("machine", "기계")
    rows += [
        (machine if name == "machine" else Words(f"version of {name}", f"{name} 버전"), version)
        for name, version in manifest["versions"].items()
    ]
    return Table(
        Words("What was declared before the first run", "첫 실행 전에 선언한 것"),
        (Column(Words("what", "항목"), text=True), Column(Words("value", "값"), text=True)),
        tuple(rows),
    )


def problem_table(evidence: Evidence) -> Table:
    """The problems with their targets."""
    rows = tuple(
        (
            name,
            f"{entry['dimension']:,}",
            f"{entry['f_star']:.10g}",
            ", ".join(map(shown_target, entry["targets"])),
            entry["source"],
        )
        for name, entry in evidence.manifest["problems"].items()
    )
    return Table(
        Words("Problems: targets are f* + τ (f₀ − f*)", "문제: 목표는 f* + τ (f₀ − f*)"),
        (
            Column(Words("problem", "문제"), text=True),
            Column(Words("parameters", "매개변수")),
            Column("f*"),
            Column("τ", text=True),
            Column(Words("where f* comes from", "f*의 출처"), text=True),
        ),
        rows,
    )


def contestant_table(evidence: Evidence) -> Table:
    """What every contestant is made of."""
    rows = tuple(
        (
            name,
            entry["method"],
            " → ".join(entry["layers"]),
            ", ".join(f"{key} = {value}" for key, value in entry["declared"].items()) or Words("nothing", "없음"),
        )
        for name, entry in evidence.manifest["contestants"].items()
    )
    return Table(
        Words("Contestants", "참가자"),
        (
            Column(CONTESTANT, text=True),
            Column(Words("method", "방법"), text=True),
            Column(Words("made of", "구성"), text=True),
            Column(Words("set by hand", "직접 정한 값"), text=True),
        ),
        rows,
    )


def space_table(evidence: Evidence, division: str) -> Table | None:
    """The ranges that were searched in a division; None where nothing was."""
    entry = evidence.manifest["divisions"][division]
    found: dict[Dimension, list[str]] = {}
    version = ""
    for contestant, plain in entry["spaces"].items():
        space = Space.from_dict(plain)
        version = space.version
        for dimension in space.dimensions:
            found.setdefault(dimension, []).append(contestant)
    if not found:
        return None
    rows = tuple(
        (
            dimension.name,
            f"{dimension.low:.6g}",
            f"{dimension.high:.6g}",
            SCALES[dimension.scale],
            f"{dimension.widened}×" if dimension.widened else Words("no", "아니요"),
            ", ".join(contestants),
        )
        for dimension, contestants in found.items()
    )
    told = division_words(division)
    return Table(
        Words(f"Spaces searched, {told.en.lower()}, version {version}", f"탐색 공간, {told.ko}, 버전 {version}"),
        (
            Column(Words("hyperparameter", "하이퍼파라미터"), text=True),
            Column(Words("from", "부터")),
            Column(Words("to", "까지")),
            Column(Words("scale", "눈금"), text=True),
            Column(Words("widened by the edge rule", "가장자리 규칙으로 넓힘"), text=True),
            Column(Words("of", "참가자"), text=True),
        ),
        rows,
    )


def hash_table(evidence: Evidence) -> Table:
    """SHA-256 of what was promised, and of every space."""
    rows: list[tuple[Text, Text]] = [
        (Words(f"sealed: {name}", f"봉인: {name}"), digits) for name, digits in evidence.manifest["hashes"].items()
    ]
    for division, entry in evidence.manifest["divisions"].items():
        for contestant, plain in entry["spaces"].items():
            if plain["dimensions"]:
                label = f"{division} / {contestant}"
                rows.append((Words(f"space: {label}", f"탐색 공간: {label}"), Space.from_dict(plain).hash))
    return Table(
        Words("Hashes (SHA-256)", "해시(SHA-256)"),
        (Column(Words("of what", "대상"), text=True), Column(Words("hash", "해시"), text=True)),
        tuple(rows),
    )
