"""The history of one job in the order of its events: who did what, through which channel, on what evidence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, answer_in_words
from registration.reporting.history_queries import History, HistoryDecision, HistoryEffect, HistoryEvent, HistorySearch
from registration.states import JobStatus
from registration.workflow.steps import STEPS, Step

PIPELINE = "pipeline"

_DOORS = {"prefect": "Prefect form", "cli": "command line", "policy": "policy"}
_STEP = re.compile(r"^step (\d)")
_BETWEEN = {JobStatus.IN_PROGRESS, JobStatus.ACTION_REQUIRED}
_ALWAYS = {DECIDE_LATER, LEAVE_OUT}


@dataclass(frozen=True)
class Line:
    """One thing that happened; `why` is also what was seen."""

    at: datetime
    what: str
    move: str
    by: str
    why: str
    bad: bool = False


def timeline(history: History) -> list[Line]:
    """Everything, oldest first; that a job only follows its steps is not told."""
    lines = [
        Line(history.job.added_at, f"added to {history.job.batch}", "", history.job.added_by, ""),
        *(_event(event, history) for event in history.events if not _only_follows(event)),
        *map(_decision, history.decisions),
        *map(_search, history.searches),
        *_sent(history),
    ]
    return sorted(lines, key=lambda line: line.at)


def facts(values: Mapping[str, Any] | None) -> str:
    """`total: 31, uploaded: 31`: what has no value is left out."""
    told = {name: _value(value) for name, value in (values or {}).items() if value is not None}
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in told.items() if value)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"({inner})" if (inner := facts(value)) else ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _only_follows(event: HistoryEvent) -> bool:
    return event.what == "job" and {event.from_status, event.to_status} <= {*_BETWEEN, JobStatus.PENDING}


def _event(event: HistoryEvent, history: History) -> Line:
    what = _STEP.sub(lambda step: f"{step[1]} {STEPS[Step(int(step[1]))].name}", event.what)
    if "reopened" in event.what and "visit" in event.data:
        what = f"{what}, visit {event.data['visit']}"
    move = f"{event.from_status} → {event.to_status}".replace("_", " ") if event.to_status else ""
    seen = [event.reason, *(_seen(effect, event) for effect in history.effects if effect.name == event.what)]
    bad = event.to_status in ("failed", "unknown")
    return Line(event.at, what, move, event.actor, "; ".join(dict.fromkeys(filter(None, seen))), bad)


def _seen(effect: HistoryEffect, event: HistoryEvent) -> str:
    """What was seen of an effect when it ended last."""
    ended = effect.completed_at is not None and abs((effect.completed_at - event.at).total_seconds()) < 1
    if not ended or event.to_status != effect.status:
        return ""
    plain = {name: value for name, value in (effect.evidence or {}).items() if not isinstance(value, Mapping | list)}
    return effect.error_message or effect.skip_reason or facts(plain)


def _decision(decision: HistoryDecision) -> Line:
    channel = _DOORS.get(decision.source, decision.source)
    where = f"{channel}, round {decision.round_number}" if decision.round_number else channel
    answer = _label(decision) or answer_in_words(decision.answer)
    choices = [choice["label"] for choice in decision.shown.get("choices", ()) if choice["label"] not in _ALWAYS]
    saw = f"was offered {'; '.join(choices)}" if choices else ""
    refused = f"refused: {decision.refused_reason}" if not decision.accepted else ""
    why = "; ".join(filter(None, [refused, saw]))
    what = f"{decision.gate}: {answer}"
    return Line(decision.at, what, "", f"{decision.decided_by} ({where})", why, bad=not decision.accepted)


def _label(decision: HistoryDecision) -> str | None:
    """What the person picked, in the words of the form, where nothing had to be filled in."""
    offered = decision.shown.get("choices", ())
    same = (choice["label"] for choice in offered if choice["answer"] == decision.answer)
    return next(same, None)


def _search(search: HistorySearch) -> Line:
    asked = [one for one in (search.name, " ".join(filter(None, (search.street, search.city)))) if one]
    what = f"searched the register for {', '.join(f'“{one}”' for one in asked)}"
    if search.error_message:
        return Line(search.at, what, "", PIPELINE, search.error_message, bad=True)
    best = f", best {search.best} ({search.best_score:.0f})" if search.best and search.best_score is not None else ""
    preselected = f", {search.preselected} preselected" if search.preselected else ""
    failed = [
        f"; the search by {name} failed: {source.get('error')}"
        for name, source in search.source_errors.items()
        if source.get("state") == "failed"
    ]
    return Line(
        search.at, what, "", PIPELINE, f"saw {search.candidates} candidates{best}{preselected}{''.join(failed)}"
    )


def _sent(history: History) -> Iterator[Line]:
    for effect in history.effects:
        if effect.sent_at is not None:
            why = f"generation {effect.generation}" if effect.generation > 1 else ""
            yield Line(effect.sent_at, effect.name, "request sent", PIPELINE, why)
