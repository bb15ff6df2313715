"""The requests that start extractions of menus and branding, with the fields of the platform's routes."""

from uuid import UUID

from registration.platform.requests import PlatformRequest
from registration.restaurants.models import ImageName, RestaurantData

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
_HEADER_TEXTS = ("website_og_title", "website_og_description")


def start_menu_extraction(restaurant_id: UUID, restaurant_name: str, url: str) -> PlatformRequest:
    """menuExtraction: extract the menu from Uber Eats, with option sets and checked images, in the background."""
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
    """menuExtraction: extract the menu from DoorDash, which the premium extraction refuses."""
    body = {"url": url, "platform": "doordash", "restaurantId": str(restaurant_id), "extractionType": "batch"}
    return PlatformRequest("/api/extractions/start", body)


def start_branding_extraction(restaurant: RestaurantData, url: str) -> PlatformRequest:
    """brandingExtraction: extract logo, colours and header from the restaurant's website at `url`, and store them.

    The platform overwrites the fields that the request names. Existing colours and theme, which a person may have
    chosen, are not named.
    """
    chosen = {
        "primary_color": restaurant.primary_color,
        "secondary_color": restaurant.secondary_color,
        "theme": restaurant.theme,
    }
    missing = [name for name, value in chosen.items() if not value]
    further = [] if restaurant.primary_color or restaurant.secondary_color else _FURTHER_COLOURS
    header_image = [] if ImageName.WEBSITE in restaurant.images else [ImageName.WEBSITE.value]
    body = {
        "restaurantId": str(restaurant.id),
        "sourceUrl": url,
        "previewOnly": False,
        "versionsToUpdate": list(_LOGOS),
        "colorsToUpdate": [*missing, *further],
        "headerFieldsToUpdate": [*header_image, *_HEADER_TEXTS],
    }
    return PlatformRequest("/api/website-extraction/branding", body, long_answer=True)
