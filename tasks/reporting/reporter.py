"""What a person sees of a batch in the Prefect UI: names, artifacts and events.

The database holds the truth. A Prefect server that is away never stops a batch; its pages are updated later.
"""

from prefect import get_client, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import FlowRun

from registration.batches.models import Batch
from registration.errors import RegistrationError
from registration.kit.markdown import plain
from registration.reporting.summary import summary
from registration.workflow.snapshot import BatchView
from tasks.batch_runs import run_tags
from tasks.context import Resources
from tasks.reporting.artifacts import AWAY, BatchArtifacts, artifact_key
from tasks.reporting.events import FailureEvents, batch_completed
from tasks.reporting.narrator import Narrator


async def name_run(batch: Batch, run: FlowRun) -> None:
    """Give the batch's run the batch's name, and add the tags by which the runs of the batch are found."""
    async with get_client() as client:
        ours = run_tags(batch.organisation_id, batch.id)
        await client.update_flow_run(run.id, name=batch.name, tags={*run.tags, *ours})


class Reporter:
    """Shows a batch in the UI while it runs, and once more at its end."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._artifacts = BatchArtifacts(context)
        self._narrator = Narrator(context)
        self._failures = FailureEvents(context)

    async def keep_reporting(self) -> None:
        """Log changes and rewrite the artifacts, at most once a second, until cancelled."""
        shown: BatchView | None = None
        while True:
            view = self._context.watch.view
            await self._report_changes(view)
            if view != shown and await self._show_artifacts(view):
                shown = view
            await self._context.watch.next_second()

    async def report_end(self) -> str:
        """Write the final summary with what to do next; returns the batch's outcome in one line."""
        context, view = self._context, await self._context.watch.refresh()
        await self._report_changes(view)
        await self._show_artifacts(view)
        text = summary(context.batch.name, context.batch.id, view, self._artifacts.links)
        try:
            key = artifact_key(context, "summary")
            await acreate_markdown_artifact(text.markdown, key=key, description=plain(context.batch.name))
        except AWAY as error:
            get_run_logger().warning("The summary of the batch cannot be written now: %s", error)
        batch_completed(context, text)
        get_run_logger().info("%s (%s)", text.line, text.outcome.words if text.outcome else text.status)
        return text.line

    async def report_waiting(self) -> str:
        """Show the batch while it waits for people; returns its state in one line."""
        view = await self._context.watch.refresh()
        await self._report_changes(view)
        await self._show_artifacts(view)
        count = len(view.open_jobs)
        waits = "1 restaurant waits" if count == 1 else f"{count} restaurants wait"
        return f"{self._context.batch.name}: {waits} for people; an answer starts the batch again"

    async def _report_changes(self, view: BatchView) -> None:
        try:
            await self._narrator.log_changes(view)
            self._failures.emit_new(view)
        except RegistrationError:
            raise
        except Exception:  # noqa: BLE001 (a failed report must not stop the batch)
            get_run_logger().exception("The history of the batch cannot be logged")

    async def _show_artifacts(self, view: BatchView) -> bool:
        try:
            await self._artifacts.show(view)
        except AWAY as error:
            get_run_logger().warning("The artifacts of the batch cannot be written now: %s", error)
            return False
        return True
