"""How alike names are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.matching.similarity import best_name, core_name, name_similarity


@pytest.mark.parametrize(
    "name,core",
    [
        ("SUSHI BAY LIMITED", "sushi bay"),
        ("Sushi Bay NZ Holdings Ltd.", "sushi bay"),
        ("GOLDEN WOK (2004) LIMITED", "golden wok"),
        ("SINGH & CO LIMITED", "singh and"),
        ("KERERU KITCHEN NEW ZEALAND LIMITED", "kereru kitchen"),
        ("Ōtaki O'Connor’s", "otaki oconnors"),
        ("LIMITED", "limited"),
        ("NZ FISH LIMITED", "nz fish"),
    ],
)
def test_legal_endings_do_not_count(name: str, core: str) -> None:
    """Endings of the law, years, case, macrons and punctuation are dropped; one word always stays."""
    assert core_name(name) == core


@pytest.mark.parametrize(
    "wanted,name",
    [
        ("Kererū Kitchen", "KERERU KITCHEN LIMITED"),
        ("Harbour Light Fish & Chips", "HARBOUR LIGHT FISH AND CHIPS LIMITED"),
        ("Burger Shack", "BURGERSHACK HOLDINGS LIMITED"),
        ("Joe's Diner", "JOES DINER NZ LTD"),
        ("Bay Sushi", "SUSHI BAY LIMITED"),
    ],
)
def test_the_same_name_is_the_same_however_it_is_written(wanted: str, name: str) -> None:
    """Spelling, order of words and blanks make no difference."""
    assert name_similarity(wanted, name) == 100


@pytest.mark.parametrize("wanted,name", [("Sushi", "SUSHI BAY LIMITED"), ("Sushi Bay Takapuna", "SUSHI BAY LIMITED")])
def test_a_part_of_a_name_counts_at_most_85(wanted: str, name: str) -> None:
    """A name that is a subset of the other may be somebody else's."""
    assert name_similarity(wanted, name) == 85


def test_other_names_are_less_alike() -> None:
    """Unrelated names score low, related ones between."""
    assert name_similarity("Saffron Lane", "BLUE HERON SECURITY LIMITED") < 40
    assert 50 < name_similarity("Saffron Lane", "SAFFRON HOUSE LIMITED") < 90


def test_the_best_of_several_names_counts() -> None:
    """Current, previous and trading names are all names of the company."""
    assert best_name("Taco Tane", ["MEXICAN FOODS LIMITED", "Taco Tāne"]) == 100
    assert best_name("Taco Tane", []) == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_between_0_and_100_and_symmetric(one: str, other: str) -> None:
    """Any two texts can be compared, in either order."""
    score = name_similarity(one, other)
    assert 0 <= score <= 100
    assert score == pytest.approx(name_similarity(other, one))
