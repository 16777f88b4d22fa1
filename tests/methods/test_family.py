import re

import pytest

from osolgil.methods import ALIASES, METHODS, Momentum, family_tree
from osolgil.methods.family import relatives, year_of

HANGUL = re.compile("[가-힣]")


def test_everybody_is_in_the_family_and_parents_come_first():
    family = relatives()
    order = [each.name for each in family]
    assert sorted(order) == sorted(METHODS)
    for each in family:
        assert each.parents == family_tree()[each.name]
        assert all(order.index(parent) < order.index(each.name) for parent in each.parents)
        assert set(each.also) == {alias for alias, name in ALIASES.items() if name == each.name}


def test_nobody_is_older_than_a_parent():
    years = {each.name: each.year for each in relatives()}
    for name, parents in family_tree().items():
        assert all(years[parent] <= years[name] for parent in parents), name


@pytest.mark.parametrize(
    ("name", "year"),
    [("gradient_descent", 1847), ("momentum", 1964), ("nesterov", 1983), ("adagrad", 2011), ("adam", 2015)],
)
def test_years_are_those_of_the_papers(name, year):
    assert {each.name: each.year for each in relatives()}[name] == year


def test_a_source_without_a_year_has_none_and_page_numbers_are_no_years():
    assert year_of("a manuscript, page 1234") is None
    assert year_of("Duchi, Hazan & Singer 2011, Figure 1") == 2011


def test_every_step_is_told_in_korean_as_well():
    for each in relatives(language="ko"):
        for parent, added in each.parents.items():
            assert HANGUL.search(added), f"{each.name} says in English what it added to {parent}"
        assert set(METHODS[each.name].parents_ko) == set(each.parents)


def test_ancestors_come_along_and_nobody_else_does():
    assert {each.name for each in relatives(["nadam", "NAG"])} == {
        "nadam", "nesterov", "momentum", "gradient_descent", "adam", "rmsprop", "adagrad", "adagrad_norm",
        "normalized_gradient_descent",
    }  # fmt: skip


class Ahead(Momentum):
    title, source, parents = "Ahead", "unpublished", {"nesterov": "nothing"}


class Stranger(Momentum):
    title, parents = "Stranger", {"nobody": "everything"}


class Prophet(Momentum):
    title, source, parents = "Prophet", "Foreseen 1900", {"adam": "hindsight"}


def test_a_rule_of_one_s_own_has_its_place_below_its_parents():
    family = relatives([Ahead(), Prophet(), "lion"])
    names = [each.name for each in family]
    assert names.index("Ahead") > names.index("nesterov")
    assert family[names.index("Ahead")].year is None
    assert names.index("Prophet") > names.index("adam")
    assert names[-1] == "lion"


def test_what_makes_no_family_is_refused():
    with pytest.raises(ValueError, match="Stranger came from 'nobody', which is no method; there are gradient_descent"):
        relatives([Stranger()])
    with pytest.raises(ValueError, match="did you mean 'adam'"):
        relatives(["adm"])
    with pytest.raises(ValueError, match="name at least one"):
        relatives([])
    with pytest.raises(ValueError, match="language='fr' is not known"):
        relatives(language="fr")
