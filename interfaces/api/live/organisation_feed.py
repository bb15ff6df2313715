"""The stream of an organisation: its batches with an open restaurant, and how each of them ends."""

import json
from collections.abc import Mapping
from uuid import UUID

from interfaces.api.live.feed import Feed
from interfaces.api.shown_jobs import shown_batch
from registration.batches.overview_queries import read_overviews
from registration.batches.revision_queries import BatchRevision, read_open_revisions
from registration.database.session import Database


class OrganisationFeed(Feed):
    """Asks every two seconds which open batches changed, and reads those."""

    interval = 2.0

    def __init__(self, database: Database, organisation_id: UUID) -> None:
        super().__init__(database, organisation_id)
        self._revisions: Mapping[UUID, BatchRevision] = {}

    async def read(self) -> None:
        """Put the batches that changed; one that has ended is put once more, and then forgotten."""
        async with self.database.transaction(self.organisation_id, read_only=True) as transaction:
            revisions = await read_open_revisions(transaction)
            ended = self._revisions.keys() - revisions.keys()
            changed = [id_ for id_, revision in revisions.items() if revision != self._revisions.get(id_)]
            overviews = await read_overviews(transaction, [*changed, *ended]) if changed or ended else ()
        first, self._revisions = not self.topic.version, revisions
        for overview in overviews:
            self.topic.put("batch", str(overview.id), shown_batch(overview).model_dump_json())
        if first:
            self.topic.put("ready", "", json.dumps({"open_batches": len(revisions)}))
        for batch_id in ended:
            self.topic.retire("batch", str(batch_id))
