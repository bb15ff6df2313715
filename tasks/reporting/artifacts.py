"""The artifacts of a batch in the Prefect UI: its progress, the state of each restaurant, and the evidence at the
gates.

The database holds the truth. A Prefect server that is away never stops a batch; its artifacts are updated later.
"""

import json
from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import httpx
from prefect import get_client, get_run_logger
from prefect.artifacts import acreate_markdown_artifact, acreate_progress_artifact, acreate_table_artifact
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.settings import PREFECT_UI_URL
from prefect.utilities.urls import url_for

from registration.kit.markdown import plain
from registration.reporting.summary import job_rows, percent
from registration.workflow.snapshot import BatchView
from tasks.batch_runs import subflow_runs
from tasks.context import Resources

Key = TypeVar("Key")

AWAY = (httpx.HTTPError, OSError)
"""The errors that a Prefect server raises while it is away."""


class BatchArtifacts:
    """The progress and the table of one batch, created once and rewritten in place."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._earlier: Mapping[UUID, UUID] | None = None
        self._progress: tuple[UUID, float] | None = None
        self._table: tuple[UUID, str] | None = None

    async def show(self, view: BatchView) -> None:
        """Bring both artifacts up to date; unchanged content is not sent. Raises one of AWAY."""
        await self._show_progress(percent(view))
        if self._earlier is None:
            self._earlier = await _runs_of_jobs(self._context)
        await self._show_table(json.dumps(job_rows(view, self.links, _pages(self._context.gates))))

    @property
    def links(self) -> dict[UUID, str]:
        """The page of each job's run; after the first `show`, also of jobs that ended before this process."""
        runs = {**(self._earlier or {}), **self._context.runs}
        return _pages(runs)

    async def _show_progress(self, value: float) -> None:
        if self._progress is None:
            made = await acreate_progress_artifact(value, key=self._key("progress"), description=self._name)
            self._progress = made, value
        made, before = self._progress
        if value != before:
            await _rewrite(made, value)
            self._progress = made, value

    async def _show_table(self, rows: str) -> None:
        if self._table is None:
            made = await acreate_table_artifact(json.loads(rows), key=self._key("table"), description=self._name)
            self._table = made, rows
        made, before = self._table
        if rows != before:
            await _rewrite(made, rows)
            self._table = made, rows

    @property
    def _name(self) -> str:
        return plain(self._context.batch.name)

    def _key(self, kind: str) -> str:
        return artifact_key(self._context, kind)


async def show_comparison(context: Resources, gate: str, number: int, markdown: str) -> str | None:
    """Create the page with the evidence of a round; returns its address, None if the server is away or has no UI
    address.
    """
    name = f"{gate.replace('-', ' ').capitalize()} · {context.batch.name} · round {number}"
    try:
        key = artifact_key(context, f"{gate}-{number}")
        made = await acreate_markdown_artifact(markdown, key=key, description=plain(name))
    except AWAY as error:
        get_run_logger().warning("The evidence of %s cannot be shown now: %s", name, error)
        return None
    ui_url = PREFECT_UI_URL.value()
    return f"{ui_url}/artifacts/artifact/{made}" if ui_url else None


def artifact_key(context: Resources, kind: str) -> str:
    """The key of an artifact of this batch."""
    return f"batch-{context.batch.id}-{kind}"


def _pages(runs: Mapping[Key, UUID]) -> dict[Key, str]:
    """The UI's address of each run; empty if the address of the UI is not known."""
    return {key: url for key, run in runs.items() if (url := url_for("flow-run", obj_id=run))}


async def _rewrite(artifact: UUID, data: float | str) -> None:
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=data))


async def _runs_of_jobs(context: Resources) -> dict[UUID, UUID]:
    """The latest run of each job."""
    async with get_client() as client:
        runs = await subflow_runs(client, context.batch.id)
    return {UUID(str(run.parameters["job_id"])): run.id for run in reversed(runs)}
