"""Renders one batch: its status and counters, and a row per restaurant."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from interfaces.cli.commands.batches import counters, state, waits
from interfaces.cli.output import narrow, table
from interfaces.cli.rendering.live import JOB_COLOURS, step_marks, sub_step_marks
from registration.batches.overview_queries import BatchOverview
from registration.reporting.summary import current_step, evidence_of
from registration.workflow.snapshot import BatchView, JobView, stands_still, waits_for
from registration.workflow.steps import STEPS
from registration.workflow.sub_steps import SUB_STEPS


def print_batch(console: Console, overview: BatchOverview, view: BatchView, why_idle: str = "") -> None:
    """Print the batch; `why_idle` is the reason why no process works on it."""
    console.print(Text(overview.name, style="bold"))
    for label, value in [*_facts(overview), *_outages(view), *_evidence(view)]:
        console.print(Text(f"{label:<12}{value}"), soft_wrap=True)
    if why_idle:
        console.print(Text(f"stands still: {why_idle}", style="yellow"), soft_wrap=not narrow(console))
    console.print()
    if narrow(console):
        _print_narrow(console, view)
        return
    rows = table("job", "restaurant", "status", "step", "1–5", "the twelve", "waits for", "error")
    for job in view.jobs.values():
        rows.add_row(*_cells(job))
    console.print(rows)


def _print_narrow(console: Console, view: BatchView) -> None:
    """Print one line per restaurant, and below the table every error in full."""
    rows = Table(header_style="bold", box=None, pad_edge=False, expand=True)
    for column in ("job", "restaurant", "status", "1–5", "the twelve"):
        rows.add_column(column, no_wrap=True, overflow="ellipsis", ratio=1 if column == "restaurant" else None)
    for job in view.jobs.values():
        short, restaurant, status, _, *marks, _, _ = _cells(job)
        rows.add_row(short, restaurant, status, *marks)
    console.print(rows)
    for job in view.jobs.values():
        if job.error_message:
            error = " ".join(job.error_message.split())
            console.print(Text(f"\n{str(job.id)[:8]}  {job.restaurant}: {error}", style=JOB_COLOURS[job.status]))


def batch_document(overview: BatchOverview, view: BatchView, why_idle: str = "") -> dict[str, Any]:
    """The batch as JSON; `why_idle` is the reason why no process works on it, empty if one does or none is needed."""
    restaurants = [_job_document(job) for job in view.jobs.values()]
    return asdict(overview) | {"waits_for": waits(overview), "why_idle": why_idle, "restaurants": restaurants}


def _facts(batch: BatchOverview) -> list[tuple[str, str]]:
    facts = [
        ("id", str(batch.id)),
        ("status", f"{state(batch)}, {batch.percent} %"),
        ("ended", f"{batch.completed_at.astimezone():%Y-%m-%d %H:%M}" if batch.completed_at else ""),
        ("restaurants", counters(batch)),
        ("waits for", waits(batch)),
        ("stopped", batch.stopped_reason or ""),
        ("made", f"{batch.created_at.astimezone():%Y-%m-%d %H:%M} by {batch.created_by}"),
        ("flow run", f"{batch.flow_run_id}{'' if batch.worked_on else ' (ended)'}" if batch.flow_run_id else ""),
    ]
    return [(label, value) for label, value in facts if value]


def _outages(view: BatchView) -> list[tuple[str, str]]:
    """One line for each outside service that does not answer."""
    return [("outage", f"{outage.text}; {count} of {len(view.jobs)} wait for it") for outage, count in view.outages]


def _evidence(view: BatchView) -> list[tuple[str, str]]:
    known = evidence_of(view.jobs.values())
    return [("sub-steps", known)] if known else []


def _cells(job: JobView) -> tuple[Text, ...]:
    step = current_step(job)
    return (
        Text(str(job.id)[:8]),
        Text(job.restaurant),
        Text(job.status.replace("_", " "), style=JOB_COLOURS[job.status]),
        Text("" if job.status.ended else f"{step} {STEPS[step].name}"),
        step_marks(job),
        sub_step_marks(job),
        Text(stands_still(job)),
        Text(" ".join((job.error_message or "").split())),
    )


def _job_document(job: JobView) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "restaurant_id": job.restaurant_id,
        "restaurant": job.restaurant,
        "city": job.city,
        "status": job.status,
        "step": current_step(job),
        "steps": {int(step): view.status for step, view in job.steps.items()},
        "sub_steps": {name: job.effects[name] for name in SUB_STEPS},
        "known": {name: job.known[name] for name in SUB_STEPS if name in job.known},
        "waits_for": waits_for(job),
        "outage": {"service": job.outage.service, "since": _moment(job.outage.since)} if job.outage else None,
        "error": job.error_message,
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
