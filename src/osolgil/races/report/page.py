"""The page: one file that holds everything, asks nobody for anything and runs nothing."""

from collections.abc import Iterable, Mapping, Sequence

from osolgil.protocol.words import LANGUAGES, checked_language, counted
from osolgil.races.evidence import Columns, Evidence, gathered
from osolgil.races.manifest import Manifest
from osolgil.races.report.chart import Chart
from osolgil.races.report.curves import curve_charts
from osolgil.races.report.landscapes import Landscape, landscape_chart
from osolgil.races.report.log import audit_log
from osolgil.races.report.looks import Look, looks
from osolgil.races.report.markup import Html, Writer, joined
from osolgil.races.report.profiles import profile_charts
from osolgil.races.report.repeat import repetition
from osolgil.races.report.standings import standings
from osolgil.races.report.style import style
from osolgil.races.report.svg import svg
from osolgil.races.report.trials import sensitivity_charts, tuning_charts
from osolgil.races.report.words import Words, division_words, measure_words
from osolgil.races.tables import Runs
from osolgil.safety import for_html

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser lets the page do: be seen. It may load nothing and run nothing, whatever a name contains."""

SECTIONS = {
    "standings": Words("Standings", "순위와 판정"),
    "curves": Words("Curves", "수렴 곡선"),
    "sensitivity": Words("Sensitivity to the learning rate", "학습률 민감도"),
    "profiles": Words("Profiles", "프로파일"),
    "tuning": Words("What tuning brings", "튜닝의 효과"),
    "paths": Words("Paths on the surfaces", "곡면 위의 길"),
    "audits": Words("Audit log", "점검 기록"),
    "repeat": Words("How to repeat it", "재현 방법"),
}
"""By anchor, in their order."""

CHARTS = {
    "curves": curve_charts,
    "sensitivity": sensitivity_charts,
    "profiles": profile_charts,
    "tuning": tuning_charts,
}

Drawn = Mapping[str, Mapping[str, Sequence[Chart]]]
"""Charts by section and division, as `charts` gives them."""

NOTHING = {
    "curves": Words("No curve was recorded.", "기록된 곡선이 없습니다."),
    "sensitivity": Words("No learning rate was tuned.", "학습률을 튜닝하지 않았습니다."),
    "profiles": Words(
        "No profile: the problems share no target, there is one contestant only, or no run got there.",
        "프로파일이 없습니다. 문제들의 목표가 서로 다르거나, 참가자가 하나뿐이거나, 목표에 도달한 실행이 없습니다.",
    ),
    "tuning": Words("Nothing was tuned.", "튜닝하지 않았습니다."),
}
"""What is said where there is nothing to draw."""


def page(
    runs: Runs,
    manifest: Manifest,
    curves: Columns,
    *,
    languages: Sequence[str] = LANGUAGES,
    measure: str | None = None,
    landscapes: Sequence[Landscape] = (),
    command: str | None = None,
) -> str:
    """The report of a race: one HTML file without a script, which loads nothing and works offline.

    Standings with verdicts, curves, sensitivity, profiles, tuning curves, paths, the audit log and how to repeat it;
    each figure with its numbers in a table, in light and dark, for the eye, the keyboard, a screen reader and paper.

    Args:
        runs: the table of runs.
        manifest: what was declared.
        curves: the table of curves, by column, see `CURVES`.
        languages: "en", "ko" or both; the first is shown first, and the reader may switch.
        measure: what is compared, of `MEASURES`; None: what was declared. The page says where it is another one.
        landscapes: surfaces with paths.
        command: what was typed to run the race.

    Raises:
        ValueError: a language or the measure is not known, the manifest is of another version, the curves lack a
            column, or a landscape does not belong to the race.
    """
    evidence = gathered(runs, manifest, curves, measure)
    return paged(evidence, charts(evidence, landscapes), languages=languages, command=command)


def paged(
    evidence: Evidence,
    drawn: Drawn,
    *,
    languages: Sequence[str] = LANGUAGES,
    command: str | None = None,
) -> str:
    """The same page, of a race that has been judged and whose `charts` are there.

    Raises:
        ValueError: a language is not known, or there is none.
    """
    writer = Writer(tuple(dict.fromkeys(map(checked_language, languages))))
    if not writer.languages:
        raise ValueError("languages is empty; choose 'en', 'ko' or both.")
    title = Words(f"Race: {evidence.manifest['suite']}", f"경주: {evidence.manifest['suite']}")
    found = looks(evidence.manifest)
    pathless = not drawn["paths"]
    sections = joined(
        f'<section id="{anchor}" aria-labelledby="{anchor}-title"><h2 id="{anchor}-title">{writer.say(name)}</h2>'
        f"{content(writer, evidence, anchor, drawn, found, command)}</section>"
        for anchor, name in SECTIONS.items()
        if not (anchor == "paths" and pathless)
    )
    return f"""<!doctype html>
