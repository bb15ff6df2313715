"""Which of a restaurant's columns a lead's links belong in (pure)."""

from urllib.parse import urlsplit

from registration.matching.folding import fold

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


def ordering_column(platform_name: str | None) -> str:
    """`Uber Eats` → ubereats_url, `me&u` → meandyou_url; a platform that has no column: additional_…"""
    name = fold(platform_name or "").replace(" ", "")
    return next((column for known, column in _BY_NAME.items() if known in name), ANY_OTHER)


def store_column(link: str) -> str:
    """Leads are scraped from Uber Eats; a shop on DoorDash is told by its host."""
    return "doordash_url" if "doordash." in (urlsplit(link).hostname or "") else "ubereats_url"
