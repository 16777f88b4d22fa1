import pytest

from osolgil.methods import METHODS, family_tree
from osolgil.problems import collections, networks, surfaces
from osolgil.protocol import Needs


def test_methods_lists_every_method_with_its_parents(osolgil):
    told = osolgil("methods")
    assert told.status == 0
    for name in METHODS:
        assert name in told.out
    listed = {each["name"]: each for each in osolgil("methods", "--json").json}
    assert set(listed) == set(METHODS)
    assert listed["nesterov"]["also"] == ["nag"]
    assert "momentum" in listed["nesterov"]["parents"]
    assert listed["newton"]["order"] == "second"
    assert listed["adam"]["order"] == "first"


@pytest.mark.parametrize("width", ["80", "120"])
def test_no_name_is_cut_however_narrow_the_terminal(osolgil, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    for command in ("methods", "problems"):
        told = osolgil(command)
        assert "…" not in told.out
        # Korean is not in these tables, so that a character is a column.
        assert max(map(len, told.out.splitlines())) <= int(width)
        for name in METHODS if command == "methods" else surfaces.names():
            assert name in told.out
    # The last column is the first to be cut: here it is whole.
    ideas = " ".join(line.split("│")[-1].strip() for line in osolgil("methods").out.splitlines())
    assert "momentum for the direction, RMSProp for the scale, both freed of their bias at the start." in ideas


def test_a_method_is_of_second_order_where_it_is_told_the_hessian():
    for method in METHODS.values():
        told = bool(method.needs & (Needs.HESSIAN | Needs.PRODUCT))
        assert told == (method.order == "second"), method


def test_methods_stand_below_their_order(osolgil):
    lines = osolgil("methods").out.splitlines()
    heads = [next(i for i, line in enumerate(lines) if line.startswith(head)) for head in ("First", "One", "Second")]
    at = {name: next(i for i, line in enumerate(lines) if line.split(" ")[0] == name) for name in METHODS}
    assert heads[0] < at["adam"] < heads[1] < at["lbfgs"] < heads[2] < at["newton"]


def test_problems_lists_every_surface_with_formula_minimum_and_lesson(osolgil):
    told = osolgil("problems")
    assert told.status == 0
    for name in surfaces.names():
        assert name in told.out
    assert "½(x₁² + 10 x₂²)" in told.out
    assert "\\" not in told.out


def test_problems_speak_korean(osolgil):
    english, korean = osolgil("problems", "--json").json, osolgil("problems", "--ko", "--json").json
    assert [each["name"] for each in korean] == [*surfaces.names(), *networks.names(), *collections.names()]
    assert all("학습률" in each["teaches"] for each in korean if each["name"] == "square")
    assert all(a["teaches"] != b["teaches"] for a, b in zip(english, korean, strict=True) if "collection" not in a)
    assert "배울 점" in osolgil("problems", "--ko").out


def test_problems_lists_the_test_collections_by_name(osolgil):
    told = osolgil("problems").out
    for name in collections.names():
        assert name in told
    listed = {each["name"]: each for each in osolgil("problems", "--json").json if "collection" in each}
    assert listed["wood"] | {"source": ""} == {
        "name": "wood",
        "collection": "mgh",
        "title": "Wood",
        "n": 4,
        "start": [-3, -1, -3, -1],
        "minimum": 0,
        "source": "",
    }
    assert "볼록 문제" in osolgil("problems", "--ko").out


def names_in(tree):
    """The names of a tree, and those that are only mentioned in it."""
    told, mentioned = [], []
    for each in tree:
        if "children" not in each:
            mentioned.append((each["name"], each["below"]))
            continue
        below, elsewhere = names_in(each["children"])
        told += [each["name"], *below]
        mentioned += elsewhere
    return told, mentioned


def test_the_tree_tells_every_method_once_and_mentions_it_below_its_other_parents(osolgil):
    told, mentioned = names_in(osolgil("methods", "--tree", "--json").json)
    assert sorted(told) == sorted(METHODS)
    tree = family_tree()
    others = [(name, next(iter(parents))) for name, parents in tree.items() for _ in list(parents)[1:]]
    assert ("adam", "rmsprop") in others
    assert sorted(mentioned) == sorted(others)


def test_the_tree_hangs_each_method_below_its_parent_with_what_was_added(osolgil):
    lines = osolgil("methods", "--tree").out.splitlines()
    depth = {name: line.index(name) for name in METHODS for line in lines if f" {name} " in f" {line} "}
    for name, parents in family_tree().items():
        for parent, added in parents.items():
            assert depth[name] > depth[parent]
            assert any(added in line for line in lines)
    at = next(i for i, line in enumerate(lines) if "nesterov (nag)  Nesterov 1983; Sutskever et al. 2013" in line)
    assert lines[at + 1].endswith("+ the gradient is taken ahead, where the velocity leads")
    assert any(line.endswith("+ from momentum: an average of the gradients in place of the gradient") for line in lines)
    assert any(line.endswith("adam (in full below rmsprop)") for line in lines)


@pytest.mark.parametrize("width", ["60", "80"])
def test_the_tree_fits_a_narrow_terminal_and_cuts_nothing(osolgil, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    told = osolgil("methods", "--tree").out
    assert max(map(len, told.splitlines())) <= int(width)
    assert "…" not in told
    words = [word for word in told.split() if not set(word) <= set("│├└─")]
    for parents in family_tree().values():
        for added in parents.values():
            assert f" {added} " in f" {' '.join(words)} "


def test_the_tree_speaks_korean_and_is_not_coloured_in_a_pipe(osolgil):
    told = osolgil("methods", "--tree", "--ko")
    assert "+ 기울기를 쌓아 가는 속도" in told.out
    assert "+ a velocity" not in told.out
    assert "\x1b" not in told.out + osolgil("methods", "--tree").out


def test_the_tree_can_be_written_as_a_picture(osolgil, tmp_path):
    told = osolgil("methods", "--tree", "--plot", "family.png")
    assert told.out.endswith("Wrote family.png\n")
    assert (tmp_path / "family.png").read_bytes().startswith(b"\x89PNG")
    assert osolgil("methods", "--tree", "--plot", "family.doc").status == 2


@pytest.mark.parametrize("option", [["--ko"], ["--plot", "family.png"]])
def test_what_is_meant_for_the_tree_is_refused_without_it(osolgil, tmp_path, option):
    told = osolgil("methods", *option)
    assert told.status == 2
    assert told.err == f"{option[0]} is for the family tree: add --tree.\n"
    assert list(tmp_path.iterdir()) == []
