"""The feed of every page: the number of the inbox, its lines, and whether the database answers."""

from abc import abstractmethod
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from interfaces.api.live.feed import Feed
from interfaces.console import inbox_rows
from interfaces.console.live.stream import Wanted
from interfaces.console.rendering import text_of
from registration.batches.revision_queries import read_open_revisions
from registration.database.session import Database
from registration.errors import DatabaseUnavailable


class ConsoleFeed(Feed):
    """A feed of fragments; each is put under the id of its element."""

    async def read(self) -> None:
        """Put what changed. Raises DatabaseUnavailable, which the pages say meanwhile."""
        try:
            await self.collect()
        except DatabaseUnavailable:
            self._away_since = self._away_since or datetime.now(UTC)
            self._put_away()
            raise
        if self._away_since:
            self._away_since = None
            self._put_away()

    def __init__(self, database: Database, organisation_id: UUID) -> None:
        super().__init__(database, organisation_id)
        self._away_since: datetime | None = None

    @abstractmethod
    async def collect(self) -> None:
        """Put what changed since the last reading. Raises DatabaseUnavailable."""

    def _put_away(self) -> None:
        self.topic.put("away", "", text_of("live.html", "away", self._away_since))


class RailFeed(ConsoleFeed):
    """Asks every two seconds whether an open batch changed, and reads the inbox only then."""

    interval = 2.0

    async def collect(self) -> None:
        """Put the number and the lines of the inbox."""
        async with self.database.transaction(self.organisation_id, read_only=True) as transaction:
            revisions = await read_open_revisions(transaction)
            if not self.is_due(revisions):
                return
            rows = await inbox_rows.read(transaction)
        self.have_read(revisions)
        self.topic.put("inbox", "count", text_of("live.html", "inbox_count", len(rows)))
        self.topic.put("inbox", "lines", text_of("inbox/parts.html", "lines", rows))


RAIL: Final = Wanted(("console", "rail"), lambda database, visitor: RailFeed(database, visitor.organisation_id))
"""The feed that every page reads."""
