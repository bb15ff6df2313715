"""Input from which no batch can be opened: a clear error that names the fault, and nothing is written."""

import asyncio
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.flows.harness import Ended
from tests.flows.system import RunningSystem

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def refused(system: RunningSystem) -> dict[str, Ended]:
    """Concurrent runs with invalid input, by its fault."""
    theirs, ours = await system.batch(1), await system.records.organisation()
    [mine] = (await system.restaurants(ours, 1)).values()
    [foreign] = [job["restaurant_id"] for job in (await system.records.jobs(theirs.batch_id)).values()]
    runs = {
        "neither": system.host.run(ours),
        "both": system.host.run(ours, restaurant_ids=[mine], batch_id=theirs.batch_id),
        "empty": system.host.run(ours, restaurant_ids=[]),
        "51": system.host.run(ours, restaurant_ids=[uuid4() for _ in range(51)]),
        "twice": system.host.run(ours, restaurant_ids=[mine, mine]),
        "unknown restaurant": system.host.run(ours, restaurant_ids=[mine, UUID(int=7)]),
        "foreign restaurant": system.host.run(ours, restaurant_ids=[mine, foreign]),
        "unknown batch": system.host.run(ours, batch_id=UUID(int=8)),
        "foreign batch": system.host.run(ours, batch_id=theirs.batch_id),
        "active elsewhere": system.host.run(theirs.organisation_id, restaurant_ids=[foreign]),
        "not an id": system.host.run(ours, batch_id="tomorrow"),
        "pasted words": system.host.run(ours, restaurant_ids="RES-1 Kai Cafe"),
    }
    ended = dict(zip(runs, await asyncio.gather(*runs.values()), strict=True))
    batches = await system.records.query(
        "select 1 from registration_batch_jobs where organisation_id = any(%(organisations)s)",
        organisations=[ours, theirs.organisation_id],
    )
    assert len(batches) == 1, "only the batch that was there before"
    return ended


async def test_each_run_fails_with_its_reason(refused: dict[str, Ended]) -> None:
    """Every run is Failed with one sentence for the person who started it."""
    assert {ended.type for ended in refused.values()} == {"FAILED"}
    messages = {what: ended.message for what, ended in refused.items()}
    assert not [message for what, message in messages.items() if "exception" in message and what != "not an id"]
    assert "give either restaurants or an existing batch" in messages["neither"]
    assert "give either restaurants or an existing batch" in messages["both"]
    assert "at least one restaurant" in messages["empty"]
    assert "'RES-1', 'Kai', 'Cafe': no restaurant's id" in messages["pasted words"]
    assert "at most 50 restaurants, these are 51" in messages["51"]
    assert "named more than once" in messages["twice"]
    assert str(UUID(int=7)) in messages["unknown restaurant"]
    assert "no such restaurant in this organisation" in messages["foreign restaurant"]
    assert str(UUID(int=8)) in messages["unknown batch"]
    assert "in the active batch" in messages["active elsewhere"]
    assert "UUID" in messages["not an id"]


async def test_a_foreign_batch_is_as_unknown_as_one_that_is_not_there(refused: dict[str, Ended]) -> None:
    """The error reveals nothing about other organisations."""
    unknown, foreign = refused["unknown batch"].message, refused["foreign batch"].message
    assert unknown.split("batch")[0] == foreign.split("batch")[0]
