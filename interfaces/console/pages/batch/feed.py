"""The feed of a batch's page: its head and its rows, rendered once for all who look at it."""

from uuid import UUID

from interfaces.api.live.reader import digest
from interfaces.console.live.rail_feed import ConsoleFeed
from interfaces.console.live.stream import Wanted
from interfaces.console.pages.batch.head import Head, head_of
from interfaces.console.pages.batch.view import Row, rows_of
from interfaces.console.rendering import text_of
from registration.batches.detail_queries import read_job_details
from registration.batches.overview_queries import BatchOverview, read_overview
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.workflow.snapshot_queries import read_snapshot


async def read_batch(transaction: Transaction, batch_id: UUID) -> tuple[Head, list[Row], BatchOverview]:
    """What the page shows; five queries, however many restaurants. Raises NotFound."""
    overview = await read_overview(transaction, batch_id)
    view = await read_snapshot(transaction, batch_id)
    rows = rows_of(view, await read_job_details(transaction, batch_id))
    return head_of(overview, view, rows, _run_url(overview)), rows, overview


def fragments_of(head: Head, rows: list[Row]) -> dict[str, str]:
    """The parts of the page by the ids of their elements."""
    found: dict[str, str] = {"head": text_of("batch/parts.html", "head", head)}
    return found | {str(row.id): text_of("batch/parts.html", "row", row) for row in rows}


def wanted(batch_id: UUID, known: str | None) -> Wanted:
    """The feed of a batch, for a page that has the fragments with this digest."""
    return Wanted(
        ("console", "batch", batch_id),
        lambda readings: BatchPageFeed(readings, batch_id),
        known,
    )


def digest_of(head: Head, rows: list[Row]) -> str:
    """The digest by which a stream knows that a page has everything."""
    return digest(fragments_of(head, rows).values())


class BatchPageFeed(ConsoleFeed[tuple[Head, list[Row]]]):
    """Asks once a second whether the batch changed; ends once the batch has."""

    interval = 1.0

    async def state(self, transaction: Transaction, _revisions: Revisions, /) -> tuple[Head, list[Row]]:
        """The head and the rows."""
        head, rows, _ = await read_batch(transaction, self.batch)
        return head, rows

    def publish(self, state: tuple[Head, list[Row]], /) -> None:
        """Put those that changed."""
        head, rows = state
        for name, fragment in fragments_of(head, rows).items():
            self.topic.put("part", name, fragment)
        if head.settled and not self.awaited:
            self.topic.end()


def _run_url(overview: BatchOverview) -> str | None:
    # Prefect's client takes seconds to import; the application imports it in the background.
    from tasks.batch_runs import run_url

    return run_url(overview.flow_run_id) if overview.flow_run_id else None