<html lang="{writer.languages[0]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="osolgil">
<title>{for_html(title.in_(writer.languages[0]))}</title>
<style>{style(len(found))}</style>
</head>
<body>
{switch(writer)}{navigation(writer, pathless)}
<header><h1>{writer.say(title)}</h1>{summary(writer, evidence)}</header>
{who(writer, found)}
<main id="main" tabindex="-1">{sections}</main>
<footer>{writer.say(FOOTER, "p")}</footer>
</body>
</html>
"""


FOOTER = Words(
    "Written by osolgil. This file holds everything that it shows: it loads nothing and runs nothing.",
    "osolgil로 만들었습니다. 보이는 내용은 모두 이 파일 안에 있으며, 아무것도 내려받거나 실행하지 않습니다.",
)


def charts(evidence: Evidence, landscapes: Sequence[Landscape] = ()) -> dict[str, dict[str, list[Chart]]]:
    """All charts of a race, by section and division."""
    divisions = evidence.manifest["divisions"]
    found = {
        section: {division: list(draw(evidence, division)) for division in divisions}
        for section, draw in CHARTS.items()
    }
    found["paths"] = {
        division: [landscape_chart(evidence, each) for each in landscapes if each.division == division]
        for division in dict.fromkeys(each.division for each in landscapes)
    }
    return found


def content(
    writer: Writer,
    evidence: Evidence,
    section: str,
    drawn: Drawn,
    looks: dict[str, Look],
    command: str | None,
) -> Html:
    """What stands below the heading of a section, division by division where divisions differ."""
    if section == "audits":
        return audit_log(writer, evidence)
    if section == "repeat":
        return repetition(writer, evidence, command)
    divisions = drawn["paths"] if section == "paths" else evidence.manifest["divisions"]
    parts = []
    for division in divisions:
        parts.append(writer.element("h3", division_words(division)))
        if section == "standings":
            parts.append(standings(writer, evidence, division))
        else:
            found = drawn[section][division]
            parts.append(figures(writer, found, looks) if found else writer.say(NOTHING[section], "p"))
    return joined(parts)


def figures(writer: Writer, drawn: Iterable[Chart], looks: dict[str, Look]) -> Html:
    """Charts side by side where there is room."""
    return Html(f'<div class="figures">{joined(figure(writer, chart, looks) for chart in drawn)}</div>')


def figure(writer: Writer, chart: Chart, looks: dict[str, Look]) -> Html:
    """A chart with its name, legend, caption and table."""
    name, told = writer.new_id("figure"), writer.new_id("caption")
    return Html(
        f'<figure><h4 id="{name}">{writer.say(chart.title)}</h4>'
        f"{legend(writer, chart, looks)}{svg(writer, chart, looks, name, told)}"
        f'<figcaption id="{told}">{writer.say(chart.caption)}</figcaption>'
        f"{writer.folded(Words('The numbers', '숫자로 보기'), writer.table(chart.table))}</figure>"
    )


def legend(writer: Writer, chart: Chart, looks: dict[str, Look]) -> Html:
    """Who is drawn how."""
    items = []
    for line in chart.lines:
        look = looks[line.contestant]
        note = f" <small>{writer.say(line.note)}</small>" if line.note is not None else ""
        sample = swatch(look, dots=line.kind == "dots")
        items.append(f'<li class="s{look.number}">{sample}<span>{writer.say(line.contestant)}{note}</span></li>')
    return Html(f'<ul class="legend">{joined(items)}</ul>')


def swatch(look: Look, *, dots: bool = False) -> Html:
    """A piece of a contestant's line."""
    if dots:
        drawn = f'<path class="dots k{look.colour}" d="M12 6h0M32 6h0"/>'
    else:
        drawn = f'<path class="line k{look.colour} d{look.dash}" d="M0 6h44"/>'
    return Html(f'<svg class="swatch" viewBox="0 0 44 12" aria-hidden="true" focusable="false">{drawn}</svg>')


