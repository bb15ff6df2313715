"""The full entry of a company: its active director, its first contacts, names in title case."""

from datetime import date

import pytest

from registration.companies.details import CompanyDetails, Director, title_case


def test_the_first_active_director_has_not_ceased() -> None:
    """Active means no cessation date, in the register's order."""
    gone = Director(name="A", full_legal_name="A", ceased=date(2020, 10, 1))
    first, second = Director(name="B", full_legal_name="B"), Director(name="C", full_legal_name="C")
    details = CompanyDetails(
        company_name="X LIMITED", company_number="1", status="Registered", directors=(gone, first, second)
    )
    assert details.first_active_director == first


def test_a_company_without_entries_has_no_firsts() -> None:
    """Absent directors, numbers, e-mails and phones are None."""
    details = CompanyDetails(company_name="X LIMITED", company_number="1", status="Registered")
    firsts = (details.first_active_director, details.gst_number, details.contact_email, details.contact_phone)
    assert firsts == (None, None, None, None)


@pytest.mark.parametrize(
    "legal,name",
    [
        ("Aroha Mereana NGATA", "Aroha Mereana Ngata"),
        ("JEAN-LUC O'BRIEN", "Jean-Luc O'Brien"),
        ("Ian MCDONALD", "Ian McDonald"),
        ("Māia TĀMAKI", "Māia Tāmaki"),
        ("Pieter van der Berg", "Pieter van der Berg"),
        ("WEI LI", "Wei Li"),
    ],
)
def test_names_are_written_as_people_write_them(legal: str, name: str) -> None:
    """Only words in capitals are changed."""
    assert title_case(legal) == name
