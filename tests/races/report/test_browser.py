"""The page in a real browser: what only a browser knows."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from support import browser as chromium
from support.made_up_curves import curves_of, learning_rates_tuned

from osolgil.races.report import Landscape, page
from osolgil.races.tables import Runs

pytestmark = pytest.mark.skipif(
    chromium.found() is None, reason="there is no Chromium here; apt-get install chromium brings one"
)

LONG = "a_contestant_whose_name_is_so_long_that_no_telephone_is_wide_enough_for_it"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    rows, manifest = learning_rates_tuned(seeds=8)
    rows = [row | {"contestant": LONG} if row["contestant"] == "nadam" else row for row in rows]
    manifest = json.loads(json.dumps(manifest).replace('"nadam"', f'"{LONG}"'))
    x = np.linspace(-1, 1, 21)
    way = {"adam": np.array([[-0.9, 0.8], [0.0, 0.1], [0.0, 0.0]])}
    land = Landscape("bowl", "learning_rate_tuned", 0, x, x, x[None, :] ** 2 + x[:, None] ** 2, way)
    path = tmp_path_factory.mktemp("report") / "index.html"
    path.write_text(page(Runs.of(rows), manifest, curves_of(rows), landscapes=[land]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = chromium.Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


SHOWN = "e => e.getClientRects().length > 0"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_is_complained_of_asked_for_or_cut_off(browser, path, width, dark):
    browser.open(path, width, dark=dark)
    assert not browser.told("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
    assert [told["request"]["url"] for told in browser.told("Network.requestWillBeSent")] == [path.as_uri()]
    assert browser.ask("document.documentElement.scrollWidth") <= width
    picture = np.asarray(Image.open(io.BytesIO(browser.photograph())).convert("L"))
    ground = picture[-1, 0]
    assert (ground < 64) is dark or (ground < 64) == dark
    assert 0.01 < (np.abs(picture.astype(int) - ground) > 64).mean() < 0.5


def test_a_script_or_picture_that_got_in_is_neither_run_nor_loaded(browser, path):
    planted = "<script>document.title = 'obeyed'</script><img src='https://example.org/a.png'></main>"
    copy = path.with_name("planted.html")
    copy.write_text(path.read_text(encoding="utf-8").replace("</main>", planted), encoding="utf-8")
    browser.open(copy, 1440)
    assert browser.ask("document.title") == "Race: lecture"
    refused = [told["entry"]["text"] for told in browser.told("Log.entryAdded")]
    assert len(refused) == 2
    assert all("Content Security Policy" in text for text in refused)
    blocked = {
        told["requestId"] for told in browser.told("Network.loadingFailed") if told.get("blockedReason") == "csp"
    }
    sent = browser.told("Network.requestWillBeSent")
    assert {told["request"]["url"] for told in sent if told["requestId"] not in blocked} == {copy.as_uri()}


@pytest.mark.parametrize("width", [360, 1440])
def test_charts_are_drawn_and_their_letters_are_legible(browser, path, width):
    browser.open(path, width)
    sizes = browser.ask("[...document.querySelectorAll('svg[role=img]')].map(s => s.getBoundingClientRect().width)")
    assert len(sizes) == 9
    assert min(sizes) >= 300
    letters = browser.ask(
        "[...document.querySelectorAll('svg[role=img] text')].filter(" + SHOWN + ").map(t => "
        "parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getScreenCTM().a)"
    )
    assert min(letters) >= 11
    strokes = browser.ask(
        "[...document.querySelectorAll('path.line')].filter(" + SHOWN + ").map(p => getComputedStyle(p).stroke)"
    )
    assert len(set(strokes)) == 7
    assert "none" not in strokes


def test_no_label_of_a_chart_leaves_it_or_covers_another(browser, path):
    for width in (360, 1440):
        browser.open(path, width)
        wrong = browser.ask(
            """[...document.querySelectorAll('svg[role=img]')].flatMap(s => {
              const box = s.getBoundingClientRect();
              const texts = [...s.querySelectorAll('text:not(.level)')].map(t => [t, t.getBoundingClientRect()])
                .filter(([t, r]) => r.width > 0);
              const out = texts.filter(([t, r]) => r.left < box.left - 1 || r.right > box.right + 1
                || r.top < box.top - 1 || r.bottom > box.bottom + 1);
              const over = texts.filter(([t, r], i) => texts.slice(i + 1).some(([u, q]) =>
                r.left < q.right && q.left < r.right && r.top + 2 < q.bottom && q.top + 2 < r.bottom));
              return [...out, ...over].map(([t, r]) => t.textContent);
            })"""
        )
        assert wrong == []


def test_the_language_is_chosen_by_keyboard_and_one_language_is_shown(browser, path):
    browser.open(path, 1440)
    count = "[...document.querySelectorAll('.%s')].filter(" + SHOWN + ").length"
    assert browser.ask(count % "en") > 100
    assert browser.ask(count % "ko") == 0
    browser.press("Tab")
    assert browser.ask("document.activeElement.id") == "pick-en"
    browser.press("ArrowRight")
    assert browser.ask(count % "en") == 0
    assert browser.ask(count % "ko") > 100
    assert browser.ask("document.documentElement.scrollWidth") <= 1440


def test_a_contestant_can_be_taken_out_of_all_charts(browser, path):
    browser.open(path, 1440)
    count = "[...document.querySelectorAll('.s6')].filter(" + SHOWN + ").length"
    assert browser.ask(count) > 10
    browser.ask("document.getElementById('show-6').click()")
    assert browser.ask(count) == 0
    assert browser.ask(count.replace("s6", "s5")) > 10


def test_a_screen_reader_hears_names_of_figures_in_the_language_that_is_shown(browser, path):
    browser.open(path, 1440)
    named = {}
    for language in ("en", "ko"):
        browser.ask(f"document.getElementById('pick-{language}').click()")
        nodes = browser.send("Accessibility.getFullAXTree")["nodes"]
        images = [node for node in nodes if node.get("role", {}).get("value") in ("image", "img", "graphics-document")]
        named[language] = {node["name"]["value"] for node in images}
        roles = {node.get("role", {}).get("value") for node in nodes}
        assert {"main", "navigation", "banner", "contentinfo"} <= roles
    assert "bowl: how much of the way is left" in named["en"]
    assert "bowl: 최솟값까지 남은 비율" in named["ko"]
    assert "" not in named["en"] | named["ko"]


def test_it_prints_without_bars_and_boxes(browser, path):
    browser.open(path, 1440)
    browser.send("Emulation.setEmulatedMedia", media="print")
    hidden = browser.ask("['.who', '.languages', '.skip'].map(s => document.querySelector(s).getClientRects().length)")
    assert hidden == [0, 0, 0]
    assert browser.ask("getComputedStyle(document.querySelector('figure')).breakInside") == "avoid"
    browser.send("Emulation.setEmulatedMedia", media="")
