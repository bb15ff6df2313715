"""The history of a batch in the log of its run, each line with batch and restaurant."""

from collections.abc import Iterable
from datetime import datetime

from prefect import get_run_logger

from registration.gates.queries import read_decided
from registration.reporting.narration import LogEntry, change_entries, decision_entry, start_entry
from registration.workflow.snapshot import BatchView
from registration.workflow.steps import Step
from tasks.context import Resources
from tasks.step_runner import read

_GATES = (Step.COMPANY_SELECTION, Step.YOLO_CONFIG)


class Narrator:
    """Logs the changes of one batch, and remembers what it has logged."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._previous: BatchView | None = None
        self._until: datetime | None = None

    async def log_changes(self, view: BatchView) -> None:
        """Log what happened since the last call; the first call describes the state in which the process took the
        batch.
        """
        before, self._previous = self._previous, view
        if before is None:
            await self._decisions()
            self._say([start_entry(view)])
            return
        if _at_gates(before) != _at_gates(view):
            self._say(await self._decisions())
        self._say(change_entries(before, view))

    async def _decisions(self) -> list[LogEntry]:
        batch = self._context.batch
        found = await read(self._context, lambda transaction: read_decided(transaction, batch.id, self._until))
        self._until = found[-1].at if found else self._until
        return [decision_entry(one) for one in found]

    def _say(self, lines: Iterable[LogEntry]) -> None:
        logger = get_run_logger()
        for line in lines:
            (logger.warning if line.serious else logger.info)("%s · %s", self._context.batch.name, line.line)


def _at_gates(view: BatchView) -> list[object]:
    return [job.steps[step] for job in view.jobs.values() for step in _GATES]
