"""Events for whoever is not looking: automations of the Prefect server turn them into notices.

Each carries `subject` and `text`, one sentence for a person, beside the facts. In these two nothing is markup: the
notice may be shown where `<!channel>` calls everybody.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.events import emit_event

from registration.batches.models import Batch
from registration.batches.overdue_queries import Overdue
from registration.kit.markdown import plain
from registration.reporting.summary import Summary
from registration.states import JobStatus
from registration.workflow.snapshot import BatchView, JobView
from tasks.context import Resources

GATE_OPENED = "registration-gate.opened"
GATE_OVERDUE = "registration-gate.overdue"
BATCH_COMPLETED = "registration-batch.completed"
JOB_FAILED = "registration-job.failed"
GATE_LEFT = "registration-gate.left"
EVENTS = (GATE_OPENED, GATE_OVERDUE, BATCH_COMPLETED, JOB_FAILED)

_NAMED = 5
_DAY, _HOUR = 86400, 3600


class Failures:
    """Tells of every job that fails while this process works on the batch."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._before: BatchView | None = None

    def tell(self, view: BatchView) -> None:
        """Compare with the last view; what had failed before the process came is not told again."""
        before, self._before = self._before, view
        if before is None:
            return
        for job in view.jobs.values():
            if job.status is JobStatus.FAILED and before.jobs[job.id].status is not JobStatus.FAILED:
                text = f"{job.restaurant} failed: {job.error_message or 'no reason is known'}"
                facts = {"job_id": str(job.id), "restaurant": job.restaurant, "error": job.error_message}
                _emit(self._context.batch, JOB_FAILED, text, facts)


async def gate_opened(context: Resources, gate: str, step: str, waiting: tuple[JobView, ...]) -> None:
    """A gate waits for somebody."""
    names = [job.restaurant for job in waiting]
    facts = {"gate": gate, "step": step, "restaurants": names}
    _emit(context.batch, GATE_OPENED, f"{step} waits for somebody: {_named(names)}", facts)


def gate_left(run_id: UUID) -> None:
    """No process waits at this gate any more: for the automation that starts the batch when somebody answers it."""
    emit_event(GATE_LEFT, resource={"prefect.resource.id": f"prefect.flow-run.{run_id}"})


async def gate_overdue(batch: Batch, overdue: tuple[Overdue, ...]) -> None:
    """Some have waited for very long."""
    names = [one.restaurant for one in overdue]
    longest = max(one.seconds for one in overdue)
    facts = {"restaurants": names, "longest_seconds": round(longest)}
    _emit(batch, GATE_OVERDUE, f"still waiting for somebody, the first for {_ago(longest)}: {_named(names)}", facts)


def batch_completed(context: Resources, text: Summary) -> None:
    """A process has done all it could."""
    _emit(context.batch, BATCH_COMPLETED, text.line, {"status": text.status, "summary": text.counts})


def _emit(batch: Batch, event: str, text: str, facts: dict[str, Any]) -> None:
    resource = {"prefect.resource.id": f"registration.batch.{batch.id}", "prefect.resource.name": batch.name}
    emit_event(event, resource=resource, payload=payload(batch, text, facts))


def payload(batch: Batch, text: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What is posted: the facts as they are, and the two texts that are shown as they come."""
    said = {
        "batch_id": str(batch.id),
        "batch": batch.name,
        "subject": plain(batch.name),
        "text": plain(f"{batch.name}: {text}"),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return said | facts


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _ago(seconds: float) -> str:
    days, hours = int(seconds // _DAY), int(seconds % _DAY // _HOUR)
    return f"{days} d {hours} h" if days else f"{hours} h"
