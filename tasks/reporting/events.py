"""Events that automations of the Prefect server turn into notices to operators.

Each event carries `subject` and `text`, one sentence for a person, beside the facts. Neither contains markup, because a
notice may be shown where `<!channel>` calls everybody.
"""

from collections.abc import Mapping
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


class FailureEvents:
    """Emits an event for every job that fails while this process works on the batch."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._before: BatchView | None = None

    def emit_new(self, view: BatchView) -> None:
        """Compare with the last view; jobs that had failed before this process began are not reported again."""
        before, self._before = self._before, view
        if before is None:
            return
        for job in view.jobs.values():
            if job.status is JobStatus.FAILED and before.jobs[job.id].status is not JobStatus.FAILED:
                text = f"{job.restaurant} failed: {job.error_message or 'no reason is known'}"
                facts = {"job_id": str(job.id), "restaurant": job.restaurant, "error": job.error_message}
                _emit(self._context.batch, JOB_FAILED, text, facts)


async def gate_opened(context: Resources, gate: str, step: str, waiting: tuple[JobView, ...]) -> None:
    """Emit that a gate waits for a person."""
    names = [job.restaurant for job in waiting]
    failed = {job.restaurant: job.register_failure.text for job in waiting if job.register_failure}
    facts = {"gate": gate, "step": step, "restaurants": names, "register_failures": failed}
    text = f"{step} waits for a person: {_list_names(names)}{_describe_failures(failed)}"
    _emit(context.batch, GATE_OPENED, text, facts)


def _describe_failures(failed: Mapping[str, str]) -> str:
    """The failures of the register, and the restaurants for which nothing is known because of them."""
    by_failure = {text: [name for name in failed if failed[name] == text] for text in dict.fromkeys(failed.values())}
    return "".join(f"; {text} for {_list_names(names)}" for text, names in by_failure.items())


def gate_left(run_id: UUID) -> None:
    """Emit that no process waits at this gate any more; an automation starts the batch when a person answers."""
    emit_event(GATE_LEFT, resource={"prefect.resource.id": f"prefect.flow-run.{run_id}"})


async def gate_overdue(batch: Batch, overdue: tuple[Overdue, ...]) -> None:
    """Emit that jobs have waited for very long."""
    names = [job.restaurant for job in overdue]
    longest = max(job.seconds for job in overdue)
    facts = {"restaurants": names, "longest_seconds": round(longest)}
    _emit(
        batch,
        GATE_OVERDUE,
        f"still waiting for a person, the first for {_duration(longest)}: {_list_names(names)}",
        facts,
    )


def batch_completed(context: Resources, text: Summary) -> None:
    """Emit that a process has done all it could."""
    facts = {"status": text.status, "outcome": text.outcome, "summary": text.counts}
    _emit(context.batch, BATCH_COMPLETED, text.notice, facts)


def _emit(batch: Batch, event: str, text: str, facts: dict[str, Any]) -> None:
    resource = {"prefect.resource.id": f"registration.batch.{batch.id}", "prefect.resource.name": batch.name}
    emit_event(event, resource=resource, payload=payload(batch, text, facts))


def payload(batch: Batch, text: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The event's payload: the facts unchanged, and the two texts as plain text."""
    common = {
        "batch_id": str(batch.id),
        "batch": batch.name,
        "subject": plain(batch.name),
        "text": plain(f"{batch.name}: {text}"),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return common | facts


def _list_names(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _duration(seconds: float) -> str:
    days, hours = int(seconds // _DAY), int(seconds % _DAY // _HOUR)
    return f"{days} d {hours} h" if days else f"{hours} h"
