"""The upload of one batch of images.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: in the background the batch's counts grow step by
step, and the images' own rows are written after the last image.
"""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import UUID

from dev.sandbox.faults import WORK_KINDS, Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.platform import kept, upload_rows
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.reply import server_time
from dev.sandbox.platform.upload_rows import Image
from dev.sandbox.world import HANG_SECONDS

_STEPS = 5


@dataclass
class Upload:
    """A batch with its images; which images were uploaded is decided at the end."""

    call: Call
    batch_id: UUID
    images: list[Image]
    successful: list[Image] = field(default_factory=list[Image])
    failed: list[Image] = field(default_factory=list[Image])

    async def run_at_once(self, *, failed: int, all_fail: bool) -> None:
        """Upload within the request; the last `failed` images cannot be fetched."""
        await self._note("processing", 0)
        await asyncio.sleep(self._seconds())
        self._split(len(self.images) if all_fail else failed)
        await self._mark()
        await self._end({"completedAt": server_time()})
        if self.successful:
            ids = {"menu_id": self.call.text("menuId"), "batch_id": str(self.batch_id)}
            counts = {"successful": len(self.successful), "failed": len(self.failed)}
            metadata = {**ids, "total_images": len(self.images), **counts}
            await kept.use(self.call, "image_cdn_upload", metadata, len(self.successful))

    async def run(self) -> None:
        """Upload in the background."""
        names = self.call.restaurant.names if self.call.restaurant else []
        fault = self.call.world.faults.take(names, Endpoint.IMAGES_WORK, WORK_KINDS | {Kind.PARTLY_FAILED})
        begun = time.monotonic()
        await self._note("processing", 0)
        if fault and fault.kind is Kind.EXTRACTION_FAILS:
            await self.fail(fault.message or "The upload broke")
            return
        hanging = HANG_SECONDS if fault and fault.kind is Kind.HANG else 0
        await asyncio.sleep(self.call.world.fault_seconds(fault, hanging))
        for step in range(1, _STEPS + 1):
            await asyncio.sleep(self._seconds() / _STEPS)
            if step < _STEPS:
                await self._note("processing", len(self.images) * step // _STEPS)
        self._split(1 if fault and fault.kind is Kind.PARTLY_FAILED else 0)
        await self._mark()
        await self._end({"completedAt": server_time(), "duration": round(1000 * (time.monotonic() - begun))})

    async def fail(self, reason: str) -> None:
        """End the batch with an error; no image was uploaded."""
        metadata: dict[str, object] = {"error": reason, "failedAt": server_time()}
        await upload_rows.note_progress(self.call, self.batch_id, "failed", 0, 0, metadata)

    def _split(self, failed: int) -> None:
        first_failed = len(self.images) - failed
        self.successful, self.failed = self.images[:first_failed], self.images[first_failed:]

    async def _mark(self) -> None:
        ids = [image.id for image in self.successful], [image.id for image in self.failed]
        await upload_rows.mark(self.call, *ids)

    async def _note(self, status: str, done: int) -> None:
        await upload_rows.note_progress(self.call, self.batch_id, status, done, 0)

    async def _end(self, metadata: dict[str, object]) -> None:
        done, failed = len(self.successful), len(self.failed)
        status = "completed" if done else "failed"
        await upload_rows.note_progress(self.call, self.batch_id, status, done, failed, metadata)

    def _seconds(self) -> float:
        latency_key = self.call.restaurant.latency_key if self.call.restaurant else str(self.batch_id)
        return self.call.world.seconds(Endpoint.IMAGES_WORK, latency_key)
