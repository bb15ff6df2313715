"""What a person sees of a batch in the Prefect UI: names, artifacts and events.

None of it is the truth, and none of it may stop a batch: a server that is away is reported to later.
"""

import json
from datetime import UTC, datetime
from uuid import UUID

import httpx
from prefect import get_client, get_run_logger
from prefect.artifacts import acreate_markdown_artifact, acreate_progress_artifact, acreate_table_artifact
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.client.schemas.objects import FlowRun
from prefect.events import emit_event

from registration.models.batch import Batch
from registration.reporting import job_rows, percent, summary
from registration.store.snapshot import BatchView, JobView
from tasks.resources import Resources


async def name_run(batch: Batch, run: FlowRun) -> None:
    """Give the batch's run the batch's name, and, beside its own tags, those by which the batch's runs are found."""
    async with get_client() as client:
        await client.update_flow_run(run.id, name=batch.name, tags={*run.tags, *tags_of(batch)})


def tags_of(batch: Batch) -> list[str]:
    """Organisation and batch: the tags of every run of a batch."""
    return [str(batch.organisation_id), str(batch.id)]


async def keep_reporting(shared: Resources) -> None:
    """Rewrite the batch's progress and table artifacts on change, at most once a second, until cancelled."""
    artifacts: tuple[UUID, UUID] | None = None
    told: BatchView | None = None
    while True:
        view = shared.watch.view
        if view != told:
            try:
                artifacts = artifacts or await _make_artifacts(shared, view)
                await _rewrite(artifacts, view)
                told = view
            except (httpx.HTTPError, OSError) as error:
                get_run_logger().warning("The artifacts of the batch cannot be written now: %s", error)
        await shared.watch.next_second()


async def report_end(shared: Resources) -> str:
    """Write the final summary with what to do next; returns the batch's outcome in one line."""
    view = await shared.watch.refresh()
    text = summary(shared.batch.name, shared.batch.id, view)
    await acreate_table_artifact(job_rows(view), key=_key(shared, "table"), description=shared.batch.name)
    await acreate_markdown_artifact(text.markdown, key=_key(shared, "summary"), description=shared.batch.name)
    payload = {
        "batch_id": str(shared.batch.id),
        "status": text.status,
        "summary": text.counts,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    emit_event("registration-batch.completed", resource=_resource(shared), payload=payload)
    return text.line


async def gate_opened(shared: Resources, gate: str, step: str, waiting: tuple[JobView, ...]) -> None:
    """Say that a gate waits for somebody."""
    payload = {"gate": gate, "step": step, "restaurants": [job.restaurant for job in waiting]}
    emit_event("registration-gate.opened", resource=_resource(shared), payload=payload)


async def _make_artifacts(shared: Resources, view: BatchView) -> tuple[UUID, UUID]:
    name = shared.batch.name
    progress = await acreate_progress_artifact(percent(view), key=_key(shared, "progress"), description=name)
    table = await acreate_table_artifact(job_rows(view), key=_key(shared, "table"), description=name)
    return progress, table


async def _rewrite(artifacts: tuple[UUID, UUID], view: BatchView) -> None:
    progress, table = artifacts
    async with get_client() as client:
        await client.update_artifact(progress, ArtifactUpdate(data=percent(view)))
        await client.update_artifact(table, ArtifactUpdate(data=json.dumps(job_rows(view))))


def _resource(shared: Resources) -> dict[str, str]:
    return {"prefect.resource.id": f"registration.batch.{shared.batch.id}", "prefect.resource.name": shared.batch.name}


def _key(shared: Resources, kind: str) -> str:
    return f"batch-{shared.batch.id}-{kind}"
