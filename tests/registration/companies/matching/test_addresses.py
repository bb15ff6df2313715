"""Addresses as they are compared."""

import pytest

from registration.companies.matching.addresses import Street, in_city, is_exact_address, read_street
from registration.companies.models import RegisterQuery


@pytest.mark.parametrize(
    "address,street",
    [
        ("Shop 4, 23 Lambton Quay, Wellington", Street(23, 23, "", "lambton quay")),
        ("23A Queen St", Street(23, 23, "a", "queen street")),
        ("6-8 Courtenay Pl", Street(6, 8, "", "courtenay place")),
        ("280 St Asaph St", Street(280, 280, "", "saint asaph street")),
        ("45 High St Nth", Street(45, 45, "", "high street north")),
        ("12 Mt Eden Rd", Street(12, 12, "", "mount eden road")),
        ("2045 SH 2, Bethlehem", Street(2045, 2045, "", "highway 2")),
        ("2045 State Highway 2", Street(2045, 2045, "", "highway 2")),
        ("12 Tāmaki Drive", Street(12, 12, "", "tamaki drive")),
        ("Queen Street", Street(None, None, "", "queen street")),
        ("PO Box 12", Street(None, None, "", "")),
        ("12½ Queen St", Street(12, 12, "", "queen street", "1/2")),
        ("12 1/2 Queen St", Street(12, 12, "", "queen street", "1/2")),
        ("2-14 Main St", Street(14, 14, "", "main street")),
        ("14A-2 Main St", Street(None, None, "", "main street")),
    ],
)
def test_streets_are_read_in_one_form(address: str, street: Street) -> None:
    """Short forms, saints, ranges, letters and macrons are told apart or made the same."""
    assert read_street(address) == street


@pytest.mark.parametrize(
    "one,other,same",
    [
        ("6-8 Queen St", "8 Queen Street", True),
        ("6-8 Queen St", "10 Queen Street", False),
        ("23A Queen St", "23 Queen Street", True),
        ("23A Queen St", "23B Queen Street", False),
        ("Shop 1, 23 Queen St", "Unit 9/23 Queen Street", True),
        ("23 Queen St", "23 King Street", False),
        ("Queen St", "Queen Street", False),
        ("12½ Queen St", "12 Queen Street", False),
        ("12½ Queen St", "2 Queen Street", False),
        ("12½ Queen St", "12 1/2 Queen Street", True),
        ("2-14 Main St", "8 Main Street", False),
        ("2-14 Main St", "2/14 Main Street", True),
        ("2-14 Main St", "2-14 Main Street", True),
        ("14-2 Main St", "14 Main Street", False),
        ("12A-C Queen St", "12D Queen Street", False),
    ],
)
def test_the_same_house_is_recognised(one: str, other: str, same: bool) -> None:
    """House numbers that meet on the same street are one house; a street without numbers is none."""
    assert read_street(one).same_house(read_street(other)) is same


def test_an_exact_address_needs_house_and_city() -> None:
    """The same house in another city is another house."""
    query = RegisterQuery(name="x", street="33 Hurstmere Road", city="Auckland")
    assert is_exact_address(query, "33 Hurstmere Rd, Takapuna, Auckland, 0622, New Zealand")
    assert not is_exact_address(query, "33 Hurstmere Rd, Nelson, 7010, New Zealand")
    assert not is_exact_address(RegisterQuery(name="x", city="Auckland"), "33 Hurstmere Rd, Auckland")


def test_an_address_in_somebodys_care_is_not_exact() -> None:
    """Whoever takes a company's post sits there, not the company."""
    query = RegisterQuery(name="x", street="33 Hurstmere Road", city="Auckland")
    assert not is_exact_address(query, "C/O Smith, 33 Hurstmere Rd, Takapuna, Auckland, 0622, New Zealand")


def test_a_city_is_found_as_whole_words() -> None:
    """Macrons do not matter; parts of words and an unknown city are not found."""
    assert in_city("Ōtaki", "1 Main Street, Otaki, 5512")
    assert not in_city("Napier", "1 Napierville Road, Nelson")
    assert not in_city("", "1 Main Street, Nelson")


def test_a_suburb_is_in_its_city() -> None:
    """The register often names the suburb alone; a street named after a place is none."""
    assert in_city("Tauranga", "18 Marine Parade, Mount Maunganui, 3116")
    assert not in_city("Hamilton", "18 Marine Parade, Mount Maunganui, 3116")
    assert not in_city("Auckland", "Unit 3, 72 Ponsonby Road, Nelson, 7010")
