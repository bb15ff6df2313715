"""The feed of a restaurant's page and drawer: its four parts, rendered once for all who look at it."""

from dataclasses import dataclass
from uuid import UUID

from interfaces.api.live.reader import digest
from interfaces.api.live.readings import Readings
from interfaces.console.live.rail_feed import ConsoleFeed
from interfaces.console.live.stream import Wanted
from interfaces.console.pages.job.facts import Facts, facts_of
from interfaces.console.pages.job.reading import JobReading, read_job
from interfaces.console.pages.job.sub_steps import Work, work_of
from interfaces.console.pages.job.view import Happened, JobHead, happened_of, head_of
from interfaces.console.rendering import text_of
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.settings import settings

_SETTLED_SECONDS = 5.0


@dataclass(frozen=True)
class JobPage:
    """The four parts of the page."""

    head: JobHead
    work: Work
    happened: tuple[Happened, ...]
    facts: Facts


def page_of(reading: JobReading) -> JobPage:
    """What the page shows on this installation."""
    installation = settings()
    return JobPage(
        head_of(reading),
        work_of(reading, installation.time_scale),
        happened_of(reading),
        facts_of(reading, installation.register_url),
    )


def fragments_of(page: JobPage) -> dict[str, str]:
    """The parts by the ids of their elements."""
    parts = {"head": page.head, "work": page.work, "happened": page.happened, "facts": page.facts}
    return {name: text_of("job/parts.html", name, part) for name, part in parts.items()}


def digest_of(page: JobPage) -> str:
    """The digest by which a stream knows that a page has everything."""
    return digest(fragments_of(page).values())


def wanted(job_id: UUID, batch_id: UUID, known: str | None) -> Wanted:
    """The feed of a job of a batch, for a page that has the fragments with this digest."""
    return Wanted(
        ("console", "job", job_id),
        lambda readings: JobPageFeed(readings, batch_id, job_id),
        known,
    )


class JobPageFeed(ConsoleFeed[JobReading]):
    """Asks whether the batch changed, and reads the job only then.

    It goes on after the job has ended, more slowly: a retry opens the job again.
    """

    interval = 1.0

    def __init__(self, readings: Readings, batch_id: UUID, job_id: UUID) -> None:
        super().__init__(readings, batch_id)
        self._job_id = job_id

    async def state(self, transaction: Transaction, _revisions: Revisions, /) -> JobReading:
        """What the page shows."""
        return await read_job(transaction, self._job_id)

    def publish(self, state: JobReading, /) -> None:
        """Put the parts that changed."""
        for name, fragment in fragments_of(page_of(state)).items():
            self.topic.put("part", name, fragment)
        idle = state.job.status.ended and not state.job.ended_in_flight and not state.batch.worked_on
        self.interval = _SETTLED_SECONDS if idle else JobPageFeed.interval
