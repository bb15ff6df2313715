"""How alike names are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.companies.matching.location import surroundings
from registration.companies.matching.name_similarity import best_name, core_name, name_similarity
from registration.companies.matching.weights import WEIGHTS


@pytest.mark.parametrize(
    "name,core",
    [
        ("SUSHI BAY LIMITED", "sushi bay"),
        ("Sushi Bay NZ Holdings Ltd.", "sushi bay"),
        ("GOLDEN WOK (2004) LIMITED", "golden wok"),
        ("SINGH & CO LIMITED", "singh"),
        ("KERERU KITCHEN NEW ZEALAND LIMITED", "kereru kitchen"),
        ("Ōtaki O'Connor’s", "otaki oconnor"),
        ("LIMITED", "limited"),
        ("HIBACHI HUT NO. 2 LIMITED", "hibachi hut"),
        ("THE SPICE BROS (2019) LIMITED", "spice brother"),
        ("NZ FISH LIMITED", "nz fish"),
    ],
)
def test_legal_endings_do_not_count(name: str, core: str) -> None:
    """Endings of the law, years, articles, plurals and punctuation are dropped; one word always stays."""
    assert core_name(name) == core


@pytest.mark.parametrize(
    "restaurant,name",
    [
        ("Kererū Kitchen", "KERERU KITCHEN LIMITED"),
        ("Harbour Light Fish & Chips", "HARBOUR LIGHT FISH AND CHIPS LIMITED"),
        ("Burger Shack", "BURGERSHACK HOLDINGS LIMITED"),
        ("Joe's Diner", "JOES DINER NZ LTD"),
        ("Bay Sushi", "SUSHI BAY LIMITED"),
        ("Two Sisters Eatery", "2 SISTERS EATERY LIMITED"),
        ("Smokehouse 41", "SMOKEHOUSE FORTY ONE LIMITED"),
        ("Fifth Street Diner", "5TH STREET DINER LIMITED"),
        ("Sugar'n'Spice", "SUGAR AND SPICE LIMITED"),
        ("Fish 'n' Chips", "FISH & CHIPS LIMITED"),
        ("Bao Bros", "BAO BROTHERS LIMITED"),
        ("Golden Takeaways", "GOLDEN TAKE AWAY LIMITED"),
        ("Kai Bar™", "KAI BAR LIMITED"),
        ("Kai℠ Bar®", "KAI BAR LIMITED"),
        ("\N{SLICE OF PIZZA} Kai Bar \N{HEAVY BLACK HEART}\ufe0f", "KAI BAR LIMITED"),
        ("Smith &amp; Sons", "SMITH & SONS LIMITED"),
        ("Smith & Sons", "SMITH &AMP;AMP; SONS LIMITED"),
        ("Joe\N{ACUTE ACCENT}s Diner", "JOES DINER LIMITED"),
    ],
)
def test_the_same_name_is_the_same_however_it_is_written(restaurant: str, name: str) -> None:
    """Spelling, order of words and blanks make no difference."""
    assert name_similarity(restaurant, name) == 100


@pytest.mark.parametrize(
    "restaurant,name", [("Sushi", "SUSHI BAY LIMITED"), ("Sushi Bay", "SUSHI BAY EXPRESS TRADERS OF ASIA LIMITED")]
)
def test_a_part_of_a_name_counts_at_most_85(restaurant: str, name: str) -> None:
    """A name that is a subset of the other may be somebody else's."""
    assert name_similarity(restaurant, name) == WEIGHTS.part_of_a_name == 85


def test_half_of_what_makes_a_name_counts_less() -> None:
    """One of two words is hardly the name; two of three are nearly it."""
    assert name_similarity("Ember and Ash", "ASH & CO LIMITED") == WEIGHTS.small_part_of_a_name
    assert name_similarity("Bubble Bee Tea", "BUBBLE BEE LIMITED") == WEIGHTS.part_of_a_name


