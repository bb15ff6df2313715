"""Maps a lead to a restaurant: its columns, links and rating (pure)."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlsplit

from registration.kit.symbols import fold
from registration.kit.values import MOST_CUISINES
from registration.leads.models import AddressSource, LeadData
from registration.leads.scraped_values import ADDRESS, EMAIL, PHONE, ScrapedValues

ANY_OTHER = "additional_ordering_platform_url"

_BY_NAME = {
    "ubereats": "ubereats_url",
    "doordash": "doordash_url",
    "meandyou": "meandyou_url",
    "meandu": "meandyou_url",
    "mobi2go": "mobi2go_url",
    "delivereasy": "delivereasy_url",
    "nextorder": "nextorder_url",
    "foodhub": "foodhub_url",
    "ordermeal": "ordermeal_url",
}
_HIGHEST = 10
_DIVISOR = 1000
_DIGITS = 12
_SALES = {
    "lead_type": "outbound",
    "lead_category": "cold_outreach",
    "lead_warmth": "frozen",
    "lead_stage": "uncontacted",
    "lead_status": "inactive",
}


def ordering_column(platform_name: str | None) -> str:
    """`Uber Eats` → ubereats_url, `me&u` → meandyou_url; a platform without a column →
    additional_ordering_platform_url.
    """
    name = fold(platform_name or "").replace(" ", "")
    return next((column for known, column in _BY_NAME.items() if known in name), ANY_OTHER)


def store_column(link: str) -> str:
    """The column for a store link: leads come from Uber Eats, except those with DoorDash as host."""
    return "doordash_url" if "doordash." in (urlsplit(link).hostname or "") else "ubereats_url"


def icp_rating(lead: LeadData) -> int | None:
    """0 to 10: reviews times rating, summed over Uber Eats and Google, divided by 1000; None if neither is known."""
    weights = [
        _weight(lead.ubereats_number_of_reviews, lead.ubereats_average_review_rating),
        _weight(lead.google_number_of_reviews, lead.google_average_review_rating),
    ]
    known = [weight for weight in weights if weight is not None]
    if not known:
        return None
    return min(_HIGHEST, int((sum(known, Decimal()) / _DIVISOR).quantize(Decimal(1), ROUND_HALF_UP)))


def reviews(text: str | None) -> int | None:
    """`(15,000+)` → 15000: the digits of the text; None if it has none."""
    digits = re.sub(r"[^0-9]", "", text or "")
    return int(digits[:_DIGITS]) if digits else None


def rating(stored: Decimal | None) -> float | None:
    """The rating as a JSON number; None for the NaN that a Postgres column may contain."""
    return float(stored) if stored is not None and stored.is_finite() else None


def _weight(count: str | None, stars: Decimal | None) -> Decimal | None:
    number = reviews(count)
    return None if number is None or stars is None or not stars.is_finite() else number * stars


@dataclass(frozen=True)
class MappedLead:
    """The name and columns of the restaurant; `remarks` describe values of the lead that a person should check."""

    name: str
    columns: dict[str, Any]
    remarks: tuple[str, ...]


def map_lead(lead: LeadData, address_source: AddressSource) -> MappedLead:
    """The restaurant of a lead; columns without a value are left out.

    An invalid value does not prevent the conversion: it is kept or left out, with a remark. Raises Refused, with a
    message for a person, if the lead has no usable name.
    """
    values = ScrapedValues()
    name = values.required("name", lead.restaurant_name)
    columns: dict[str, Any] = {
        "name": name,
        "address": _address(values, lead, address_source),
        "city": values.text("city", lead.city, ADDRESS),
        **_people(values, lead),
        **_links(values, lead),
        **_offer(values, lead),
        **_SALES,
        "icp_rating": icp_rating(lead),
        "metadata_": _origin(lead),
    }
    filled = {column: value for column, value in columns.items() if value not in (None, [])}
    return MappedLead(name, filled, tuple(values.remarks))


def _address(values: ScrapedValues, lead: LeadData, source: AddressSource) -> str | None:
    scraped = {AddressSource.UBEREATS: lead.ubereats_address, AddressSource.GOOGLE: lead.google_address}
    sources = scraped if source is AddressSource.AUTO else {source: scraped[source]}
    address = next((text for text in sources.values() if text and text.strip()), None)
    if address is None:
        values.remarks.append(f"address: the lead has none from {' or '.join(sources)}")
    return values.text("address", address, ADDRESS)


def _people(values: ScrapedValues, lead: LeadData) -> dict[str, str | None]:
    return {
        "phone": values.text("phone", lead.phone, PHONE),
        "email": values.text("e-mail", lead.email, EMAIL),
        "contact_name": values.text("contact name", lead.contact_name),
        "contact_email": values.text("contact e-mail", lead.contact_email, EMAIL),
        "contact_phone": values.text("contact phone", lead.contact_phone, PHONE),
        "contact_role": values.text("contact role", lead.contact_role),
    }


def _links(values: ScrapedValues, lead: LeadData) -> dict[str, str | None]:
    links = {
        "website_url": values.link("website", lead.website_url),
        "instagram_url": values.link("Instagram", lead.instagram_url),
        "facebook_url": values.link("Facebook", lead.facebook_url),
        "ubereats_og_image": values.link("header image", lead.ubereats_og_image),
    }
    if store := values.link("store link", lead.store_link):
        links[store_column(store)] = store
    if ordering := values.link("ordering platform", lead.ordering_platform_url):
        column = ordering_column(lead.ordering_platform_name)
        links[column if links.get(column) in (None, ordering) else ANY_OTHER] = ordering
    return links


def _offer(values: ScrapedValues, lead: LeadData) -> dict[str, Any]:
    hours = values.hours(lead.opening_hours, lead.opening_hours_text)
    return {
        "cuisine": values.texts("cuisine", (lead.ubereats_cuisine or ())[:MOST_CUISINES]),
        "opening_hours": [entry.model_dump(mode="json") for entry in hours],
        "opening_hours_text": (lead.opening_hours_text or "").strip() or None,
        "website_type": values.text("website type", lead.website_type),
        "online_ordering_platform": values.text("ordering platform", lead.ordering_platform_name),
    }


def _origin(lead: LeadData) -> dict[str, Any]:
    origin = {
        "converted_from_lead": str(lead.id),
        "source": f"lead_scrape_{lead.platform}",
        "ubereats_number_of_reviews": reviews(lead.ubereats_number_of_reviews),
        "ubereats_average_review_rating": rating(lead.ubereats_average_review_rating),
        "google_number_of_reviews": reviews(lead.google_number_of_reviews),
        "google_average_review_rating": rating(lead.google_average_review_rating),
        "google_maps_url": lead.google_maps_url,
        "region": lead.region,
        "country": lead.country,
    }
    return {key: value for key, value in origin.items() if value is not None}
