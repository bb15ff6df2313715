"""Addresses that are somebody's care."""

import pytest

from registration.companies.matching.addresses import is_service_address
from registration.companies.matching.ranking import preselect, rank
from registration.companies.models import FoundCompany, RegisterQuery

QUERY = RegisterQuery(name="Sushi Bay", street="33 Hurstmere Road", city="Auckland")
HERE = "33 Hurstmere Road, Takapuna, Auckland, 0622, New Zealand"
CARE = [
    "c/- Smith, ", "C/-Smith, ", "C/ - Smith ", "C/O Smith, ", "c / o Smith, ", "C/ Smith, ", "C/Smith, ",
    "c\\o Smith, ", "C-/ Smith, ", "C/– Smith, ", "C/— Smith, ", "℅ Smith, ", "% Smith, ", "C.O. Smith, ",
    "C O Smith Limited, ", "C/0 Smith, ", "C/of Smith, ", "Ｃ／Ｏ Smith, ", "Care of Smith, ", "Care-Of Smith, ",
    "CARE OF: Smith ", "In care of Smith, ", "Attn Smith, ", "Attn: J Smith, ", "ATTENTION: Smith, ", "Att. Smith, ",
    "FAO Smith, ", "C/- ", "c/o Accountants Ltd, Level 3, ", "Accountants Ltd Level 3, ",
    "Smith & Jones Limited, Level 3, ", "Smith & Co, ", "Jones Partners Ltd Level 3 ",
]  # fmt: skip
OWN = [
    "", "Unit C/12, ", "Level 3, ", "Shop C, ", "12C/", "Block C / ", "Bay Sushi Takapuna Limited, ", "Attwood House, ",
    "Carefree Centre, ",
]  # fmt: skip


@pytest.mark.parametrize("care", CARE)
def test_an_address_in_somebodys_care_is_weak_however_it_is_written(care: str) -> None:
    """The address counts as no house, and preselects nobody."""
    company = _company(f"{care}{HERE}")
    [candidate] = ranked = rank(QUERY, [], [company])
    assert is_service_address(company.registered_address)
    assert candidate.address_score < 70
    assert preselect(QUERY, ranked) is None


@pytest.mark.parametrize("written", ["33 Hurstmere Rd (c/o Smith), Auckland", "33 Hurstmere Rd, c/- Smith, Auckland"])
def test_the_care_may_be_told_after_the_street(written: str) -> None:
    """In brackets, or as a part of its own."""
    assert is_service_address(written)


@pytest.mark.parametrize("own", OWN)
def test_units_and_the_companys_own_name_are_nobodys_care(own: str) -> None:
    """A letter before a stroke may be a door."""
    assert not is_service_address(f"{own}{HERE}", ("BAY SUSHI TAKAPUNA LIMITED",))


def test_at_a_restaurants_address_in_somebodys_care_nobody_is_preselected() -> None:
    """The restaurant is somewhere else than whoever takes its post."""
    written = RegisterQuery(name="Sushi Bay", street="c/- Smith, 33 Hurstmere Road", city="Auckland")
    ranked = rank(QUERY, [], [_company(HERE)], written=written)
    assert preselect(QUERY, ranked) == "1"
    assert preselect(QUERY, ranked, written=written) is None


def _company(address: str) -> FoundCompany:
    return FoundCompany(
        company_number="1",
        company_name="BAY SUSHI TAKAPUNA LIMITED",
        registered_address=address,
        status="Registered",
    )
