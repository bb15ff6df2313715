"""The log of a batch's run, line by line: the changes between two snapshots (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass

from registration.gates.queries import DecisionRow
from registration.reporting.summary import evidence_of, sub_steps_done
from registration.states import Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_LONGEST = 300
_LOGGED = {
    SubStepStatus.RETRYING: "will be retried",
    SubStepStatus.FAILED: "failed",
    SubStepStatus.UNKNOWN: "was sent without an answer; a probe follows",
}
_SERIOUS = frozenset({"failed", "unknown", "partially_completed"})


@dataclass(frozen=True)
class LogEntry:
    """One log line; a serious one needs attention."""

    line: str
    serious: bool = False


def start_entry(view: BatchView) -> LogEntry:
    """The log line of a process that starts to work on a batch."""
    open_count = len(view.open_jobs)
    return LogEntry(f"started: {len(view.jobs)} restaurants, {open_count} of them unfinished")


def change_entries(before: BatchView, after: BatchView) -> Iterator[LogEntry]:
    """The changes between two snapshots of a batch."""
    if after.cancel_requested and not before.cancel_requested:
        yield LogEntry("cancelled: no further effect starts", serious=True)
    if after.halted_reason and not before.halted_reason:
        yield LogEntry(f"stopped: {after.halted_reason}", serious=True)
    for step in (Step.COMPANY_SELECTION, Step.YOLO_CONFIG):
        arrived = [job for job in after.jobs.values() if _has_arrived(before.jobs[job.id], job, step)]
        if arrived:
            names = ", ".join(_arrived_name(job, step) for job in arrived)
            yield LogEntry(f"{STEPS[step].name}: {len(arrived)} wait for a person: {names}")
    yield from _outage_entries(before, after)
    for job in after.jobs.values():
        for entry in _job_entries(before.jobs[job.id], job):
            yield LogEntry(f"{job.restaurant} · {entry.line}", entry.serious)


def decision_entry(decision: DecisionRow) -> LogEntry:
    """The log line of a decision: who decided what, through which channel."""
    answer = decision.answer.replace("_", " ")
    line = f"{decision.restaurant} · {decision.gate}: {decision.by} ({decision.channel}) answered {answer}"
    if decision.accepted:
        return LogEntry(line)
    return LogEntry(f"{line}, which was refused: {_line(decision.reason)}", serious=True)


def _has_arrived(before: JobView, after: JobView, step: Step) -> bool:
    return after.steps[step].status is StepStatus.ACTION_REQUIRED and before.steps[step] != after.steps[step]


def _outage_entries(before: BatchView, after: BatchView) -> Iterator[LogEntry]:
    """Outside services that have stopped answering, or answer again."""
    earlier = {outage.service for outage, _ in before.outages}
    now = {outage.service: (outage, count) for outage, count in after.outages}
    for service in sorted(earlier | now.keys()):
        if service not in earlier:
            outage, count = now[service]
            yield LogEntry(f"{outage.text}; {count} of {len(after.jobs)} restaurants wait for it", serious=True)
        elif service not in now:
            yield LogEntry(f"nobody waits for the {service} any more")


def _arrived_name(job: JobView, step: Step) -> str:
    """The restaurant, and what the register failed with, if a person decides because of that."""
    failure = job.register_failure if step is Step.COMPANY_SELECTION else None
    return f"{job.restaurant} ({failure.text})" if failure else job.restaurant


def _job_entries(before: JobView, after: JobView) -> Iterator[LogEntry]:
    for step, definition in STEPS.items():
        if after.steps[step].status is StepStatus.FAILED and before.steps[step].status is not StepStatus.FAILED:
            yield LogEntry(f"step {step} {definition.name}: failed", serious=True)
    for name in SUB_STEPS:
        status = after.effects[name]
        if status is not before.effects[name] and status in _LOGGED:
            yield LogEntry(f"{name}: {_LOGGED[status]}", status in _SERIOUS)
    if after.asked_about_tags and not before.asked_about_tags:
        yield LogEntry(f"{SubStepName.ITEM_TAGS}: the platform's tags contradict the menu; a person must decide", True)
    if after.unknown_effects and not before.unknown_effects:
        names = ", ".join(sorted(after.unknown_effects))
        yield LogEntry(f"{names}: effect not known; a person must check the platform", serious=True)
    if after.status is not before.status and after.status.ended:
        yield LogEntry(_end(after), after.status in _SERIOUS)


def _end(job: JobView) -> str:
    suffix = f", {sub_steps_done(job)} of {len(SUB_STEPS)} sub-steps" if job.status is JobStatus.COMPLETED else ""
    proven = {job.known[name] for name in SUB_STEPS if name in job.known} <= {Assurance.PROVEN}
    suffix += "" if proven or not suffix else f" ({evidence_of([job])})"
    cause = f": {_line(job.error_message)}" if job.error_message else ""
    return f"{job.status.replace('_', ' ')}{suffix}{cause}"


def _line(text: str | None) -> str:
    return " ".join((text or "no reason was given").split())[:_LONGEST]
