"""extract-menu-premium, extractions/start and the status of a premium job.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: only addresses of ubereats.com; without `async`
the request lasts as long as the work; a start that failed is also answered with success; after a restart every job is
"completed".
"""

import secrets
import time
from typing import cast

from dev.sandbox.jobs import Job
from dev.sandbox.names import Endpoint
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.extraction_rows import job_progress, platform_exists
from dev.sandbox.platform.menu_work import MenuWork
from dev.sandbox.platform.reply import Body, failure

_STARTED, _NOT_STARTED = "started (async)", "not started, said started (async)"
_DONE, _BEFORE = "done (synchronous)", "failed before the start (synchronous)"
FAILING = "extraction failed (synchronous) or other error"
_NO_TEXT = "storeUrl is not a text"


async def choose(call: Call) -> str:
    """Check the address, then the restaurant."""
    address = call.sent.get("storeUrl")
    if not address:
        return "storeUrl missing"
    if not isinstance(address, str):
        return _NO_TEXT
    if "ubereats.com" not in address:
        return "not an ubereats.com address"
    if call.on("async"):
        return _STARTED if call.restaurant else _NOT_STARTED
    return _DONE if call.restaurant else _BEFORE


async def act(call: Call) -> str | None:
    """Start the job, and without `async` wait for its end."""
    work = MenuWork(call, _job(call), "premium_extraction", call.text("storeUrl") or "", "ubereats")
    call.happens()
    await work.begin()
    if call.notes.get("case") == _STARTED:
        call.world.go_on(work.run())
        return None
    await work.run()
    return FAILING if work.job.status == "failed" and not call.played else None


async def fail_job(call: Call) -> None:
    """Start a job that fails during the request."""
    work = MenuWork(call, _job(call), "premium_extraction", call.text("storeUrl") or "", "ubereats")
    await work.begin()
    await work.fail("The page could not be read")


def _job(call: Call) -> Job:
    held = call.notes.get("job")
    if not isinstance(held, Job):
        prefix, digits = ("batch", 8) if call.endpoint is Endpoint.START_EXTRACTION else ("premium", 4)
        name = f"{prefix}_{time.time_ns() // 1_000_000}_{secrets.token_hex(digits)}"
        address = call.text("storeUrl") or call.text("url") or ""
        call.notes["job"] = held = Job(name, address, call.name)
        call.world.jobs[name] = held
    return held


async def _started_body(call: Call) -> Body:
    name, estimate = _job(call).name, {}
    if call.notes.get("case") == _STARTED:
        estimate: Body = {"estimatedTime": 180}
    addresses: Body = {
        "statusUrl": f"/api/premium-extract-status/{name}",
        "resultsUrl": f"/api/premium-extract-results/{name}",
    }
    details: Body = {"message": "The extraction was started in the background"} if estimate else {}
    return {"success": True, "jobId": name, **estimate, **addresses, **details}


async def _done_body(call: Call) -> Body:
    job = _job(call)
    count = len(job.dishes) or 1
    counts = {
        "totalCategories": 1,
        "totalItems": count,
        "itemsWithCleanUrls": count,
        "itemsWithOptionSets": count,
        "unavailableItems": 0,
        "processingTime": job.elapsed(),
    }
    return {
        "success": True,
        "jobId": job.name,
        "menuId": job.menu_id,
        "summary": counts,
        "categories": ["Mains"],
        "items": [_item(job, name) for name in job.dishes or ["Example dish"]],
        "imageValidation": _images(count),
        "optionSetsDeduplication": {"sharedCount": 4, "uniqueCount": 3, "averageUsage": 5.2, "maxUsage": 12},
    }


def _item(job: Job, name: str) -> Body:
    return {
        "dishName": name,
        "dishPrice": 12.5,
        "dishDescription": "Invented",
        "modalUrl": f"{job.address}?mod=quickView&modctx=invented",
        "imageUrl": "https://img.example/1.jpg",
        "categoryName": "Mains",
        "cleanUrl": f"{job.address}/item/a/b/c",
        "urlMetadata": {},
        "optionSetsExtracted": True,
        "optionSetsData": {"itemName": name, "optionSets": []},
        "hasOptionSets": False,
    }


def _images(count: int) -> Body:
    shares = {"withImages": "100.0%", "placeholders": "0.0%", "lowQuality": "0.0%", "goodQuality": "100.0%"}
    quality: Body = {"lowQuality": 0, "goodQuality": count, "averageScore": 71}
    return {"total": count, "hasImage": count, "placeholders": 0, **quality, "percentages": shares}


async def _before_body(call: Call) -> Body:
    return failure("Restaurant creation failed: it does not exist", jobId=_job(call).name)