def test_words_for_any_business_hardly_count() -> None:
    """What is called "HOSPITALITY" or "Restaurant" besides is the same, unless a single word is left."""
    assert name_similarity("Rimu & Rye", "RIMU AND RYE HOSPITALITY LIMITED") == WEIGHTS.same_but_for_venue
    assert name_similarity("Rickshaw", "RICKSHAW RESTAURANT LIMITED") == WEIGHTS.same_but_for_venue
    assert name_similarity("Lighthouse Cafe", "LIGHTHOUSE LIMITED") == WEIGHTS.part_of_a_name
    assert name_similarity("Harbour Bar", "HARBOUR CAFE LIMITED") <= WEIGHTS.other_venue


def test_the_own_branch_hardly_counts_and_another_one_does() -> None:
    """The suburb of the restaurant's address belongs to it; a suburb elsewhere is another restaurant's."""
    takapuna = surroundings("Auckland", "33 Hurstmere Road", "33 Hurstmere Road, Takapuna")
    assert name_similarity("Sushi Bay", "SUSHI BAY TAKAPUNA LIMITED", takapuna) == WEIGHTS.named_for_branch
    assert name_similarity("Sushi Bay Takapuna", "SUSHI BAY LIMITED", takapuna) == WEIGHTS.same_but_for_branch
    assert name_similarity("Sushi Bay", "SUSHI BAY TAKAPUNA LIMITED", surroundings("Auckland")) == (
        WEIGHTS.same_but_for_town
    )
    assert name_similarity("Sushi Bay", "SUSHI BAY NELSON LIMITED", takapuna) == WEIGHTS.other_branch


@pytest.mark.parametrize(
    "restaurant,name,most",
    [
        ("Cafe 88", "CAFE 8 LIMITED", WEIGHTS.other_number),
        ("Thai Kitchen", "THAI HOUSE LIMITED", WEIGHTS.only_plain_words),
        ("Mother Clucker", "MOTHERCARE LIMITED", WEIGHTS.no_shared_word),
    ],
)
def test_what_looks_alike_by_chance_is_limited(restaurant: str, name: str, most: float) -> None:
    """Other numbers, words that many share, letters without a word in common."""
    assert name_similarity(restaurant, name) <= most


def test_a_typing_error_is_forgiven() -> None:
    """A letter that is missing makes no other name."""
    assert name_similarity("Shanghai Dumplng House", "SHANGHAI DUMPLING HOUSE LIMITED") >= WEIGHTS.clear_name


def test_other_names_are_less_alike() -> None:
    """Unrelated names score low, related ones between."""
    assert name_similarity("Saffron Lane", "BLUE HERON SECURITY LIMITED") < 40
    assert 50 < name_similarity("Saffron Lane", "SAFFRON HOUSE LIMITED") < 90


def test_the_best_of_several_names_counts() -> None:
    """Current, previous and trading names are all names of the company."""
    assert best_name("Taco Tane", ["MEXICAN FOODS LIMITED", "Taco Tāne"]) == 100
    assert best_name("Taco Tane", []) == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_between_0_and_100(one: str, other: str) -> None:
    """Any two texts can be compared, and each is like itself."""
    assert 0 <= name_similarity(one, other) <= 100
    assert name_similarity(one, one) in (0, 100)


@pytest.mark.parametrize(
    "restaurant,right,other",
    [
        ("Paper Heron", "PAPER HERON LIMITED", "HERON PAPER LIMITED"),
        ("Paper Heron", "PAPER HERON HOSPITALITY LIMITED", "HERON PAPER LIMITED"),
        ("Zesty Ponsonby", "ZESTY HOSPITALITY LIMITED", "PONSONBY FOODS LIMITED"),
        ("Zesty Ponsonby", "ZESTY LIMITED", "ZESTY HOSPITALITY LIMITED"),
    ],
)
def test_a_brand_says_more_than_its_words_reversed_and_than_its_suburb(restaurant: str, right: str, other: str) -> None:
    """The order of a brand's own words is part of it; where a shop is, is not."""
    around = surroundings("Auckland", "20 Ponsonby Road", "20 Ponsonby Road, Ponsonby")
    assert name_similarity(restaurant, right, around) > name_similarity(restaurant, other, around)
