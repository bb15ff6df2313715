"""The extraction of branding: logo, colours and preview picture of a website, written to the restaurant."""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sandbox.background import work_on
from sandbox.names import Endpoint
from sandbox.rows import Restaurant
from sandbox.world import World

_PALETTES = Path(__file__).parent.parent / "data" / "palettes.json"
_STORE = """
    UPDATE restaurants
    SET logo_url = %(logo)s, website_og_image = %(og_image)s,
        primary_color = coalesce(nullif(primary_color, ''), %(primary)s),
        secondary_color = coalesce(nullif(secondary_color, ''), %(secondary)s)
    WHERE id = %(restaurant)s
"""


@dataclass(frozen=True)
class BrandingWork:
    """One extraction of branding; colours that somebody chose stay."""

    world: World
    restaurant: Restaurant
    url: str

    async def run(self) -> None:
        """Read the website; if that fails, nothing is written."""
        if await work_on(self.world, self.restaurant, Endpoint.BRANDING_WORK) is None:
            primary, secondary = _colours(self.restaurant.who)
            site = self.url.rstrip("/")
            values: dict[str, object] = {
                "logo": f"{site}/logo.png",
                "og_image": f"{site}/share.jpg",
                "primary": primary,
                "secondary": secondary,
                "restaurant": self.restaurant.id,
            }
            await self.world.database.write(_STORE, values)


def _colours(who: str) -> tuple[str, str]:
    palettes = cast(list[tuple[str, str]], json.loads(_PALETTES.read_text()))
    primary, secondary = palettes[zlib.crc32(who.encode()) % len(palettes)]
    return primary, secondary
