"""Extractions: menus from delivery platforms, branding from websites. Started by a call, done in the background."""

from uuid import uuid4

from sandbox.telling.bodies import BrandingBody, MenuExtractionBody
from sandbox.telling.branding_work import BrandingWork
from sandbox.telling.call import Answer, Call
from sandbox.telling.menu_work import MenuWork


async def extract_menu(call: Call, body: MenuExtractionBody) -> Answer:
    """Start the extraction of a menu; `extraction_jobs` tells how it goes."""
    await call.work()
    work = MenuWork(call.world, call.restaurant, job_id=f"premium_{uuid4().hex}")
    if call.happens():
        await work.begin(body.url)
        call.world.go_on(work.run())
    return {"success": True, "message": "Menu extraction started", "jobId": work.job_id}


async def extract_branding(call: Call, body: BrandingBody) -> Answer:
    """Start the extraction of logo and colours; the restaurant's row shows when they are there."""
    await call.work()
    job_id = f"branding_{uuid4().hex}"
    if call.happens():
        call.world.go_on(BrandingWork(call.world, call.restaurant, body.url).run())
    return {"success": True, "message": "Branding extraction started", "jobId": job_id}
