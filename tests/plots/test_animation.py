import shutil

import numpy as np
import pytest
from PIL import Image

from osolgil.plots import animate, tuned, words
from osolgil.plots.animation import Stage, caption, in_shades, nearest_shades, shades
from osolgil.plots.runs import runs_of


@pytest.fixture(scope="module")
def film(tmp_path_factory, beale, walks):
    return animate(beale, walks, tmp_path_factory.mktemp("film") / "walks.gif", frames=6, hold=1.0, dpi=40)


def test_a_gif_moves_from_the_first_step_to_the_last_and_repeats(film):
    with Image.open(film) as gif:
        assert gif.format == "GIF"
        assert gif.n_frames == 6
        assert gif.size == (512, 288)
        assert gif.info["loop"] == 0
        first = np.asarray(gif.convert("RGB"), dtype=float)
        gif.seek(5)
        last = np.asarray(gif.convert("RGB"), dtype=float)
    assert first.std() > 20
    assert np.abs(first - last).max() > 100


def test_the_last_picture_stays(film):
    with Image.open(film) as gif:
        durations = []
        for k in range(gif.n_frames):
            gif.seek(k)
            durations.append(gif.info["duration"])
    assert durations == [70] * 5 + [1070]


def test_a_frame_shows_every_path_up_to_its_step(beale, walks):
    stage = Stage(beale, runs_of(walks), None, None, caption(walks), "en", 40)
    stage.frame(7)
    for walk, trail, head in zip(walks, stage.trails, stage.heads, strict=True):
        assert np.array_equal(np.transpose(trail.get_data()), walk.trace.path[:8])
        assert np.array_equal(np.ravel(head.get_data()), walk.trace.path[7])
    assert stage.counter.get_text() == "step 7"


def test_a_run_that_has_ended_waits_at_its_end(beale, walks):
    from osolgil.descent import Stop, minimize

    short = minimize(beale, method=walks[0].method, stop=Stop(steps=3), record="path")
    stage = Stage(beale, runs_of({"long": walks[1], "short": short}), None, None, "", "en", 40)
    stage.frame(20)
    assert np.array_equal(np.ravel(stage.heads[1].get_data()), short.trace.path[-1])


def test_the_caption_names_each_rate_and_that_the_user_gave_them(walks, beale):
    text = caption(walks)
    assert text.replace("\u00a0", " ") == (
        "Learning rates: Gradient descent 0.03 · Momentum 0.01 · Adam 0.3\ngiven by the user."
    )
    stage = Stage(beale, runs_of(walks), None, None, text, "en", 40)
    assert stage.figure.get_supxlabel() == text


def test_the_caption_of_a_sweep_names_each_rate_and_how_it_was_tuned():
    from osolgil.problems import surfaces

    sweep = tuned(surfaces.named("bowl"), ["sgd", "adagrad"], steps=10, rates=[0.05, 0.15, 0.5])
    text = caption(sweep)
    for run in sweep.runs:
        assert f"{run.label} {run.rate:.3g}".replace(" ", "\u00a0") in text
    assert "tuned: best of 3 between 0.05 and 0.5, equal 10 steps." in text


def test_the_caption_is_korean_where_a_font_has_hangul(walks, monkeypatch):
    monkeypatch.setattr(words, "hangul_font", lambda: "NanumGothic")
    assert caption(walks, "ko").startswith("학습률: ")
    assert caption(walks, "ko").endswith("사용자가 정함.")


def test_every_colour_of_the_style_survives_in_a_gif():
    from matplotlib.colors import to_rgb

    from osolgil.plots.style import COLOURS, MINIMUM

    palette = shades()
    assert palette.shape == (256, 3)
    wanted = np.array([[round(255 * c) for c in to_rgb(colour)] for colour in (*COLOURS, MINIMUM, "white")], np.uint8)
    picture = Image.fromarray(wanted[None])
    kept = np.asarray(in_shades(picture, palette, nearest_shades(palette)).convert("RGB"))[0].astype(int)
    # Five bits a channel are steps of 8, so a shade may be off by a neighbour.
    assert np.abs(kept - wanted).max() <= 12
    assert kept[-1].tolist() == [255, 255, 255]


def test_an_mp4_without_ffmpeg_is_refused_in_one_sentence(beale, walks, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match=r"needs the program ffmpeg, which is not installed; name a \.gif instead"):
        animate(beale, walks, tmp_path / "walks.mp4")


def test_an_mp4_is_the_frames_handed_to_ffmpeg(beale, walks, tmp_path, monkeypatch):
    calls = []

    class Done:
        returncode = 0
        stderr = b""

    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/ffmpeg")
    monkeypatch.setattr("subprocess.run", lambda command, **options: calls.append((command, options)) or Done())
    animate(beale, walks[0], tmp_path / "walk.mp4", frames=4, per_second=10, hold=0.5, dpi=30)
    (command, options), = calls  # fmt: skip
    assert command[0] == "ffmpeg"
    assert command[-1] == str(tmp_path / "walk.mp4")
    assert command[command.index("-s") + 1] == "384x216"
    assert len(options["input"]) == (4 + 5) * 384 * 216 * 3


def test_what_ffmpeg_says_is_passed_on(beale, walks, tmp_path, monkeypatch):
    class Failed:
        returncode = 1
        stderr = b"one\nUnknown encoder\n"

    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/ffmpeg")
    monkeypatch.setattr("subprocess.run", lambda command, **options: Failed())
    with pytest.raises(RuntimeError, match=r"ffmpeg could not write .*: Unknown encoder"):
        animate(beale, walks[0], tmp_path / "walk.mp4", frames=2, dpi=20)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_a_real_mp4_begins_like_one(beale, walks, tmp_path):
    path = animate(beale, walks[0], tmp_path / "walk.mp4", frames=3, hold=0.2, dpi=20)
    assert path.read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("name", ["walks.avi", "walks"])
def test_an_unknown_extension_is_refused(beale, walks, tmp_path, name):
    with pytest.raises(ValueError, match=r"names no animation; end it with \.gif or \.mp4"):
        animate(beale, walks, tmp_path / name)


def test_a_missing_folder_no_results_and_too_few_frames_are_refused(beale, walks, silent, tmp_path):
    with pytest.raises(ValueError, match="does not exist; create it first"):
        animate(beale, walks, tmp_path / "nowhere" / "a.gif")
    with pytest.raises(ValueError, match="no results to animate"):
        animate(beale, [], tmp_path / "a.gif")
    with pytest.raises(ValueError, match="frames=1"):
        animate(beale, walks, tmp_path / "a.gif", frames=1)
    with pytest.raises(ValueError, match="recorded no path"):
        animate(beale, silent, tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())
