"""What a person sees of a batch in the Prefect UI: names, artifacts and events.

None of it is the truth, and none of it may stop a batch: a server that is away is reported to later.
"""

from prefect import get_client, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import FlowRun

from registration.batches.models import Batch
from registration.errors import RegistrationError
from registration.kit.markdown import plain
from registration.reporting.summary import summary
from registration.workflow.snapshot import BatchView
from tasks.batch_runs import tags_of
from tasks.context import Resources
from tasks.reporting.artifacts import AWAY, BatchArtifacts, artifact_key
from tasks.reporting.events import Failures, batch_completed
from tasks.reporting.narrator import Narrator


async def name_run(batch: Batch, run: FlowRun) -> None:
    """Give the batch's run the batch's name, and, beside its own tags, those by which the batch's runs are found."""
    async with get_client() as client:
        await client.update_flow_run(run.id, name=batch.name, tags={*run.tags, *tags_of(batch)})


class Reporter:
    """Shows a batch in the UI while it runs, and once more at its end."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._artifacts = BatchArtifacts(context)
        self._narrator = Narrator(context)
        self._failures = Failures(context)

    async def keep(self) -> None:
        """Tell what happens and rewrite the artifacts on change, at most once a second, until cancelled."""
        shown: BatchView | None = None
        while True:
            view = self._context.watch.view
            await self._tell(view)
            if view != shown and await self._show(view):
                shown = view
            await self._context.watch.next_second()

    async def end(self) -> str:
        """Write the final summary with what to do next; returns the batch's outcome in one line."""
        context, view = self._context, await self._context.watch.refresh()
        await self._tell(view)
        await self._show(view)
        text = summary(context.batch.name, context.batch.id, view, self._artifacts.links)
        try:
            key = artifact_key(context, "summary")
            await acreate_markdown_artifact(text.markdown, key=key, description=plain(context.batch.name))
        except AWAY as error:
            get_run_logger().warning("The summary of the batch cannot be written now: %s", error)
        batch_completed(context, text)
        get_run_logger().info("%s (%s)", text.line, text.status)
        return text.line

    async def leave(self) -> str:
        """Show the batch as it waits for people; returns that in one line."""
        view = await self._context.watch.refresh()
        await self._tell(view)
        await self._show(view)
        count = len(view.open_jobs)
        waits = "1 restaurant waits" if count == 1 else f"{count} restaurants wait"
        return f"{self._context.batch.name}: {waits} for people; an answer starts the batch again"

    async def _tell(self, view: BatchView) -> None:
        try:
            await self._narrator.tell(view)
            self._failures.tell(view)
        except RegistrationError:
            raise
        except Exception:  # noqa: BLE001 (what cannot be told must not stop what it is about)
            get_run_logger().exception("The story of the batch cannot be told")

    async def _show(self, view: BatchView) -> bool:
        try:
            await self._artifacts.show(view)
        except AWAY as error:
            get_run_logger().warning("The artifacts of the batch cannot be written now: %s", error)
            return False
        return True
