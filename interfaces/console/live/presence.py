"""The persons who have a page open, shown to each of them, so that two do not decide the same question unknowingly.

Nothing is locked: the first answer counts. The names are kept in this process, which serves all streams.
"""

from collections import Counter, defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from interfaces.api.live.feed import Feed
from interfaces.api.live.readings import Readings
from interfaces.console.live.stream import Wanted
from interfaces.console.rendering import text_of

Place = tuple[UUID, str]
"""A page: the organisation, and the address."""


class Presence:
    """The people at each page; somebody with two windows is there once."""

    def __init__(self) -> None:
        self._people: defaultdict[Place, Counter[str]] = defaultdict(Counter)

    @contextmanager
    def at(self, place: Place, name: str) -> Generator[None]:
        """Be there until the end of the block."""
        self._people[place][name] += 1
        try:
            yield
        finally:
            self._people[place] -= Counter([name])
            if not self._people[place]:
                del self._people[place]

    def names(self, place: Place) -> tuple[str, ...]:
        """The names of the persons at the page, sorted."""
        return tuple(sorted(self._people.get(place, ())))

    def open_pages(self, organisation_id: UUID) -> dict[str, tuple[str, ...]]:
        """The addresses of the organisation's pages that somebody has open, with the names."""
        return {str(path): self.names((owner, path)) for owner, path in self._people if owner == organisation_id}

    def wanted(self, place: Place) -> Wanted:
        """The feed that tells it."""
        return Wanted(("console", "presence", *place), lambda readings: PresenceFeed(readings, self, place))


class PresenceFeed(Feed):
    """Reads the names once a second from memory, without a query."""

    interval = 1.0

    def __init__(self, readings: Readings, presence: Presence, place: Place) -> None:
        super().__init__(readings)
        self._presence, self._place = presence, place

    async def read(self) -> None:
        """Put the names."""
        self.topic.put("presence", "", text_of("live.html", "others", self._presence.names(self._place)))
