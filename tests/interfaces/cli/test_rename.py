"""`registration rename`."""

from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import open_new_batch


async def test_a_batch_gets_another_name(registration: Commands) -> None:
    """Recorded with person and reason, once; what is no name is refused."""
    batch = str((await open_new_batch(registration, 1)).batch_id)
    renamed = await registration("rename", batch, "Monday  list", "--by", "Mere", "--why", "typing error", "--json")
    assert (renamed.json["batch_id"], renamed.json["name"]) == (batch, "Monday list")
    again = await registration("rename", batch, "Monday list")
    assert "it has this name already" in again.out
    events = await registration.query(
        "select actor, reason, data - 'actor_id' as data from registration_events where what = 'batch renamed'"
    )
    names = {"before": renamed.json["before"], "name": "Monday list"}
    assert events == [{"actor": "Mere", "reason": "typing error", "data": names}]
    refused = await registration("rename", batch, "  ")
    assert (refused.code, "one line of 1 to 300 characters" in refused.err) == (2, True)