CASES = {
    _STARTED: Case(200, _started_body, acts=True),
    _NOT_STARTED: Case(200, _started_body),
    _DONE: Case(200, _done_body, acts=True),
    _BEFORE: Case(200, _before_body),
    "storeUrl missing": Case(400, says(failure("Store URL is required"))),
    "not an ubereats.com address": Case(400, says(failure("Only UberEats addresses are taken"))),
    "no organisation in the header": Case(400, says(failure("Organisation not found"))),
    FAILING: Case(500, says(failure("The page could not be read")), acts=None, after=(fail_job,)),
    _NO_TEXT: Case(None, says("")),
}
_BEGUN, _NO_URL, _NOT_FOUND, _NO_PLATFORM = "started", "url missing", "not found", "platform unknown"
_NOT_BATCH, START_FAILING = "extractionType other than batch", "other error"


async def choose_start(call: Call) -> str:
    """Check address, restaurant, delivery platform and kind of extraction."""
    if not call.text("url"):
        return _NO_URL
    if call.restaurant is None:
        return _NOT_FOUND
    if not await platform_exists(call.world.database, _platform(call)):
        return _NO_PLATFORM
    return _BEGUN if (call.text("extractionType") or "batch") == "batch" else _NOT_BATCH


def _platform(call: Call) -> str:
    address = call.text("url") or ""
    known = [name for name in ("ubereats", "doordash") if f"{name}.com" in address]
    return known[0] if known else (call.text("platform") or "unknown").lower()


async def act_start(call: Call) -> str | None:
    """Start the job; it always runs in the background."""
    work = MenuWork(call, _job(call), "full_menu", call.text("url") or "", _platform(call))
    call.happens()
    await work.begin()
    call.world.go_on(work.run())
    return None


async def _only_a_row(call: Call) -> None:
    await MenuWork(call, _job(call), "categories_only", call.text("url") or "", _platform(call)).begin()


async def _start_body(call: Call) -> Body:
    name = _job(call).name
    options = call.part("options") or {"includeImages": True, "generateCSV": True}
    return {
        "success": True,
        "jobId": name,
        "message": "Extraction started",
        "restaurantId": str(call.restaurant_id),
        "trackingUrl": f"/api/extractions/{name}",
        "options": dict(options),
    }


START = {
    _BEGUN: Case(200, _start_body, acts=True),
    _NO_URL: Case(400, says(failure("URL is required"))),
    _NOT_FOUND: Case(400, says(failure("Selected restaurant not found"))),
    _NO_PLATFORM: Case(400, says(failure("Platform not found"))),
    _NOT_BATCH: Case(400, says(failure("Only batch extractions are supported")), after=(_only_a_row,)),
    "restaurant could not be made": Case(500, says(failure("The restaurant could not be created"))),
    "job row could not be made": Case(500, says(failure("The job could not be created"))),
    START_FAILING: Case(500, says(failure("Internal error")), acts=None),
}
_RUNS, _ENDED, _FAILED = "running, in memory", "completed, in memory", "failed, in memory"
_ROW, _UNKNOWN = "not in memory, row found", "not found"


async def choose_status(call: Call) -> str:
    """The job in the memory of the process, else its row."""
    job = call.world.jobs.get(call.text("jobId") or "")
    if job is not None:
        call.notes["job"] = job
        return {"completed": _ENDED, "failed": _FAILED}.get(job.status, _RUNS)
    progress = await job_progress(call.world.database, call.text("jobId") or "")
    if progress is None:
        return _UNKNOWN
    call.notes["progress"] = progress
    return _ROW


async def _status_body(call: Call) -> Body:
    case = call.notes.get("case")
    held = call.notes.get("job")
    job = held if isinstance(held, Job) else _sample(call, str(case))
    kept = cast("Body | None", call.notes.get("progress"))
    return {
        "success": True,
        "jobId": job.name,
        "status": "completed" if case == _ROW else job.status,
        "menuId": None if case == _ROW else job.menu_id,
        "progress": kept if kept is not None else job.progress(),
        "startTime": job.begun_ms,
        "elapsedTime": job.elapsed(),
        "error": None if case == _ROW else job.error,
        "url": job.address,
        "restaurantName": job.restaurant,
    }


def _sample(call: Call, case: str) -> Job:
    job = Job(call.text("jobId") or "premium_1927850706789_0a1b2c3d", "https://www.ubereats.com/store/x", call.name)
    job.status = {_ENDED: "completed", _FAILED: "failed", _ROW: "completed"}.get(case, "running")
    job.phase = "completed" if case == _ENDED else "extracting_items"
    job.menu_id = "55555555-5555-4555-8555-555555555555" if case == _ENDED else None
    job.error = "The page could not be read" if case == _FAILED else None
    return job


STATUS = {
    _RUNS: Case(200, _status_body),
    _ENDED: Case(200, _status_body),
    _FAILED: Case(200, _status_body),
    _ROW: Case(200, _status_body),
    _UNKNOWN: Case(200, says(failure("Job not found"))),
    "error": Case(500, says(failure("Internal error"))),
}
