"""What a batch shows people in the Prefect UI: the history in its run's log, its artifacts, the evidence."""

import json
from dataclasses import dataclass

import pytest
import pytest_asyncio
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterTags,
    LogFilter,
    LogFilterFlowRunId,
)

from tests.flows.gates import COMPANY, CONFIG
from tests.flows.harness import Ended
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Seen:
    """A batch of two that has ended, and the text of the first field of its first form."""

    batch: OpenedBatch
    ended: Ended
    first_field: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seen(system: RunningSystem) -> Seen:
    """One is chosen, one has no match; both go ahead as proposed."""
    batch = await system.batch(2)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    first, second = batch.names
    form = await batch.gates.form(COMPANY, first, second)
    await batch.gates.answer(form, {first: form.preset(first), second: "No match"})
    await batch.gates.answer(await batch.gates.form(CONFIG, first, second))
    return Seen(batch, await run.ended(), form.fields["decided_by"]["description"])


async def test_the_log_has_the_history(system: RunningSystem, seen: Seen) -> None:
    """From the takeover to the end: which jobs waited, the decisions, the end of each restaurant."""
    first, second = seen.batch.names

    async def told() -> list[str] | None:
        wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[seen.ended.run_id]))
        lines = [line.message.partition(" [batch ")[0] for line in await system.client.read_logs(log_filter=wanted)]
        return lines if any(line.endswith("(completed)") for line in lines) else None

    lines = [line.partition(" · ")[2] for line in await eventually(told, "the log is stored") if " · " in line]
    assert lines[0] == "started: 2 restaurants, 2 of them unfinished"
    assert any(line.startswith("Company Selection: ") and "wait for a person: " in line for line in lines)
    assert f"{first} · company-selection: Mere Walker (prefect) answered company" in lines
    assert f"{second} · company-selection: Mere Walker (prefect) answered no match" in lines
    for restaurant in seen.batch.names:
        assert f"{restaurant} · completed, 12 of 12 sub-steps (4 proven, 8 reported)" in lines


async def test_the_table_leads_to_the_restaurants_runs(system: RunningSystem, seen: Seen) -> None:
    """Each name is a link to the restaurant's run; the table is created once and rewritten in place."""
    [table] = await _artifacts(system, f"batch-{seen.batch.batch_id}-table")
    runs = await system.client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=["register-restaurant"])),
        flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(seen.batch.batch_id)])),
    )
    ids = {run.name: run.id for run in runs}
    for row, restaurant in zip(json.loads(table), seen.batch.names, strict=True):
        assert row["restaurant"].startswith(f"[{restaurant}](<http")
        assert row["restaurant"].endswith(f"/runs/flow-run/{ids[restaurant]}>)")
        assert (row["status"], row["sub-steps"]) == ("completed", "12/12, 8 reported")


async def test_the_evidence_is_linked_from_the_first_field(system: RunningSystem, seen: Seen) -> None:
    """A page per round, with all candidates of all restaurants."""
    [page] = await _artifacts(system, f"batch-{seen.batch.batch_id}-company-selection-1")
    for restaurant in seen.batch.names:
        assert f"### {restaurant}" in page
    assert "[the evidence](<http" in seen.first_field
    assert "/artifacts/artifact/" in seen.first_field


async def _artifacts(system: RunningSystem, key: str) -> list[str]:
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
    return [str(one.data) for one in await system.client.read_artifacts(artifact_filter=wanted)]
