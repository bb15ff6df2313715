"""Which restaurant a call is about: the one that it names within its organisation, or the one of its menu.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: nothing checks to whom a menu belongs.
"""

from dev.sandbox.names import Endpoint
from dev.sandbox.platform.call import Call
from dev.sandbox.rows import Restaurant, restaurant_by_id, restaurant_of_menu

_OF_MENU = frozenset({Endpoint.UPLOAD_IMAGES, Endpoint.CDN_STATS})


async def restaurant_meant(call: Call) -> Restaurant | None:
    """The restaurant of a call, if it can be found."""
    database = call.world.database
    if call.endpoint in _OF_MENU:
        menu_id = call.id_sent("menuId")
        return await restaurant_of_menu(database, menu_id) if menu_id else None
    restaurant_id = call.id_sent("restaurantId")
    return await restaurant_by_id(database, call.organisation_id, restaurant_id) if restaurant_id else None
