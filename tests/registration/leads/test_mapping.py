"""What of a lead becomes what of a restaurant."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from registration.errors import Refused
from registration.leads.mapping import MappedLead, map_lead
from registration.leads.models import AddressSource
from tests.registration.leads.make import lead

LEAD_ID = UUID("5f0c8d3e-6a51-4b0e-9d0e-3f1f0c7a2b11")


def mapped(source: AddressSource = AddressSource.AUTO, **values: Any) -> MappedLead:
    """The restaurant of a lead with an address."""
    return map_lead(lead(**{"ubereats_address": "1 Queen Street"} | values), source)


def test_every_value_arrives_in_its_column() -> None:
    """A full lead: texts on one line, phones as E.164, e-mails in lower case, hours in the platform's shape."""
    full = mapped(
        id=LEAD_ID,
        restaurant_name=" Ōtaki  Kai ",
        phone="06 364 1234",
        email="Kai@Example.nz",
        city="Ōtaki",
        website_url="https://kai.example",
        instagram_url="https://instagram.example/kai",
        facebook_url="https://facebook.example/kai",
        store_link="https://www.ubereats.com/nz/store/kai",
        ordering_platform_url="https://kai.mobi2go.example",
        ordering_platform_name="Mobi2Go",
        contact_name="Mere Ngata",
        contact_email="mere@example.nz",
        contact_phone="021 123 4567",
        contact_role="Owner",
        ubereats_cuisine=["Thai", None, " ", "Thai", "Cafe"],
        opening_hours=[{"day": "Monday", "open": "11:00", "close": "21:00"}],
        opening_hours_text="Mon 11-9",
        website_type="custom_domain",
        ubereats_og_image="https://images.example/kai.jpg",
        ubereats_number_of_reviews="(15,000+)",
        ubereats_average_review_rating=Decimal("4.6"),
        google_number_of_reviews="321",
        google_average_review_rating=Decimal("4.1"),
        google_maps_url="https://maps.example/kai",
        region="Wellington",
        country="nz",
    )
    assert full.columns == {
        "name": "Ōtaki Kai",
        "address": "1 Queen Street",
        "city": "Ōtaki",
        "phone": "+6463641234",
        "email": "kai@example.nz",
        "contact_name": "Mere Ngata",
        "contact_email": "mere@example.nz",
        "contact_phone": "+64211234567",
        "contact_role": "Owner",
        "website_url": "https://kai.example",
        "instagram_url": "https://instagram.example/kai",
        "facebook_url": "https://facebook.example/kai",
        "ubereats_og_image": "https://images.example/kai.jpg",
        "ubereats_url": "https://www.ubereats.com/nz/store/kai",
        "mobi2go_url": "https://kai.mobi2go.example",
        "online_ordering_platform": "Mobi2Go",
        "cuisine": ["Thai", "Cafe"],
        "opening_hours": [{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}],
        "opening_hours_text": "Mon 11-9",
        "website_type": "custom_domain",
        "lead_type": "outbound",
        "lead_category": "cold_outreach",
        "lead_warmth": "frozen",
        "lead_stage": "uncontacted",
        "lead_status": "inactive",
        "icp_rating": 10,
        "metadata_": {
            "converted_from_lead": str(LEAD_ID),
            "source": "lead_scrape_ubereats",
            "ubereats_number_of_reviews": 15000,
            "ubereats_average_review_rating": 4.6,
            "google_number_of_reviews": 321,
            "google_average_review_rating": 4.1,
            "google_maps_url": "https://maps.example/kai",
            "region": "Wellington",
            "country": "nz",
        },
    }
    assert full.remarks == ()


@pytest.mark.parametrize(
    "source, ubereats, google, address",
    [
        ("auto", "1 Queen Street", "2 King Street", "1 Queen Street"),
        ("auto", " ", "2 King Street", "2 King Street"),
        ("ubereats", "1 Queen Street", "2 King Street", "1 Queen Street"),
        ("google", "1 Queen Street", "2 King Street", "2 King Street"),
        ("google", "1 Queen Street", None, None),
        ("auto", None, "", None),
    ],
)
def test_the_address_is_of_the_source_that_was_asked_for(
    source: str, ubereats: str | None, google: str | None, address: str | None
) -> None:
    """Automatic is Uber Eats', else Google's; one that is not there is remarked, not taken from elsewhere."""
    made = mapped(AddressSource(source), ubereats_address=ubereats, google_address=google)
    assert made.columns.get("address") == address
    assert [remark.partition(" from")[0] for remark in made.remarks] == (
        [] if address else ["address: the lead has none"]
    )


