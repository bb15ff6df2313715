"""The artifacts of a batch in the Prefect UI: how far it is, how each restaurant stands, what is decided upon.

None of it is the truth, and none of it may stop a batch: a server that is away is shown it later.
"""

import json
from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import httpx
from prefect import get_client, get_run_logger
from prefect.artifacts import acreate_markdown_artifact, acreate_progress_artifact, acreate_table_artifact
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.sorting import FlowRunSort
from prefect.settings import PREFECT_UI_URL
from prefect.utilities.urls import url_for

from registration.kit.markdown import plain
from registration.reporting.summary import job_rows, percent
from registration.workflow.snapshot import BatchView
from tasks.context import Resources

Key = TypeVar("Key")

AWAY = (httpx.HTTPError, OSError)
"""What a Prefect server that is away raises."""


class BatchArtifacts:
    """The progress and the table of one batch, made once and rewritten in place."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._earlier: Mapping[UUID, UUID] | None = None
        self._progress: tuple[UUID, float] | None = None
        self._table: tuple[UUID, str] | None = None

    async def show(self, view: BatchView) -> None:
        """Have both say how the batch stands; what is the same as before is not sent. Raises one of AWAY."""
        await self._show_progress(percent(view))
        if self._earlier is None:
            self._earlier = await _runs_of_jobs(self._context)
        await self._show_table(json.dumps(job_rows(view, self.links, _pages(self._context.gates))))

    @property
    def links(self) -> dict[UUID, str]:
        """The page of the run of each job; once shown, also of jobs that ended before this process."""
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
    """Show what a round of a gate decides upon, side by side; the address of that page, None if it is not there."""
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
    """Where the UI shows these runs; nothing if it is not known where the UI is."""
    return {key: url for key, run in runs.items() if (url := url_for("flow-run", obj_id=run))}


async def _rewrite(artifact: UUID, data: float | str) -> None:
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=data))


async def _runs_of_jobs(context: Resources) -> dict[UUID, UUID]:
    """The latest run of each job until now."""
    async with get_client() as client:
        runs = await client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=["register-restaurant"])),
            flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[str(context.batch.id)])),
            sort=FlowRunSort.START_TIME_DESC,
        )
    return {UUID(str(run.parameters["job_id"])): run.id for run in reversed(runs)}
