"""A person who looks at the platform: settles each unknown sub-step as the sandbox's own count of it says."""

from collections.abc import Sequence
from contextlib import suppress

from deployments.faults.lab import Lab
from deployments.local.prepared_batches import PreparedBatch
from registration.errors import Refused
from registration.resolving import Resolution, resolve
from registration.store.moves import Because

_BY = "faults"


async def settle_unknown(lab: Lab, batches: Sequence[PreparedBatch]) -> None:
    """Say of every sub-step that waits for a person whether it happened, as `registration resolve` does."""
    for batch in batches:
        records = (await lab.records.restaurants([batch])).values()
        unknown = [(record, name) for record in records for name, one in record.twelve.items() if one.needs_person]
        for record, name in unknown:
            count = (await lab.done(batch)).count(record, name)
            found = Resolution.IT_IS_THERE if count else Resolution.DO_IT_AGAIN
            because = Because(_BY, f"the platform did it {count} times")
            # Refused: a process, or a look, was faster; what it left is read the next time.
            with suppress(Refused):
                await resolve(lab.database, batch.organisation_id, record.job_id, name, found, because)
