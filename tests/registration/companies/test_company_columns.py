"""What of a register entry is saved on a restaurant: never over what a person typed."""

from datetime import date
from typing import Any
from uuid import uuid4

from registration.companies.columns import columns_without_company, company_columns
from registration.companies.details import CompanyDetails, Director
from registration.restaurants.models import RestaurantData

ENTRY = CompanyDetails(
    company_name="KAI TRADING LIMITED",
    company_number="1234567",
    nzbn="9429000000000",
    status="Registered",
    directors=(Director(name="Mere Walker", full_legal_name="MERE WALKER"),),
    emails=("office@kai.example.nz",),
)
COMPANY = {
    "company_name": "KAI TRADING LIMITED",
    "company_number": "1234567",
    "nzbn": "9429000000000",
    "gst_number": None,
    "full_legal_name": "MERE WALKER",
}


def _restaurant(**values: Any) -> RestaurantData:
    return RestaurantData(id=uuid4(), organisation_id=uuid4(), name="Kai", **values)


def test_blank_columns_are_filled() -> None:
    """The company's as one set, the contact's each; what the register does not say stays blank."""
    columns = company_columns(_restaurant(), ENTRY, {})
    contact = {"contact_name": None, "contact_email": "office@kai.example.nz", "contact_phone": None}
    written = COMPANY | contact
    metadata = columns.values.pop("additional_contacts_metadata")
    assert columns.values == written
    assert metadata == {"register": ENTRY.model_dump(mode="json"), "written": written}
    assert columns.conflicts == {}


def test_one_typed_company_field_keeps_the_whole_set() -> None:
    """A person's company number is not mixed with another company's name; the difference is told."""
    columns = company_columns(_restaurant(company_number="7654321"), ENTRY, {})
    assert not columns.values.keys() & COMPANY.keys()
    assert columns.conflicts == {"company_number": {"restaurant": "7654321", "register": "1234567"}}


def test_what_was_last_written_from_the_register_is_replaced() -> None:
    """Another company was chosen: every field changes, also to blank where the new entry is silent."""
    before = COMPANY | {"company_name": "OLD LIMITED", "company_number": "1", "gst_number": "123-456-789"}
    columns = company_columns(_restaurant(**before), ENTRY, before)
    assert {name: columns.values[name] for name in COMPANY} == COMPANY
    assert columns.conflicts == {}


def test_a_field_that_a_person_changed_since_keeps_the_set() -> None:
    """Still ours but for one: nothing of the company is replaced."""
    before = COMPANY | {"company_number": "1"}
    columns = company_columns(_restaurant(**before | {"company_name": "Kai Ltd"}), ENTRY, before)
    assert "company_number" not in columns.values
    assert columns.conflicts.keys() == {"company_name", "company_number"}


def test_the_contact_of_a_company_that_was_wrong_is_replaced() -> None:
    """Also to blank where the new entry is silent; what a person typed instead of it stays."""
    wrong = {"contact_name": "Rei Otherman", "contact_email": "rei@other.example", "contact_phone": "+6493791234"}
    before = COMPANY | wrong
    columns = company_columns(_restaurant(**before | {"contact_name": "Hemi"}), ENTRY, before)
    assert columns.values["contact_email"] == "office@kai.example.nz"
    assert columns.values["contact_phone"] is None
    assert "contact_name" not in columns.values
    assert columns.conflicts.keys() == {"contact_name"}


def test_what_was_written_is_remembered_while_it_stays() -> None:
    """A company number that a person typed keeps the set; once it is gone, the set is the register's again."""
    written = COMPANY | {"contact_name": "Mere Walker", "contact_email": "office@kai.example.nz"}
    typed = _restaurant(**written | {"company_number": "7654321"})
    second = company_columns(typed, ENTRY, written).values["additional_contacts_metadata"]["written"]
    other = ENTRY.model_copy(update={"company_name": "OTHER LIMITED"})
    third = company_columns(typed.model_copy(update={"company_number": None}), other, second)
    assert third.values["company_name"] == "OTHER LIMITED"


def test_without_a_company_nothing_of_the_register_is_left() -> None:
    """What a person typed stays."""
    written = COMPANY | {"contact_name": "Mere Walker", "contact_email": "office@kai.example.nz"}
    columns = columns_without_company(_restaurant(**written | {"contact_email": "hemi@kai.example"}), written)
    assert columns == dict.fromkeys([*COMPANY, "contact_name", "contact_phone", "additional_contacts_metadata"]) | {
        "additional_contacts_metadata": {}
    }


def test_without_a_company_nothing_that_people_entered_goes() -> None:
    """The register gave nothing, or another company stands there than it gave."""
    assert columns_without_company(_restaurant(**COMPANY), {}) == {}
    typed = _restaurant(**COMPANY | {"company_number": "7654321"})
    assert not columns_without_company(typed, COMPANY).keys() & COMPANY.keys()


def test_contact_fields_are_filled_where_blank() -> None:
    """A typed contact stays, and differs."""
    columns = company_columns(_restaurant(contact_name="Hemi", contact_email="", contact_phone=None), ENTRY, {})
    assert columns.values["contact_email"] == "office@kai.example.nz"
    assert "contact_name" not in columns.values
    assert columns.values["contact_phone"] is None
    assert columns.conflicts == {"contact_name": {"restaurant": "Hemi", "register": "Mere Walker"}}


def test_a_typed_contact_who_is_a_director_does_not_differ() -> None:
    """Whichever director it is; nobody becomes the contact without a person."""
    second = Director(name="Hemi Tane", full_legal_name="HEMI TANE")
    entry = ENTRY.model_copy(update={"directors": (*ENTRY.directors, second)})
    assert company_columns(_restaurant(contact_name="Hemi Tane"), entry, {}).conflicts == {}
    assert company_columns(_restaurant(), entry, {}).values["contact_name"] is None


def test_a_contact_from_a_wrong_companys_entry_is_cleared() -> None:
    """The gate proposes a director of the right one."""
    written = {"contact_name": "Rei Otherman"}
    assert company_columns(_restaurant(**written), ENTRY, written).values["contact_name"] is None


def test_a_director_who_left_is_nobodys_contact() -> None:
    """Active is who has not ceased."""
    gone = ENTRY.directors[0].model_copy(update={"ceased": date(2024, 1, 1)})
    columns = company_columns(_restaurant(), ENTRY.model_copy(update={"directors": (gone,)}), {})
    assert columns.values["full_legal_name"] is None
    assert columns.values["contact_name"] is None
