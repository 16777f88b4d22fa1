import itertools
import json
import re

import numpy as np
import pytest
from support.made_up_curves import curves_of, learning_rates_tuned
from support.made_up_race import honest, picked
from support.pages import read, table

from osolgil.races.audits import AUDITS
from osolgil.races.declared import space_of
from osolgil.races.manifest import sealed
from osolgil.races.pairings import pairings
from osolgil.races.report import Landscape, gathered, page
from osolgil.races.report.log import AUDIT_WORDS
from osolgil.races.report.standings import tuned_to
from osolgil.races.tables import Runs
from osolgil.races.verdicts import judge
from osolgil.safety import for_html

HANGUL = re.compile("[가-힣]")
COMMAND = "osolgil race lecture --methods adam momentum --report out"


def landscape(division="learning_rate_tuned", problem="bowl", names=("adam", "momentum")):
    x, y = np.linspace(-2, 2, 21), np.linspace(-1, 1, 11)
    paths = {name: np.array([[1.5, 0.8], [0.5, 0.1 * place], [0.0, 0.0]]) for place, name in enumerate(names)}
    return Landscape(problem, division, 0, x, y, x[None, :] ** 2 + 4 * y[:, None] ** 2, paths, (np.zeros(2),))


@pytest.fixture(scope="module")
def race():
    return learning_rates_tuned(contestants=("gradient_descent", "momentum", "adam", "adadelta"), seeds=10)


@pytest.fixture(scope="module")
def html(race):
    rows, manifest = race
    return page(Runs.of(rows), manifest, curves_of(rows), landscapes=[landscape()], command=COMMAND)


@pytest.fixture(scope="module")
def root(html):
    return read(html)


def test_the_page_names_nothing_outside_of_itself(html, root):
    anchors = {element.attributes.get("id") for element in root.walk()}
    for element in root.walk():
        assert element.tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "form"), element.tag
        assert not {"src", "srcset", "action", "style", "xlink:href"} & set(element.attributes)
        assert not [name for name in element.attributes if name.startswith("on")]
        if "href" in element.attributes:
            assert element.attributes["href"].removeprefix("#") in anchors
            assert element.attributes["href"].startswith("#")
    assert not re.search(r"https?://|//[a-z]|@import|url\(", html)


