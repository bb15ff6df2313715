"""website-extraction/branding: logo, colours and texts of a website, read during the request.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: only the named columns are written, even over
values that a person chose; the answer does not list them. Here the pictures have less than 4 kB instead of megabytes.
"""

import json
import zlib
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from psycopg import sql

from dev.sandbox.names import Endpoint
from dev.sandbox.pictures import header, logo
from dev.sandbox.platform import kept
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.reply import Body, failure, server_time
from dev.sandbox.world import work_on

_PALETTES = Path(__file__).parent.parent / "data" / "palettes.json"
_BLACK, _WHITE = "#000000", "#ffffff"
_VERSIONS = {
    "original": "logo_url",
    "standard": "logo_standard_url",
    "nobg": "logo_nobg_url",
    "thermal": "logo_thermal_url",
    "thermal_alt": "logo_thermal_alt_url",
    "thermal_contrast": "logo_thermal_contrast_url",
    "thermal_adaptive": "logo_thermal_adaptive_url",
    "favicon": "logo_favicon_url",
}
_COLOURS = {
    "primaryColor": "primary_color",
    "secondaryColor": "secondary_color",
    "tertiaryColor": "tertiary_color",
    "accentColor": "accent_color",
    "backgroundColor": "background_color",
    "theme": "theme",
}
_NO_IMAGES: Body = {"logo": None, "faviconUrl": None, "ogImageUrl": None}
_LISTS = ("versionsToUpdate", "colorsToUpdate", "headerFieldsToUpdate")
_SAVED, _NOTHING_NAMED, _NO_LOGO, _PREVIEW = "saved", "nothing named", "website without a logo", "preview"
_NOTHING_READ, FAILING = "nothing could be read", "other error"


async def choose(call: Call) -> str:
    """Restaurant and address are required; the named columns decide what is saved."""
    if not call.text("restaurantId") or not call.text("sourceUrl"):
        return "restaurantId or sourceUrl missing"
    if call.on("previewOnly"):
        return _PREVIEW
    return _SAVED if _named(call) else _NOTHING_NAMED


async def act(call: Call) -> str | None:
    """Read the page, which takes time and may fail."""
    if call.restaurant and await work_on(call.world, call.restaurant, Endpoint.BRANDING_WORK) and not call.played:
        return _NOTHING_READ
    call.happens()
    return None


def _named(call: Call) -> list[str]:
    lists = [call.sent.get(name) for name in _LISTS]
    return [str(text) for each in lists if isinstance(each, list) for text in cast("list[object]", each)]


def _found(call: Call) -> dict[str, object]:
    """Columns with the values that were found."""
    data = _data(call)
    versions, colours = cast(Body, data["logoVersions"]), cast(Body, data["colors"])
    metadata, images = cast(Body, data["metadata"]), cast(Body, data["images"])
    found = {column: versions.get(name) for name, column in _VERSIONS.items()}
    found |= {column: colours[name] for name, column in _COLOURS.items()}
    found |= {"website_og_title": metadata["ogTitle"], "website_og_description": metadata["ogDescription"]}
    return {**found, "website_og_image": images.get("ogImageBase64")}


async def _save(call: Call) -> None:
    found = {name: value for name, value in _found(call).items() if value is not None and name in _named(call)}
    if found:
        sets = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in found
        )
        text = sql.SQL("UPDATE restaurants SET {}, updated_at = clock_timestamp() WHERE id = {}")
        statement = text.format(sets, sql.Placeholder("restaurant")).as_string()
        await _write(call, cast(LiteralString, statement), {**found, "restaurant": call.restaurant_id})
    metadata = {"restaurant_id": str(call.restaurant_id), "url": call.text("sourceUrl")}
    read = {"has_logo": call.notes.get("case") != _NO_LOGO, "confidence": 0.9, "fields_updated": len(found)}
    await kept.use(call, "firecrawl_branding_extraction", {**metadata, **read})


async def _write(call: Call, statement: LiteralString, values: dict[str, object]) -> None:
    try:
        await call.world.database.write_unseen(statement, values)
    except psycopg.ProgrammingError:
        call.notes["unsaved"] = True


def _data(call: Call) -> Body:
    has_logo = call.notes.get("case") != _NO_LOGO
    latency_key = call.restaurant.latency_key if call.restaurant else str(call.restaurant_id)
    palettes = cast("list[tuple[str, str]]", json.loads(_PALETTES.read_text()))
    primary, secondary = palettes[zlib.crc32(latency_key.encode()) % len(palettes)]
    site = (call.text("sourceUrl") or "https://kitchen.example").rstrip("/")
    colours: Body = {
        "primaryColor": primary,
        "secondaryColor": secondary if has_logo else None,
        "tertiaryColor": "#000000" if has_logo else None,
        "accentColor": None,
        "backgroundColor": "#FFFFFF" if has_logo else None,
        "theme": "light",
    }
    return {
        "logoVersions": _logos(latency_key, primary) if has_logo else {},
        "colors": colours,
        "metadata": {
            "ogTitle": call.name if has_logo else None,
            "ogDescription": "Invented" if has_logo else None,
            "ogSiteName": None,
        },
        "images": _images(site, latency_key, (primary, secondary)) if has_logo else _NO_IMAGES,
        "confidence": 0.9 if has_logo else 0,
        "logoReasoning": "Invented" if has_logo else None,
        "extractedAt": server_time(),
    }


def _logos(key: str, colour: str) -> Body:
    """The versions of the logo: on white, without a ground, and black for receipts."""
    return {
        name: logo(key, _BLACK if name.startswith("thermal") else colour, None if name == "nobg" else _WHITE)
        for name in _VERSIONS
    }


def _images(site: str, key: str, colours: tuple[str, str]) -> Body:
    favicon: Body = {"faviconUrl": None, "faviconBase64": logo(key, colours[0], _WHITE)}
    share: Body = {"ogImageUrl": f"{site}/share.png", "ogImageBase64": header(*colours)}
    return {"logo": f"{site}/logo.png", **favicon, **share}


async def _body(call: Call) -> Body:
    preview: Body = {"previewMode": True} if call.notes.get("case") == _PREVIEW else {}
    return {"success": True, **preview, "data": _data(call)}


CASES = {
    _SAVED: Case(200, _body, acts=True, after=(_save,)),
    _NOTHING_NAMED: Case(200, _body, acts=True),
    _NO_LOGO: Case(200, _body, acts=True, after=(_save,)),
    _PREVIEW: Case(200, _body, acts=True),
    "restaurantId or sourceUrl missing": Case(400, says(failure("restaurantId and sourceUrl are required"))),
    _NOTHING_READ: Case(400, says(failure("No branding data could be read")), acts=None),
    FAILING: Case(500, says(failure("Internal error")), acts=None),
}
