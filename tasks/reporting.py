"""What a person sees of a batch in the Prefect UI: artifacts and events."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.events import emit_event

from registration.reporting import job_rows, percent, summary
from registration.store.snapshot import BatchView, JobView
from tasks.resources import Resources


async def keep_reporting(shared: Resources) -> None:
    """Rewrite the batch's progress and table artifacts on change, at most once a second, until cancelled."""
    progress = await acreate_progress_artifact(0, key=_key(shared, "progress"), description=shared.batch.name)
    before: BatchView | None = None
    while True:
        view = shared.watch.view
        if view != before:
            before = view
            await aupdate_progress_artifact(_id(progress), percent(view))
            await acreate_table_artifact(job_rows(view), key=_key(shared, "table"), description=shared.batch.name)
        await asyncio.sleep(1)
        await shared.watch.next()


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


def _resource(shared: Resources) -> dict[str, str]:
    return {"prefect.resource.id": f"registration.batch.{shared.batch.id}", "prefect.resource.name": shared.batch.name}


def _key(shared: Resources, kind: str) -> str:
    return f"batch-{shared.batch.id}-{kind}"


def _id(artifact: UUID) -> UUID:
    return artifact
