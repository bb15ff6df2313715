"""The stream of an organisation: its batches with an open restaurant, and how each of them ends."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from interfaces.api.live.feed import RevisedFeed
from interfaces.api.live.readings import Readings
from interfaces.api.shown_jobs import shown_batch
from registration.batches.overview_queries import BatchOverview, read_overviews
from registration.batches.revision_queries import BatchRevision, Revisions
from registration.database.session import Transaction

_State = tuple[Mapping[UUID, BatchRevision], Sequence[BatchOverview]]


class OrganisationFeed(RevisedFeed[_State]):
    """Puts the open batches that changed; one that has ended is put once more, and then forgotten."""

    interval = 2.0

    def __init__(self, readings: Readings) -> None:
        super().__init__(readings)
        self._revisions: Mapping[UUID, BatchRevision] = {}

    async def state(self, transaction: Transaction, revisions: Revisions, /) -> _State:
        """The revisions of the open batches, and the batches that differ from the last reading."""
        changed = revisions.changed_since(self._revisions)
        return revisions.open_batches, await read_overviews(transaction, changed) if changed else ()

    def publish(self, state: _State, /) -> None:
        """Put them."""
        revisions, overviews = state
        first, ended = not self.topic.version, self._revisions.keys() - revisions.keys()
        self._revisions = revisions
        for overview in overviews:
            self.topic.put("batch", str(overview.id), shown_batch(overview).model_dump_json())
        if first:
            self.topic.put("ready", "", json.dumps({"open_batches": len(revisions)}))
        for batch_id in ended:
            self.topic.retire("batch", str(batch_id))
