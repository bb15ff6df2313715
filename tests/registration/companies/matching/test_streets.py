"""Streets cut out of addresses."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from registration.companies.matching.query_cleaning import clean_street

GOLDEN = TypeAdapter(list[tuple[str, str]]).validate_json(Path(__file__).with_name("streets.json").read_text("utf-8"))
PREFIXES = ["", "Shop 4, ", "Level 1/", "Unit 3A, ", "Westfield Albany, ", "Food Court, ", "G/F ", "Suite 2.01, "]
NUMBERS = ["7", "33A", "6-8", "12–14", "1204"]
NAMES = ["Queen", "St Asaph", "Great South", "Heretaunga", "Tāmaki", "O'Connell", "Don McKinnon", "Mt Eden"]
TYPES = ["Street", "St", "Road", "Rd", "Avenue", "Ave", "Lane", "Place", "Cres", "Drive", "Tce", "Court", "Quay", "Way"]
SUFFIXES = ["", ", Auckland", ", RD 2, Kumeu", " (rear entrance)", " opposite the church", " Christchurch 8023"]
PIECES = [
    *PREFIXES,
    *NUMBERS,
    *NAMES,
    *TYPES,
    *SUFFIXES,
    "Cnr",
    "&",
    "and",
    "PO Box 12",
    "SH 1",
    "North",
    ",",
    "/",
    "(",
    ")",
]


@pytest.mark.parametrize("address,street", GOLDEN)
def test_the_street_is_cut_out(address: str, street: str) -> None:
    """Each of the collected forms gives its street, in its own spelling."""
    assert clean_street(address) == street


def test_enough_forms_are_collected() -> None:
    """The collection is worth its name."""
    assert len({address for address, _ in GOLDEN}) >= 80


@given(*(st.sampled_from(part) for part in (PREFIXES, NUMBERS, NAMES, TYPES, SUFFIXES)))
def test_a_house_number_is_never_lost(prefix: str, number: str, name: str, kind: str, suffix: str) -> None:
    """Whatever stands before and after, number, name and type come out."""
    assert clean_street(f"{prefix}{number} {name} {kind}{suffix}") == f"{number} {name} {kind}"


@given(st.from_regex(r"[1-9][0-9]{0,3}[A-D]? [A-Z][a-z]{2,9}( [A-Z][a-z]{2,9})?", fullmatch=True))
def test_a_house_number_without_a_street_type_is_not_lost_either(address: str) -> None:
    """Streets like "88 Broadway" keep their number."""
    assert clean_street(address).startswith(address.split(maxsplit=1)[0])


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
def test_any_address_is_cleaned_once_and_for_all(address: str) -> None:
    """Cleaning raises nothing and changes nothing the second time."""
    street = clean_street(address)
    assert clean_street(street) == street
    assert street == street.strip()