@pytest.mark.parametrize("name", ["", "   ", "K" * 301])
def test_a_lead_without_a_usable_name_is_refused(name: str) -> None:
    """In words for a person."""
    with pytest.raises(Refused, match=r"its name is .*; correct it on the lead"):
        mapped(restaurant_name=name)


def test_what_breaks_a_rule_is_kept_or_left_out_with_a_remark() -> None:
    """Phones and e-mails are asked for at the configuration gate; links are followed before anybody looks at them."""
    made = mapped(phone="12", email="kai at example", store_link="kai-henderson", opening_hours={"Monday": "late"})
    assert (made.columns["phone"], made.columns["email"]) == ("12", "kai at example")
    assert not {"ubereats_url", "opening_hours"} & set(made.columns)
    outcomes = {remark.partition(":")[0]: remark.rpartition("; ")[2] for remark in made.remarks}
    assert outcomes == {
        "phone": "kept as it was scraped",
        "e-mail": "kept as it was scraped",
        "store link": "left out",
        "opening hours": "left out",
    }


def test_what_is_read_otherwise_than_it_was_scraped_is_remarked() -> None:
    """Entities of HTML, and a phone that was saved as a number; a rounded one is kept for somebody to look at."""
    made = mapped(
        restaurant_name="Smith &amp;amp; Sons", ubereats_address="1&nbsp;Queen St", phone="211234567",
        contact_phone="6.42112E+10", contact_name="Mere &amp; Hemi", ubereats_cuisine=["Fish &amp; Chips"],
    )  # fmt: skip
    assert made.name == "Smith & Sons"
    assert made.columns["address"] == "1 Queen St"
    assert (made.columns["phone"], made.columns["contact_phone"]) == ("+64211234567", "6.42112E+10")
    assert made.columns["cuisine"] == ["Fish & Chips"]
    assert {remark.partition(":")[0] for remark in made.remarks} == {
        "name", "address", "phone", "contact phone", "contact name", "cuisine",
    }  # fmt: skip


def test_hours_that_are_only_a_text_are_read_too() -> None:
    """The text stays beside them."""
    made = mapped(opening_hours_text="Monday: 11:00 AM - 9 PM")
    assert made.columns["opening_hours"] == [{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}]
    assert made.columns["opening_hours_text"] == "Monday: 11:00 AM - 9 PM"


def test_hours_of_which_a_day_is_not_understood_are_kept_but_for_that_day() -> None:
    """Which one is remarked; a text that is understood in full goes before a form that is not."""
    stored = {"Monday": "11-9 PM", "Tuesday": "5\N{EN DASH}10 PM"}
    made = mapped(opening_hours=stored)
    tuesday = {"day": "Tuesday", "hours": {"open": "17:00", "close": "22:00"}}
    assert made.columns["opening_hours"] == [tuesday]
    [remark] = made.remarks
    assert remark.startswith("opening hours: Monday: '11-9 PM' does not say")
    assert remark.endswith("; left out")
    both = mapped(opening_hours=stored, opening_hours_text="Monday: 11 AM-9 PM\nTuesday: 5 PM-10 PM")
    assert both.columns["opening_hours"] == [{"day": "Monday", "hours": {"open": "11:00", "close": "21:00"}}, tuesday]
    assert both.remarks == ()


def test_two_links_for_one_column_are_both_kept() -> None:
    """The shop where the lead was found stays; the other one goes to the column for any other platform."""
    shop, other = "https://www.ubereats.com/store/kai", "https://www.ubereats.com/store/kai-2"
    made = mapped(store_link=shop, ordering_platform_url=other, ordering_platform_name="Uber Eats")
    assert (made.columns["ubereats_url"], made.columns["additional_ordering_platform_url"]) == (shop, other)
    same = mapped(store_link=shop, ordering_platform_url=shop, ordering_platform_name="Uber Eats")
    assert "additional_ordering_platform_url" not in same.columns