def test_a_policy_forbids_the_page_to_load_or_run_anything(root):
    [policy] = root.all("meta", http_equiv="Content-Security-Policy")
    assert policy.attributes["content"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in policy.attributes["content"]


def test_ids_are_unique_and_whatever_refers_to_one_finds_it(root):
    ids = [element.attributes["id"] for element in root.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in root.walk():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set(element.attributes.get(name, "").split()) <= set(ids)


def test_every_figure_has_a_name_a_description_and_its_numbers_in_both_languages(root):
    by_id = {element.attributes.get("id"): element for element in root.walk()}
    figures = list(root.all("figure"))
    # a curve, a sensitivity and a tuning curve for each of two problems, two profiles, one surface
    assert len(figures) == 3 * 2 + 2 + 1
    for figure in figures:
        [drawn] = figure.all("svg", role="img")
        for language in ("en", "ko"):
            name = by_id[drawn.attributes["aria-labelledby"]].text(language)
            told = by_id[drawn.attributes["aria-describedby"]].text(language)
            assert len(name) > 8
            assert len(told) > 80
            assert bool(HANGUL.search(told)) is (language == "ko")
        assert len(list(next(figure.all("tbody")).all("tr"))) >= 2
    for drawn in root.all("svg"):
        assert drawn.inside("svg") or drawn.attributes.get("role") == "img" or drawn.attributes["aria-hidden"] == "true"


def test_tables_have_captions_and_scopes(root):
    tables = list(root.all("table"))
    assert len(tables) > 15
    for found in tables:
        assert next(found.all("caption")).text("ko")
        assert {cell.attributes["scope"] for cell in found.all("th")} == {"col", "row"}
        widths = {sum(cell.tag in ("th", "td") for cell in row.children) for row in found.all("tr")}
        assert len(widths) == 1


def test_headings_go_down_one_level_at_a_time_and_landmarks_are_there(root):
    levels = [int(element.tag[1]) for element in root.walk() if re.fullmatch("h[1-6]", element.tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(len(list(root.all(tag))) == 1 for tag in ("main", "header", "footer", "nav"))


def test_what_is_said_in_english_is_said_in_korean_too(root):
    english = list(root.all(class_="en"))
    assert len(english) > 150
    for element in english:
        siblings = element.parent.children
        korean = siblings[siblings.index(element) + 1]
        assert (korean.tag, korean.classes) == (element.tag, ["ko"])
        assert (element.attributes["lang"], korean.attributes["lang"]) == ("en", "ko")
        assert HANGUL.search(korean.text())
        assert not HANGUL.search(element.text())


def test_the_korean_page_has_no_english_word_but_names(race):
    rows, manifest = race
    found = read(page(Runs.of(rows), manifest, curves_of(rows), languages=["ko"], landscapes=[landscape()]))
    [html] = found.all("html")
    assert html.attributes["lang"] == "ko"
    assert not list(found.all(class_="en"))
    assert not list(found.all("input", type="radio"))
    [whole] = list(found.all("pre"))
    whole.children = []
    names = set(re.findall("[A-Za-z]+", json.dumps(manifest))) | {"osolgil", "SHA"}
    texts = (
        child for element in next(found.all("body")).walk() for child in element.children if isinstance(child, str)
    )
    said = re.sub("[0-9a-f]{64}", "", " ".join(texts))
    assert set(re.findall("[A-Za-z]{3,}", said)) <= names
    assert len(re.findall("[가-힣]+", said)) > 1000


def test_the_first_language_is_shown_first(race):
    rows, manifest = race
    found = read(page(Runs.of(rows), manifest, curves_of(rows), languages=("ko", "en")))
    [checked] = [radio for radio in found.all("input", type="radio") if "checked" in radio.attributes]
    assert checked.attributes["id"] == "pick-ko"
    assert next(found.all("html")).attributes["lang"] == "ko"
    assert next(found.all("title")).text() == "경주: lecture"


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "\"><img src=x onerror='alert(1)'>", "a&amp;b</style>"]
)
def test_names_are_shown_and_not_obeyed(hostile):
    rows, manifest = honest(seeds=6)
    for row in rows:
        row["contestant"] = hostile if row["contestant"] == "adam" else row["contestant"]
        row["problem"] = hostile if row["problem"] == "bowl" else row["problem"]
        row["division"] = hostile
    manifest = json.loads(json.dumps(manifest).replace('"adam"', json.dumps(hostile)))
    manifest["problems"] = {hostile: manifest["problems"]["bowl"], "valley": manifest["problems"]["valley"]}
    [entry] = manifest["divisions"].values()
    entry["winners"][hostile] = entry["winners"].pop("bowl")
    manifest["divisions"] = {hostile: entry}
    manifest["suite"] = manifest["versions"]["jax"] = hostile
    manifest["problems"]["valley"]["source"] = hostile
    manifest["contestants"]["momentum"] |= {"layers": [hostile], "declared": {hostile: hostile}}
    html = page(Runs.of(rows), sealed(manifest), curves_of(rows), command=hostile)
    plain = read(html)
    tags = {element.tag for element in plain.walk()}
    assert not tags & {"script", "img"}
    assert len(list(plain.all("style"))) == 1
    assert html.count(for_html(hostile)) > 50
    assert hostile not in html


def test_standings_are_the_medians_of_the_costs_with_failures_as_infinity(race, root):
    rows, _ = race
    heads, found = table(root, "bowl: evaluations to the target")
    assert heads[:4] == ["contestant", "median", "95 % interval", "never got there"]
    for name, cells in found.items():
        evaluated = picked(rows, problem="bowl", contestant=name, phase="evaluation")
        costs = sorted(row["reached_1e-5"] for row in evaluated)
        assert len(costs) == 10
        # of ten values the second and the ninth enclose the median at 97.9 %
        told = [("∞" if np.isinf(x) else f"{x:,.0f}") for x in (np.median(costs), costs[1], costs[8])]
        assert cells[:3] == [told[0], f"[{told[1]}, {told[2]}]", f"{np.isinf(costs).sum()} / 10"]
    assert next(iter(found)) == "adam"
    assert found["adadelta"][0] == "∞"


def test_verdicts_on_the_page_are_those_of_the_judge(race, root):
    rows, manifest = race
    verdicts = judge(pairings(Runs.of(rows), manifest, "reached_1e-5"))
    for language in ("en", "ko"):
        said = [each.text(language) for each in root.all("li")]
        for verdict in verdicts:
            assert verdict.sentence(language) in said
    _, found = table(root, "All problems")
    better = sum(v.kind == "better" and v.pairing.a == "adam" for v in verdicts)
    better += sum(v.kind == "worse" and v.pairing.b == "adam" for v in verdicts)
    assert better > 0
    assert found["adam"][0] == str(better)


def test_the_matrix_is_read_from_the_row_to_the_column(root):
    heads, found = table(root, "bowl: the row against the column")
    order = [head.split()[1] for head in heads[1:]]
    adam = next(row for name, row in found.items() if name.endswith(" adam"))
    assert adam[order.index("adam")] == "·"
    assert adam[order.index("gradient_descent")] == "▲better"
    other = next(row for name, row in found.items() if name.endswith(" gradient_descent"))
    assert other[order.index("adam")] == "▼worse"


def test_hyperparameters_that_won_stand_beside_the_name(race, root):
    rows, _ = race
    [settings] = {row["settings"] for row in picked(rows, problem="bowl", contestant="adam", phase="evaluation")}
    _, found = table(root, "bowl: evaluations to the target")
    assert found["adam"][-1] == f"learning_rate {json.loads(settings)['learning_rate']:.3g}"


def test_what_was_set_by_hand_is_not_called_a_default(race):
    rows, manifest = race
    manifest = json.loads(json.dumps(manifest))
    manifest["contestants"]["adam"]["declared"] = {"beta1": 0.8}
    evidence = gathered(Runs.of(rows), manifest, curves_of(rows[-1:]))
    told = tuned_to(evidence, "learning_rate_tuned", "bowl", "adam")
    assert re.fullmatch(r"learning_rate \S+; by hand: beta1 0\.8", told.en)
    manifest["divisions"]["learning_rate_tuned"]["spaces"]["adam"]["dimensions"] = []
    assert tuned_to(evidence, "learning_rate_tuned", "bowl", "adam") == ("by hand: beta1 0.8", "직접 정함: beta1 0.8")


def test_an_objection_is_told_in_both_languages_and_blocks_the_verdicts():
    rows, manifest = honest()
    rows.remove(picked(rows, contestant="adam", problem="bowl", phase="evaluation", seed=3)[0])
    found = read(page(Runs.of(rows), manifest, curves_of(rows)))
    [log] = found.all("section", id="audits")
    assert "1 of 10 runs of adam on bowl are missing" in log.text("en")
    assert "adam의 실행 10개 가운데 1개가 없습니다" in log.text("ko")
    _, outcomes = table(found, f"{len(AUDITS)} audits")
    assert sorted(outcomes.values()) == [["✓ passed"]] * 9 + [["✕ objections: 1"]]
    _, matrix = table(found, "bowl: the row against the column")
    assert sum(cell == "✕blocked" for row in matrix.values() for cell in row) == 4


def test_every_audit_has_a_name():
    assert set(AUDIT_WORDS) == {audit.__name__ for audit in AUDITS}


def test_repeating_it_names_command_versions_seeds_spaces_and_hashes(race, root):
    _, manifest = race
    [section] = root.all("section", id="repeat")
    text = section.text("en")
    assert COMMAND in text
    assert manifest["hashes"]["targets"] in text
    assert manifest["hashes"]["spaces"] in text
    assert space_of("adam", "learning_rate_tuned").hash in text
    _, declared = table(root, "What was declared")
    assert declared["tuning seeds"] == ["100–102"]
    assert declared["evaluation seeds"] == ["0–9"]
    assert declared["version of jax"] == ["0.10.2"]
    whole = next(pre for pre in section.all("pre") if "command" not in pre.classes)
    assert json.loads(whole.text()) == manifest


def test_divisions_are_never_merged():
    rows, manifest = honest()
    untuned = [
        row | {"division": "defaults", "trial": -1, "settings": "{}"} for row in picked(rows, phase="evaluation")
    ]
    names = list(manifest["contestants"])
    manifest["divisions"]["defaults"] = {
        "contestants": names,
        "spaces": {name: space_of(name, "defaults").as_dict() for name in names},
        "winners": {},
    }
    found = read(page(Runs.of(rows + untuned), sealed(manifest), curves_of(rows + untuned)))
    [standings] = found.all("section", id="standings")
    assert [h3.text("en") for h3 in standings.all("h3")] == ["Fully tuned", "Defaults"]
    for division in ("fully tuned", "defaults"):
        _, overall = table(found, f"All problems, {division}")
        assert list(overall) == ["adam", "momentum", "gradient_descent"]
    [tuning] = found.all("section", id="tuning")
    assert "Nothing was tuned." in tuning.text("en")


def test_a_race_without_curves_or_a_shared_target_says_so():
    rows, manifest = honest()
    manifest["problems"]["bowl"]["targets"] = [1e-1]
    empty = {name: column[:0] for name, column in curves_of(rows[-1:]).items()}
    found = read(page(Runs.of(rows), sealed(manifest), empty))
    assert "No curve was recorded." in next(found.all("section", id="curves")).text("en")
    assert "프로파일이 없습니다" in next(found.all("section", id="profiles")).text("ko")


def test_a_race_on_learning_compares_the_test_loss_and_tunes_by_validation():
    rows, manifest = honest()
    for number, row in enumerate(rows):
        row["validation"] = 0.5 + row["final"] + 1
        row["test"] = 0.25 + number % 7 / 8 if row["phase"] == "evaluation" else np.nan
    manifest["selection"] = {"claim": "learning", "metric": "validation", "measure": "test"}
    found = read(page(Runs.of(rows), manifest, curves_of(rows)))
    heads, cells = table(found, "bowl: test loss")
    assert heads[1] == "median"
    costs = [row["test"] for row in picked(rows, problem="bowl", contestant="adam", phase="evaluation")]
    assert cells["adam"][0] == f"{np.median(costs):.3g}"
    sensitivity = next(found.all("section", id="sensitivity")).text("en")
    assert "validation loss" in sensitivity


def nobody_succeeds(rows, manifest):
    for row in rows:
        row |= {"failed": True, "final": np.nan, "status": "DIVERGED"}
        row |= dict.fromkeys(("reached_1e-1", "reached_1e-3", "reached_1e-5", "reached_1e-8"), np.inf)


def one_is_absent(rows, manifest):
    rows[:] = [row for row in rows if row["contestant"] != "adam"]


def one_alone(rows, manifest):
    rows[:] = [row for row in rows if row["contestant"] == "adam"]
    manifest["contestants"] = {"adam": manifest["contestants"]["adam"]}
    entry = manifest["divisions"]["fully_tuned"]
    entry |= {"contestants": ["adam"], "spaces": {"adam": entry["spaces"]["adam"]}}


def one_seed(rows, manifest):
    rows[:] = [row for row in rows if row["phase"] == "tuning" or row["seed"] == 0]
    manifest["seeds"]["evaluation"] = [0]


def values_overflow(rows, manifest):
    for row in picked(rows, contestant="adam"):
        row |= {"final": 1e308, "f0": 1e308, "best": 1e308}


def the_start_is_the_minimum(rows, manifest):
    for row in rows:
        row["f0"] = row["f_star"]


@pytest.mark.parametrize(
    "happened",
    [nobody_succeeds, one_is_absent, one_alone, one_seed, values_overflow, the_start_is_the_minimum],
)
def test_the_page_is_written_whatever_happened(happened):
    rows, manifest = honest(seeds=7)
    curves = curves_of(rows)
    happened(rows, manifest)
    curves["value"][::50] = np.nan
    curves["value"][1::50] = 1e308
    html = page(Runs.of(rows), sealed(manifest), curves)
    assert "nan" not in re.sub("nadam", "", re.sub("<style>.*</style>", "", html, flags=re.DOTALL))
    found = read(html)
    assert len(list(found.all("section"))) == 7
    _, overall = table(found, "All problems")
    assert set(overall) == set(manifest["divisions"]["fully_tuned"]["contestants"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"languages": ["fr"]}, "language='fr' is not known"),
        ({"languages": []}, "languages is empty"),
        ({"measure": "speed"}, "there is no measure 'speed'"),
        ({"curves": {"problem": np.array([])}}, "the table of curves has no column 'contestant'"),
        ({"landscapes": [landscape(problem="moon")]}, "there is no 'moon' in the division"),
        ({"landscapes": [landscape(names=("adam", "lion"))]}, "paths of lion are given, who did not race"),
        ({"manifest": {"format": 99}}, "has format 99"),
    ],
)
def test_what_does_not_fit_is_refused(race, wrong, words):
    rows, manifest = race
    told = {"runs": Runs.of(rows), "manifest": manifest, "curves": curves_of(rows)} | wrong
    with pytest.raises(ValueError, match=words):
        page(**told)


def test_the_same_race_gives_the_same_page(race, html):
    rows, manifest = race
    again = page(Runs.of(rows), manifest, curves_of(rows), landscapes=[landscape()], command=COMMAND)
    assert again == html