def switch(writer: Writer) -> Html:
    """The choice of the language; nothing where there is one only."""
    if len(writer.languages) < 2:
        return Html("")
    names = {"en": "English", "ko": "한국어"}
    return joined(
        f'<input class="pick" type="radio" name="language" id="pick-{language}" aria-label="{names[language]}"'
        f"{' checked' if place == 0 else ''}>"
        for place, language in enumerate(writer.languages)
    )


def navigation(writer: Writer, pathless: bool) -> Html:
    """A way past it, the sections, and the languages."""
    links = joined(
        f'<li><a href="#{anchor}">{writer.say(name)}</a></li>'
        for anchor, name in SECTIONS.items()
        if not (anchor == "paths" and pathless)
    )
    names = {"en": "English", "ko": "한국어"}
    labels = joined(
        f'<label for="pick-{language}" lang="{language}">{names[language]}</label> ' for language in writer.languages
    )
    languages = f'<div class="languages">{labels}</div>' if len(writer.languages) > 1 else ""
    skip = f'<a class="skip" href="#main">{writer.say(Words("To the content", "본문으로"))}</a>'
    return Html(f'<nav class="bar">{skip}<ul>{links}</ul>{languages}</nav>')


def who(writer: Writer, looks: dict[str, Look]) -> Html:
    """Boxes that take contestants out of the charts."""
    boxes = joined(
        f'<label for="show-{look.number}"><input type="checkbox" id="show-{look.number}" checked>{swatch(look)}'
        f"<span>{writer.say(name)}</span></label>"
        for name, look in looks.items()
    )
    told = Words("Who is drawn in the charts", "그림에 나타낼 참가자")
    legend = f'<legend class="hidden">{writer.say(told)}</legend>'
    return Html(f'<aside class="who">{writer.folded(told, f"<fieldset>{legend}{boxes}</fieldset>")}</aside>')


def summary(writer: Writer, evidence: Evidence) -> Html:
    """What was raced, how it was judged, and whether anything stands against it."""
    manifest = evidence.manifest
    divisions = manifest["divisions"]
    people, places = len(manifest["contestants"]), len(manifest["problems"])
    seeds = len(manifest["seeds"]["evaluation"])
    measure = measure_words(evidence.measure)
    kinds = [verdict.kind for verdict in evidence.verdicts]
    decided = kinds.count("better") + kinds.count("worse")
    without = sum(kinds.count(kind) for kind in ("under_tuned", "not_reached", "blocked"))
    rest = len(kinds) - decided - without
    facts = Words(
        f"{counted(people, 'contestant')}, {counted(places, 'problem')}, {counted(seeds, 'evaluation seed')}; "
        f"divisions: {', '.join(division_words(name).en.lower() for name in divisions)}. Compared is: {measure.en}.",
        f"참가자 {people}명, 문제 {places}개, 평가 시드 {seeds}개. "
        f"{', '.join(division_words(name).ko for name in divisions)}. 비교 기준: {measure.ko}.",
    )
    outcome = Words(
        f"Of {len(kinds)} comparisons {decided} show who is better, {rest} show no difference, and {without} have no "
        f"verdict. Objections of the audits: {len(evidence.objections)}.",
        f"비교 {len(kinds)}건 가운데 {decided}건은 우열이 드러났고, {rest}건은 차이를 보이지 못했으며, {without}건은 "
        f"판정이 없습니다. 점검에서 나온 이의: {len(evidence.objections)}건.",
    )
    lead = ' class="lead"'
    told = [facts, outcome]
    declared = measure_words(manifest["selection"]["measure"])
    if measure != declared:
        told.append(
            Words(
                f"This was not declared: before the race, what is compared was {declared.en}. Where one may choose "
                "afterwards, chance alone finds differences.",
                f"이 비교 기준은 미리 선언한 것이 아닙니다. 경주 전에 선언한 기준은 {declared.ko}입니다. 결과를 보고 "
                "기준을 고르면 우연만으로도 차이가 나타납니다.",
            )
        )
    return joined(writer.element("p", words, lead) for words in told)
