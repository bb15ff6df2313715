"""The feed of the company gate: its head and its rows, rendered once for all who look at the same batch."""

from collections.abc import Sequence
from uuid import UUID

from interfaces.api.live.reader import digest
from interfaces.console.live.rail_feed import ConsoleFeed
from interfaces.console.live.stream import Wanted
from interfaces.console.pages.company_selection.reading import AtCompanyGate, read_companies
from interfaces.console.pages.company_selection.view import CompanyRow, GateHead, head_of, rows_of
from interfaces.console.rendering import text_of
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction

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
        lambda readings: CompanyFeed(readings, batch_id),
        known,
    )


class CompanyFeed(ConsoleFeed[AtCompanyGate]):
    """Asks once a second whether the batch changed; ends once no restaurant is left that could come to the gate."""

    interval = 1.0

    async def state(self, transaction: Transaction, _revisions: Revisions, /) -> AtCompanyGate:
        """What the page shows."""
        return await read_companies(transaction, self.batch)

    def publish(self, state: AtCompanyGate, /) -> None:
        """Put the head and the rows that changed."""
        rows = rows_of(state)
        for name, fragment in fragments_of(head_of(state, rows), rows).items():
            self.topic.put("part", name, fragment)
        if not state.view.open_jobs and not self.awaited:
            self.topic.end()
