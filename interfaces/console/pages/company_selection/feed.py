"""The feed of the company gate: its head and its rows, rendered once for all who look at the same batch."""

from collections.abc import Sequence
from uuid import UUID

from interfaces.console.live.rail_feed import ConsoleFeed
from interfaces.console.live.stream import Wanted, digest
from interfaces.console.pages.company_selection.reading import read_companies
from interfaces.console.pages.company_selection.view import CompanyRow, GateHead, head_of, rows_of
from interfaces.console.rendering import text_of
from registration.batches.revision_queries import read_revision
from registration.database.session import Database

_PARTS = "company_selection/parts.html"


def fragments_of(head: GateHead, rows: Sequence[CompanyRow]) -> dict[str, str]:
    """The parts of the page by the ids of their elements."""
    found: dict[str, str] = {"head": text_of(_PARTS, "head", head)}
    return found | {str(row.id): text_of(_PARTS, "row", row) for row in rows}


def digest_of(head: GateHead, rows: Sequence[CompanyRow]) -> str:
    """The digest by which a stream knows that a page has everything."""
    return digest(fragments_of(head, rows).values())


def wanted(batch_id: UUID, known: str | None) -> Wanted:
    """The feed of a batch's company gate, for a page that has the fragments with this digest."""
    return Wanted(
        ("console", "companies", batch_id),
        lambda database, visitor: CompanyFeed(database, visitor.organisation_id, batch_id),
        known,
    )


class CompanyFeed(ConsoleFeed):
    """Asks once a second whether the batch changed, and reads it only then; ends once no restaurant is left that could
    come to the gate.
    """

    interval = 1.0

    def __init__(self, database: Database, organisation_id: UUID, batch_id: UUID) -> None:
        super().__init__(database, organisation_id)
        self._batch_id = batch_id

    async def collect(self) -> None:
        """Put the head and the rows that changed."""
        async with self.database.transaction(self.organisation_id, read_only=True) as transaction:
            revision = await read_revision(transaction, self._batch_id)
            if revision is None:
                self.topic.end()
                return
            if not self.is_due(revision):
                return
            found = await read_companies(transaction, self._batch_id)
        self.have_read(revision)
        rows = rows_of(found)
        for name, fragment in fragments_of(head_of(found, rows), rows).items():
            self.topic.put("part", name, fragment)
        if not found.view.open_jobs:
            self.topic.end()
