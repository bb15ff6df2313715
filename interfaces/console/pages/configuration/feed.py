"""The feed of the page of configurations: its head and its lines, rendered once for all who look at them."""

from collections.abc import Iterable
from uuid import UUID

from interfaces.api.live.reader import digest
from interfaces.api.live.readings import Readings
from interfaces.console.live.rail_feed import ConsoleFeed
from interfaces.console.live.stream import Wanted
from interfaces.console.pages.configuration.view import Decided, Listing, rows_of
from interfaces.console.rendering import text_of
from registration.batches.overview_queries import read_overview
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.gates.open_questions import config_questions
from registration.gates.queries import accepted_decision
from registration.restaurants.detail_queries import shown_restaurants
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GateName, Step

GATE = GateName.YOLO_CONFIG
_STEP = Step.YOLO_CONFIG
_PARTS = "configuration/parts.html"


async def read_listing(transaction: Transaction, batch_id: UUID) -> tuple[Listing, BatchView]:
    """What the page shows; a few queries, however many restaurants. Raises NotFound."""
    overview = await read_overview(transaction, batch_id)
    view = await read_snapshot(transaction, batch_id)
    questions = await config_questions(transaction, view)
    ids = {one.question.job_id: view.jobs[one.question.job_id].restaurant_id for one in questions}
    stored = await shown_restaurants(transaction, list(ids.values()))
    rows = rows_of(batch_id, questions, {job: stored[one] for job, one in ids.items() if one in stored})
    jobs = view.jobs.values()
    listing = Listing(
        batch_id=batch_id,
        batch=overview.name,
        rows=rows,
        decided=sum(job.steps[_STEP].status.ended for job in jobs),
        coming=sum(not job.status.ended and job.can_arrive_at(GATE) for job in jobs),
        settled=bool(overview.outcome) and not overview.worked_on and not rows,
    )
    return listing, view


async def read_decided(transaction: Transaction, view: BatchView, job_ids: Iterable[UUID]) -> list[Decided]:
    """The lines of jobs that do not wait any more, with the decision about their last question."""
    found: list[Decided] = []
    for job in (view.jobs[job_id] for job_id in job_ids if job_id in view.jobs):
        decision = await accepted_decision(transaction, job.id, GATE, job.steps[_STEP].visit)
        if decision is None and job.steps[_STEP].visit > 1:
            # "Extract again" was answered at the visit before: the next one is not asked yet.
            decision = await accepted_decision(transaction, job.id, GATE, job.steps[_STEP].visit - 1)
        found.append(Decided.of(job.id, job.position, job.restaurant, decision))
    return found


def fragments_of(listing: Listing) -> dict[str, str]:
    """The parts of the page by the ids of their elements."""
    found: dict[str, str] = {"head": text_of(_PARTS, "head", listing)}
    return found | {str(row.id): text_of(_PARTS, "row", row) for row in listing.rows}


def digest_of(listing: Listing) -> str:
    """The digest by which a stream knows that a page has everything."""
    return digest(fragments_of(listing).values())


def wanted(batch_id: UUID, known: str | None) -> Wanted:
    """The feed of a batch's configurations, for a page that has the fragments with this digest."""
    return Wanted(
        ("console", "configuration", batch_id),
        lambda readings: ConfigurationFeed(readings, batch_id),
        known,
    )


class ConfigurationFeed(ConsoleFeed[tuple[Listing, list[Decided]]]):
    """Asks once a second whether the batch changed; ends once the batch has."""

    interval = 1.0

    def __init__(self, readings: Readings, batch_id: UUID) -> None:
        super().__init__(readings, batch_id)
        self._waiting: frozenset[UUID] = frozenset()

    async def state(self, transaction: Transaction, _revisions: Revisions, /) -> tuple[Listing, list[Decided]]:
        """The list, and what was decided elsewhere since the last reading."""
        listing, view = await read_listing(transaction, self.batch)
        gone = self._waiting - {row.id for row in listing.rows}
        return listing, await read_decided(transaction, view, sorted(gone))

    def publish(self, state: tuple[Listing, list[Decided]], /) -> None:
        """Put the head and the lines that changed; what was decided elsewhere says by whom."""
        listing, decided = state
        self._waiting = frozenset(row.id for row in listing.rows)
        for name, fragment in fragments_of(listing).items():
            self.topic.put("part", name, fragment)
        for one in decided:
            # Only for pages that show the line: others read the list without it.
            self.topic.put("part", str(one.id), text_of(_PARTS, "decided", one))
            self.topic.retire("part", str(one.id))
        if listing.settled and not self.awaited:
            self.topic.end()
