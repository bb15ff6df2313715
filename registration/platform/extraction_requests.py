"""The requests that start extractions of menus and branding, with the fields that the platform's routes know."""

from uuid import UUID

from registration.platform.requests import PlatformRequest
from registration.restaurants.models import RestaurantData

_LOGOS = tuple(
    f"logo_{version}url"
    for version in (
        "",
        "nobg_",
        "standard_",
        "thermal_",
        "thermal_alt_",
        "thermal_contrast_",
        "thermal_adaptive_",
        "favicon_",
    )
)
_FURTHER_COLOURS = ("tertiary_color", "accent_color", "background_color")
_HEADER_FIELDS = ("website_og_image", "website_og_title", "website_og_description")


def start_menu_extraction(restaurant_id: UUID, restaurant_name: str, url: str) -> PlatformRequest:
    """menuExtraction: read the menu at Uber Eats, with option sets and checked images, in the background."""
    body = {
        "storeUrl": url,
        "restaurantId": str(restaurant_id),
        "restaurantName": restaurant_name,
        "extractOptionSets": True,
        "validateImages": True,
        "async": True,
    }
    return PlatformRequest("/api/extract-menu-premium", body)


def start_doordash_extraction(restaurant_id: UUID, url: str) -> PlatformRequest:
    """menuExtraction: read the menu at DoorDash, which the other extraction refuses."""
    body = {"url": url, "platform": "doordash", "restaurantId": str(restaurant_id), "extractionType": "batch"}
    return PlatformRequest("/api/extractions/start", body)


def start_branding_extraction(restaurant: RestaurantData, url: str) -> PlatformRequest:
    """brandingExtraction: read logo, colours and header of the restaurant's own website at `url`, and store them.

    What it names is overwritten: colours and theme that the restaurant has, which a person may have chosen, stay.
    """
    chosen = {
        "primary_color": restaurant.primary_color,
        "secondary_color": restaurant.secondary_color,
        "theme": restaurant.theme,
    }
    missing = [name for name, value in chosen.items() if not value]
    further = [] if restaurant.primary_color or restaurant.secondary_color else _FURTHER_COLOURS
    body = {
        "restaurantId": str(restaurant.id),
        "sourceUrl": url,
        "previewOnly": False,
        "versionsToUpdate": list(_LOGOS),
        "colorsToUpdate": [*missing, *further],
        "headerFieldsToUpdate": [name for name in _HEADER_FIELDS if not getattr(restaurant, name, None)],
    }
    return PlatformRequest("/api/website-extraction/branding", body, long_answer=True)
