"""Searches of the register: queries, and the stored form of candidates."""

import pytest

from registration.companies.models import Candidate, FoundCompany, RegisterQuery, Source


@pytest.mark.parametrize("name", ["\N{SLICE OF PIZZA}\N{HEAVY BLACK HEART}\ufe0f", "?!", "™", " - "])
def test_nothing_is_searched_by_a_name_without_a_letter_or_digit(name: str) -> None:
    """Whoever typed it: it would find companies by chance."""
    assert RegisterQuery(name=name, street="-").is_empty
    assert RegisterQuery(name=f"Kai {name}").name.rstrip(" ?!-") == "Kai"


def test_a_query_without_name_and_street_is_empty() -> None:
    """A city alone is nothing to search by."""
    assert RegisterQuery(city="Nelson").is_empty
    assert not RegisterQuery(name="Jax").is_empty


def test_the_address_search_needs_a_street() -> None:
    """Without a street the city alone is not searched."""
    assert RegisterQuery(name="Jax", city="Nelson").street_and_city == ""
    assert RegisterQuery(name="Jax", street="1 Hardy St", city="Nelson").street_and_city == "1 Hardy St Nelson"


def test_a_candidate_survives_being_stored() -> None:
    """Candidates are stored as JSON, with their sources in a fixed order."""
    company = FoundCompany(company_number="1", company_name="X LIMITED", status="Registered")
    candidate = Candidate(
        company=company, sources=frozenset({Source.NAME, Source.ADDRESS}), score=97.5, name_score=100, address_score=90
    )
    stored = candidate.model_dump(mode="json")
    assert stored["sources"] == ["address", "name"]
    assert Candidate.model_validate(stored) == candidate


@pytest.mark.parametrize(
    "status,registered", [("Registered", True), (" REGISTERED ", True), ("Removed", False), ("", False)]
)
def test_only_registered_companies_exist(status: str, registered: bool) -> None:
    """A company is registered if the register says just that."""
    assert FoundCompany(company_number="1", company_name="X", status=status).is_registered is registered
