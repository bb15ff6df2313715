"""The feed of every page: the number of the inbox, its lines, and whether the database answers."""

from abc import ABC
from datetime import UTC, datetime
from typing import Final

from interfaces.api.live.feed import RevisedFeed, State
from interfaces.console import inbox_rows
from interfaces.console.inbox_rows import InboxRow
from interfaces.console.live.stream import Wanted
from interfaces.console.rendering import text_of
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.errors import DatabaseUnavailable


class ConsoleFeed(RevisedFeed[State], ABC):
    """A feed of fragments; each is put under the id of its element."""

    _away_since: datetime | None = None

    async def read(self) -> None:
        """Put what changed. Raises DatabaseUnavailable, which the pages say meanwhile."""
        try:
            await super().read()
        except DatabaseUnavailable:
            self._away_since = self._away_since or datetime.now(UTC)
            self._put_away()
            raise
        if self._away_since:
            self._away_since = None
            self._put_away()

    def _put_away(self) -> None:
        self.topic.put("away", "", text_of("live.html", "away", self._away_since))


class RailFeed(ConsoleFeed[tuple[InboxRow, ...]]):
    """Asks every two seconds whether an open batch changed, and reads the inbox only then."""

    interval = 2.0

    async def state(self, transaction: Transaction, _revisions: Revisions, /) -> tuple[InboxRow, ...]:
        """The lines of the inbox."""
        return await inbox_rows.read(transaction)

    def publish(self, state: tuple[InboxRow, ...], /) -> None:
        """Put their number and the lines."""
        self.topic.put("inbox", "count", text_of("live.html", "inbox_count", len(state)))
        self.topic.put("inbox", "lines", text_of("inbox/parts.html", "lines", state))


RAIL: Final = Wanted(("console", "rail"), RailFeed)
"""The feed that every page reads."""
