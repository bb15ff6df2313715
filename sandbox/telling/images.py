"""Images of a menu, uploaded in the background."""

from datetime import timedelta

from sandbox.faults import WORK_KINDS
from sandbox.names import Endpoint
from sandbox.records import Images
from sandbox.rows import menu_of
from sandbox.state import now
from sandbox.telling.bodies import MenuBody
from sandbox.telling.call import Answer, Call


async def upload_images(call: Call, body: MenuBody) -> Answer:
    """Start to upload the images of a menu with items; the set-up status tells how many have arrived."""
    menu = await menu_of(call.world.database, call.restaurant, body.menu_id)
    await call.work()
    seconds = _work_seconds(call)
    if call.happens():
        finished_at = now() + timedelta(seconds=seconds)
        call.done.images = Images(
            **call.stamp().model_dump(), menu_id=menu.id, total=menu.items, finished_at=finished_at
        )
    return {
        "success": True,
        "message": f"Uploading {menu.items} images",
        "status": "started" if seconds else "finished",
        "total": menu.items,
    }


def _work_seconds(call: Call) -> float:
    fault = call.world.faults.take(call.restaurant.names, Endpoint.IMAGES_WORK, WORK_KINDS)
    slower = call.world.fault_seconds(fault) if fault else 0
    return call.world.seconds(Endpoint.IMAGES_WORK, call.restaurant.who) + slower
