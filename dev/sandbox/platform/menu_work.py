"""The extraction of a menu: a job row from pending to its end, and a menu with dishes and images.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: a premium job becomes completed once before its
option sets are saved, and again at its true end, then with menu and phase.
"""

from dataclasses import dataclass
from uuid import uuid4

from dev.sandbox.dishes import menu_for
from dev.sandbox.jobs import Job
from dev.sandbox.names import Endpoint
from dev.sandbox.platform import extraction_rows, kept
from dev.sandbox.platform.call import Call
from dev.sandbox.platform.extraction_rows import JobKey
from dev.sandbox.world import work_on


@dataclass(frozen=True)
class MenuWork:
    """One extraction of a menu."""

    call: Call
    job: Job
    job_type: str
    address: str
    platform: str

    async def begin(self) -> None:
        """Insert the job's row."""
        await extraction_rows.begin(self.call.world.database, self._key, self.job_type, self.address)

    async def run(self) -> None:
        """Read the menu and store it."""
        restaurant = self.call.restaurant
        if restaurant is None:
            return
        self._move("running", "extracting_categories")
        await self._note("running")
        problem = await work_on(self.call.world, restaurant, Endpoint.MENU_WORK)
        if problem is not None:
            await self.fail(problem)
            return
        found = menu_for(restaurant)
        self.job.dishes = [dish.name for dish in found]
        self._move("running", "saving_to_database")
        if self._premium:
            await self._note("processing")
        menu_id = uuid4()
        await extraction_rows.store_menu(self.call.world.database, self._key, menu_id, found)
        self.job.menu_id = str(menu_id)
        await self._end(len(found))

    async def fail(self, reason: str) -> None:
        """End the job with an error."""
        self.job.error = reason
        self._move("failed", "extracting_items")
        await self._note("failed", error=reason)

    @property
    def _key(self) -> JobKey:
        return JobKey(self.job.name, self.call.organisation_id, self.call.restaurant_id, self.platform)

    @property
    def _premium(self) -> bool:
        return self.job_type == "premium_extraction"

    async def _end(self, count: int) -> None:
        if not self._premium:
            self._move("completed", "completed")
            progress: dict[str, object] = {"totalCategories": 1, "completedCategories": 0}
            await extraction_rows.change(self.call.world.database, self._key, "completed", progress)
            return
        await self._note("completed")
        self._move("completed", "completed")
        await self._note("completed", menuId=self.job.menu_id, summary={"totalItems": count})
        ids = {"restaurant_id": str(self.call.restaurant_id), "job_id": self.job.name, "url": self.address}
        await kept.use(self.call, "premium_extraction", {**ids, "categories_count": 1})
        await kept.use(self.call, "menu_item_extracted", {**ids, "extraction_type": "premium"}, count)

    def _move(self, status: str, phase: str) -> None:
        self.job.status, self.job.phase = status, phase

    async def _note(self, status: str, error: str | None = None, **more: object) -> None:
        progress = self.job.progress() | more
        await extraction_rows.change(self.call.world.database, self._key, status, progress, error)
