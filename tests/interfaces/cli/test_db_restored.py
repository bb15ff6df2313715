"""`registration db restored`: declares a restored backup."""

from uuid import UUID

from registration.batches.models import NewBatch
from registration.batches.opening import open_batch
from tests.interfaces.cli.conftest import Commands


async def test_it_counts_the_effects_that_may_have_happened(registration: Commands) -> None:
    """All effects of open batches that must not happen twice; an organisation without a batch has none."""
    nothing = await registration("db", "restored")
    assert (nothing.code, nothing.out) == (0, "0 effects of 0 restaurants are probed before they are sent\n")
    ids = await registration.restaurants(2)
    new = NewBatch(restaurant_ids=tuple(map(UUID, ids)), created_by="Mere")
    await open_batch(registration.database, registration.organisation_id, new)
    doubted = await registration("db", "restored")
    assert (doubted.code, doubted.out) == (0, "16 effects of 2 restaurants are probed before they are sent\n")
