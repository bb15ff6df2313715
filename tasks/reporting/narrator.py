"""The history of a batch in the log of its run, each line with batch and restaurant."""

from collections.abc import Iterable
from datetime import datetime

from prefect import get_run_logger

from registration.gates.decided_queries import read_decided
from registration.reporting.narration import Told, changes, decided, taken_up
from registration.workflow.snapshot import BatchView
from registration.workflow.steps import Step
from tasks.context import Resources
from tasks.step_runner import read

_GATES = (Step.COMPANY_SELECTION, Step.YOLO_CONFIG)


class Narrator:
    """Remembers what it told of one batch."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._told: BatchView | None = None
        self._until: datetime | None = None

    async def tell(self, view: BatchView) -> None:
        """Log what happened since the last call; the first call says what the process found."""
        before, self._told = self._told, view
        if before is None:
            await self._decisions()
            self._say([taken_up(view)])
            return
        if _at_gates(before) != _at_gates(view):
            self._say(await self._decisions())
        self._say(changes(before, view))

    async def _decisions(self) -> list[Told]:
        batch = self._context.batch
        found = await read(
            self._context, lambda connection: read_decided(connection, batch.organisation_id, batch.id, self._until)
        )
        self._until = found[-1].at if found else self._until
        return [decided(one) for one in found]

    def _say(self, lines: Iterable[Told]) -> None:
        logger = get_run_logger()
        for one in lines:
            (logger.warning if one.serious else logger.info)("%s · %s", self._context.batch.name, one.line)


def _at_gates(view: BatchView) -> list[object]:
    return [job.steps[step] for job in view.jobs.values() for step in _GATES]
