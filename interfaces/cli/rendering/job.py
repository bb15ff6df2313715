"""Renders one job: its history, its steps, and its effects with reasons and outputs. Never a password."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from interfaces.cli.output import Rows
from interfaces.cli.rendering.live import drawn
from interfaces.presenting.marks import STEP_MARKS, SUB_STEP_MARKS
from interfaces.presenting.timeline import PIPELINE, facts, public, public_history, timeline
from registration.companies.details import entry_facts
from registration.companies.page_evidence_queries import KeptEvidence
from registration.reporting.history_queries import History, HistoryEffect
from registration.states import StepStatus, SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart

_ORDER: list[str] = [*ExtractionStart, *SUB_STEPS]


def print_history(console: Console, history: History) -> None:
    """Print the job with its steps, effects and events."""
    job = history.job
    console.print(Text(f"{job.restaurant}{f', {job.city}' if job.city else ''}", style="bold"))
    console.print(Text(f"job         {job.id}\nbatch       {job.batch_id}  {job.batch}"), soft_wrap=True)
    console.print(Text(f"restaurant  {job.restaurant_id}\nstatus      {job.status.replace('_', ' ')}"), soft_wrap=True)
    if job.error_message:
        console.print(Text(f"error       {job.error_message}", style="red"), soft_wrap=True)
    _print_entry(console, history)
    _print_steps(console, history)
    _print_effects(console, history)
    if history.evidence:
        console.print(_heading("pages of the register that were not understood"))
        print_evidence(console, history.evidence)
        command = f"registration evidence {str(job.id)[:8]} --save FOLDER"
        console.print(Text(f"`{command}` writes them as files"), soft_wrap=True)
    _print_events(console, history)


def print_evidence(console: Console, evidence: Sequence[KeptEvidence]) -> None:
    """Print a row for each piece of evidence."""
    rows = Rows(console, "when", "kind", "step", "visit", "size", "page")
    for one in evidence:
        size = f"{one.size:,} bytes{', cut' if one.is_cut else ''}"
        facts_of_it = (one.kind.value, str(one.step), str(one.visit), size, one.url)
        rows.add(Text(_time(one.created_at)), *map(Text, facts_of_it))
    rows.print()


def history_document(history: History) -> dict[str, Any]:
    """The job with its steps, effects, decisions, searches and events, as JSON."""
    return {
        "job": asdict(history.job),
        "steps": [asdict(step) for step in history.steps],
        "sub_steps": [asdict(effect) for effect in _sorted(public_history(history))],
        "decisions": [asdict(decision) for decision in history.decisions],
        "register_entry": history.entry.model_dump(mode="json") if history.entry else None,
        "searches": [asdict(search) for search in history.searches],
        "evidence": [asdict(one) for one in history.evidence],
        "events": [asdict(event) for event in history.events],
    }


def _print_entry(console: Console, history: History) -> None:
    """The company's entry in the register, one line for each value."""
    if history.entry is None:
        return
    console.print(_heading("register entry"))
    for label, texts in entry_facts(history.entry).items():
        for number, value in enumerate(texts):
            console.print(Text(f"{label if number == 0 else '':<16}{value}"), soft_wrap=True)


def _print_steps(console: Console, history: History) -> None:
    console.print(_heading("steps"))
    steps = Rows(console, "", "step", "status", "visit", "from", "to", "error")
    for step in history.steps:
        mark = Text(*drawn(STEP_MARKS[StepStatus(step.status)]))
        name, status = Text(f"{step.number} {step.name}"), Text(step.status.replace("_", " "))
        times = (Text(_time(step.started_at or step.arrived_at)), Text(_time(step.completed_at)))
        steps.add(mark, name, status, Text(str(step.visit)), *times, Text(step.error_message or ""))
    steps.print()


def _print_effects(console: Console, history: History) -> None:
    effects = Rows(console, "", "sub-step", "status", "attempts", "why", "outputs", long=2)
    for effect in _sorted(history):
        if effect.status != SubStepStatus.PENDING or effect.attempt:
            mark = Text(*drawn(SUB_STEP_MARKS[SubStepStatus(effect.status)]))
            why = Text(effect.error_message or effect.skip_reason or "")
            outputs = Text(facts(public(effect.outputs)))
            known = f" ({effect.known})" if effect.known else ""
            status, attempt = Text(f"{effect.status.replace('_', ' ')}{known}"), Text(str(effect.attempts))
            effects.add(mark, Text(effect.name), status, attempt, why, outputs)
    if effects:
        console.print(_heading("sub-steps"))
        effects.print()


def _print_events(console: Console, history: History) -> None:
    console.print(_heading("what happened"))
    events = Rows(console, "when", "what", "", "by", "why, and what was seen", beside=1)
    for line in timeline(public_history(history)):
        by = Text(line.by, style="bright_black" if line.by == PIPELINE else "bold")
        why = Text(line.why, style="red" if line.bad else "")
        events.add(Text(_time(line.at)), Text(line.what), Text(line.move), by, why)
    events.print()


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _sorted(history: History) -> list[HistoryEffect]:
    return sorted(
        history.effects, key=lambda effect: _ORDER.index(effect.name) if effect.name in _ORDER else len(_ORDER)
    )


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone():%d %b %H:%M:%S}" if moment else ""
