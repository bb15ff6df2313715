"""From a restaurant's own words to a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.companies.matching.query_cleaning import clean_city, clean_query
from registration.companies.models import RegisterQuery
from registration.kit.symbols import fold


def test_a_query_has_all_three_cleaned() -> None:
    """Name, street and city are cleaned together."""
    query = clean_query("KFC - Queen St", "Shop 4, 363 Colombo Street, Christchurch 8023", " Christchurch 8023 ")
    assert query == RegisterQuery(name="KFC", street="363 Colombo Street", city="Christchurch")


def test_what_nobody_sees_does_not_count() -> None:
    """A zero-width blank of a copied page costs no house number, and a macron is searched as the register writes it."""
    unseen, macron = "\N{ZERO WIDTH SPACE}", "\N{COMBINING MACRON}"
    query = clean_query(f"Whetu{macron} Ramen", f"12 {unseen}Queen{unseen} St, O{macron}taki", f"O{macron}taki{unseen}")
    assert query == RegisterQuery(name="Whetū Ramen", street="12 Queen St", city="Ōtaki")
    assert fold(f"Ra{unseen}men") == "ramen"


def test_an_address_that_is_only_the_town_is_no_street() -> None:
    """A town that no list knows is not searched as a street."""
    assert clean_query("Thai House", "Ngunguru", "Ngunguru").street == ""


def test_entities_of_html_are_the_characters_that_they_stand_for() -> None:
    """Restaurants that were stored with them are searched by what they are called."""
    query = clean_query("Smith &amp;amp; Sons", "12&nbsp;King&#39;s Rd", "P&#257;p&#257;moa")
    assert query == RegisterQuery(name="Smith & Sons", street="12 King's Rd", city="Pāpāmoa")


def test_absent_values_are_empty() -> None:
    """Without address and city only the name is searched."""
    assert clean_query("Jax", None, None) == RegisterQuery(name="Jax")


@pytest.mark.parametrize(
    "city,cleaned",
    [
        ("Wellington 6011", "Wellington"),
        ("Auckland, 1010", "Auckland"),
        ("Whangārei 110", "Whangārei"),
        ("Auckland 1010.0", "Auckland"),
        ("Auckland&nbsp;1010", "Auckland"),
        ("Ōtaki", "Ōtaki"),
    ],
)
def test_a_city_has_no_postcode(city: str, cleaned: str) -> None:
    """The register's address search takes the town; a spreadsheet may have spoilt the postcode."""
    assert clean_city(city) == cleaned


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_any_texts_make_a_query(name: str, address: str, city: str) -> None:
    """Cleaning raises nothing."""
    clean_query(name, address, city)
