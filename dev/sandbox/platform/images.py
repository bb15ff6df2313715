"""upload-images and its two queries: upload of a menu's images; up to ten images within the request.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: a long upload marks its images at its end, and
only images that are not uploaded yet are taken. The columns of upload_batches come from planning documents there.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from dev.sandbox.platform import upload_rows
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.reply import Body, failure, success
from dev.sandbox.platform.upload_work import Upload

_SYNC, _ALL_FAILED = "synchronous batch (at most 10 images left)", "synchronous batch, all failed"
_ASYNC = "async batch (more than 10 images left)"
_NONE_LEFT, _NO_IMAGES = "nothing left to upload", "menu without images, or the reading of the images failed"
_NOT_FOUND, FAILING, _BROKE = "not found", "other error", "synchronous batch broke"
_AT_ONCE = 10
_SAMPLE = UUID("88888888-8888-4888-8888-888888888888")


async def choose(call: Call) -> str:
    """The menu must exist, in any organisation; then the number of remaining images decides."""
    if not await upload_rows.menu_exists(call):
        return _NOT_FOUND
    images = await upload_rows.images_of(call)
    left = [image for image in images if not image.uploaded]
    if not left:
        return _NONE_LEFT if images else _NO_IMAGES
    return _SYNC if len(left) <= _AT_ONCE else _ASYNC


async def act(call: Call) -> str | None:
    """Start the batch; a short batch is also completed."""
    case = call.notes.get("case")
    left = [image for image in await upload_rows.images_of(call) if not image.uploaded]
    upload = Upload(call, await upload_rows.begin_batch(call, len(left)), left)
    call.notes["upload"] = upload
    call.happens()
    if case == _ASYNC:
        call.world.go_on(upload.run())
        return None
    await upload.run_at_once(failed=_failed(call, len(left)), all_fail=case == _ALL_FAILED)
    return _ALL_FAILED if left and not upload.successful and not call.played else None


def _failed(call: Call, left: int) -> int:
    """Number of images that cannot be fetched: one if a part must fail or the case is played with several images."""
    return 1 if left and (call.fails_partly or (call.played and left > 1)) else 0


async def _sync_body(call: Call) -> Body:
    upload = call.notes.get("upload")
    if not isinstance(upload, Upload):
        return success("Uploaded 0 images")
    done, failed = upload.successful, upload.failed
    return {
        "success": True,
        "mode": "synchronous",
        "batchId": str(upload.batch_id),
        "message": f"Uploaded {len(done)} images",
        "stats": {"totalImages": len(upload.images), "successful": len(done), "failed": len(failed)},
        "results": {
            "successful": [image.as_body(cdnUrl=f"https://cdn.example/{image.id}/") for image in done],
            "failed": [image.as_body(error="The source is not reachable") for image in failed],
        },
    }


async def _async_body(call: Call) -> Body:
    upload = call.notes.get("upload")
    batch, total = (upload.batch_id, len(upload.images)) if isinstance(upload, Upload) else (_SAMPLE, 40)
    return {
        "success": True,
        "mode": "asynchronous",
        "batchId": str(batch),
        "message": f"Upload started for {total} images",
        "totalImages": total,
        "progressUrl": f"/api/upload-batches/{batch}",
    }


async def _none_left_body(call: Call) -> Body:
    count = len(await upload_rows.images_of(call)) if call.notes.get("case") == _NONE_LEFT else 0
    return success("No images are left", stats={"totalImages": count, "alreadyUploaded": count})


async def _break_batch(call: Call) -> None:
    left = [image for image in await upload_rows.images_of(call) if not image.uploaded]
    upload = Upload(call, await upload_rows.begin_batch(call, len(left)), left)
    await upload.fail("The upload broke")


CASES = {
    _SYNC: Case(200, _sync_body, acts=True),
    _ALL_FAILED: Case(200, _sync_body, acts=True),
    _ASYNC: Case(200, _async_body, acts=True),
    _NONE_LEFT: Case(200, _none_left_body),
    _NO_IMAGES: Case(200, _none_left_body),
    _NOT_FOUND: Case(404, says(failure("Menu not found"))),
    "image service not configured": Case(503, says(failure("The image service is not configured"))),
    "database not configured": Case(503, says(failure("The database is not available"))),
    "batch row could not be made": Case(500, says(failure("The batch could not be created"))),
    _BROKE: Case(500, says(failure("Upload failed", details="The batch ended early")), after=(_break_batch,)),
    FAILING: Case(500, says(failure("Internal error")), acts=None),
}
_COUNTS, _NO_COUNTS, _UNREADABLE = "counts", "menu without images, or unknown menu", "not readable"


async def choose_stats(call: Call) -> str:
    """A menu without a row has no images; a malformed id is an error."""
    if call.id_sent("menuId") is None:
        return _UNREADABLE
    return _COUNTS if await upload_rows.images_of(call) else _NO_COUNTS


async def _stats(call: Call) -> Body:
    images = await upload_rows.images_of(call)
    done, failed = sum(image.uploaded for image in images), sum(one.failed for one in images)
    return success(
        stats={
            "totalImages": len(images),
            "uploadedImages": done,
            "failedUploads": failed,
            "pendingUploads": len(images) - done - failed,
            "uploadPercentage": round(100 * done / len(images)) if images else 0,
        }
    )


_AWAY = Case(503, says(failure("The database is not available")))
STATS = {
    _COUNTS: Case(200, _stats),
    _NO_COUNTS: Case(200, _stats),
    _UNREADABLE: Case(404, says(failure("Menu not found or no images"))),
    "database not configured": _AWAY,
    "error": Case(500, says(failure("Internal error"))),
}
_ENDED, _RUNNING, _WITH_ERROR = "ended", "running", "ended with an error"


async def choose_batch(call: Call) -> str:
    """The status of the batch."""
    batch = call.id_sent("batchId")
    call.notes["batch"] = row = await upload_rows.batch(call, batch) if batch else None
    if row is None:
        return _NOT_FOUND
    return {"completed": _ENDED, "failed": _WITH_ERROR}.get(str(row["status"]), _RUNNING)


async def _batch_body(call: Call) -> Body:
    held = call.notes.get("batch")
    row = cast("dict[str, object]", held) if held else upload_rows.sample_batch(call, str(call.notes.get("case")))
    total, done = cast(int, row["total_images"]), cast(int, row["uploaded_count"])
    progress = {
        "total": total,
        "uploaded": done,
        "failed": row["failed_count"],
        "percentage": round(100 * done / total) if total else 0,
    }
    name = {"restaurantName": row["restaurant_name"]} if row["restaurant_name"] else {}
    return success(
        batch={
            "id": str(row["id"]),
            "menuId": str(row["menu_id"]),
            "status": row["status"],
            "progress": progress,
            "startedAt": _zoneless(row["started_at"]),
            "completedAt": _zoneless(row["completed_at"]),
            "metadata": row["metadata"],
            **name,
        }
    )


def _zoneless(moment: object) -> object:
    return moment.isoformat(timespec="milliseconds") if isinstance(moment, datetime) else moment


BATCH = {
    _ENDED: Case(200, _batch_body),
    _RUNNING: Case(200, _batch_body),
    _WITH_ERROR: Case(200, _batch_body),
    _NOT_FOUND: Case(404, says(failure("Batch not found"))),
    "database not configured": _AWAY,
    "error": Case(500, says(failure("Internal error"))),
}
