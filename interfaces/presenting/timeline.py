"""The history of one job in the order of its events, each with actor, channel and evidence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, answer_in_words
from registration.reporting.history_queries import History, HistoryDecision, HistoryEffect, HistoryEvent, HistorySearch
from registration.states import JobStatus
from registration.workflow.steps import STEPS, Step

PIPELINE = "pipeline"

_CHANNELS = {"prefect": "Prefect form", "cli": "command line", "api": "REST API"}
_STEP = re.compile(r"^step (\d)")
_BETWEEN = {JobStatus.IN_PROGRESS, JobStatus.ACTION_REQUIRED}
_ALWAYS = {DECIDE_LATER, LEAVE_OUT}
_SECRET = ("password", "secret", "token")


@dataclass(frozen=True)
class TimelineEntry:
    """One event of the history, with its reason, and what was seen as its evidence.

    `question` is the number of a decision among those of the history whose question is known as it was shown.
    """

    at: datetime
    what: str
    move: str
    by: str
    reason: str
    bad: bool = False
    question: int | None = None
    seen: str = ""

    @property
    def why(self) -> str:
        """The reason and the evidence."""
        return "; ".join(dict.fromkeys(filter(None, (self.reason, self.seen))))

    @property
    def by_pipeline(self) -> bool:
        """Whether no person did it."""
        return self.by == PIPELINE


def timeline(history: History) -> list[TimelineEntry]:
    """All entries, oldest first, without the status changes of the job that only follow from its steps."""
    lines = [
        TimelineEntry(history.job.added_at, f"added to {history.job.batch}", "", history.job.added_by, ""),
        *(_event(event, history) for event in history.events if not _only_follows(event)),
        *(_decision(number, one) for number, one in enumerate(history.decisions)),
        *map(_search, history.searches),
        *_sent(history),
    ]
    return sorted(lines, key=lambda line: line.at)


def facts(values: Mapping[str, Any] | None) -> str:
    """`total: 31, uploaded: 31`: the members that have a value."""
    texts = {name: _value(value) for name, value in (values or {}).items() if value is not None}
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in texts.items() if value)


def public(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Outputs or evidence without members whose name suggests a secret; a second guard, as none is stored there."""
    return _without_secrets(values) if values else None


def public_history(history: History) -> History:
    """The history with the public members of outputs, evidence and details of errors only."""
    effects = (
        replace(
            one, outputs=public(one.outputs), evidence=public(one.evidence), error_details=public(one.error_details)
        )
        for one in history.effects
    )
    return replace(history, effects=tuple(effects))


def _without_secrets(outputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_secrets(value) if isinstance(value, Mapping) else value
        for name, value in outputs.items()
        if isinstance(value, bool) or not any(word in name.lower() for word in _SECRET)
    }


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"({inner})" if (inner := facts(value)) else ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _only_follows(event: HistoryEvent) -> bool:
    return event.what == "job" and {event.from_status, event.to_status} <= {*_BETWEEN, JobStatus.PENDING}


def _event(event: HistoryEvent, history: History) -> TimelineEntry:
    what = _STEP.sub(lambda step: f"{step[1]} {STEPS[Step(int(step[1]))].name}", event.what)
    if "reopened" in event.what and "visit" in event.data:
        what = f"{what}, visit {event.data['visit']}"
    move = f"{event.from_status} → {event.to_status}".replace("_", " ") if event.to_status else ""
    seen = "".join(_effect_evidence(effect, event) for effect in history.effects if effect.name == event.what)
    bad = event.to_status in ("failed", "unknown")
    return TimelineEntry(event.at, what, move, event.actor, event.reason or "", bad, seen=seen)


def _effect_evidence(effect: HistoryEffect, event: HistoryEvent) -> str:
    """The error, skip reason or evidence of an effect, if this event is the effect's last end."""
    ended = effect.completed_at is not None and abs((effect.completed_at - event.at).total_seconds()) < 1
    if not ended or event.to_status != effect.status:
        return ""
    plain = {name: value for name, value in (effect.evidence or {}).items() if not isinstance(value, Mapping | list)}
    return effect.error_message or effect.skip_reason or facts(plain)


def _decision(number: int, decision: HistoryDecision) -> TimelineEntry:
    channel = _CHANNELS.get(decision.source, decision.source)
    where = f"{channel}, round {decision.round_number}" if decision.round_number else channel
    answer = _label(decision) or answer_in_words(decision.answer)
    choices = [choice["label"] for choice in decision.shown.get("choices", ()) if choice["label"] not in _ALWAYS]
    offered = f"was offered {'; '.join(choices)}" if choices else ""
    refused = f"refused: {decision.refused_reason}" if not decision.accepted else ""
    why = "; ".join(filter(None, [refused, offered]))
    what = f"{decision.gate}: {answer}"
    by, shown = f"{decision.decided_by} ({where})", number if decision.shown else None
    return TimelineEntry(decision.at, what, "", by, why, bad=not decision.accepted, question=shown)


def _label(decision: HistoryDecision) -> str | None:
    """The label of the chosen answer in the form; None if the answer needed details."""
    offered = decision.shown.get("choices", ())
    labels = (choice["label"] for choice in offered if choice["answer"] == decision.answer)
    return next(labels, None)


def _search(search: HistorySearch) -> TimelineEntry:
    searched = [part for part in (search.name, " ".join(filter(None, (search.street, search.city)))) if part]
    what = f"searched the register for {', '.join(f'“{part}”' for part in searched)}"
    if search.error_message:
        return TimelineEntry(search.at, what, "", PIPELINE, search.error_message, bad=True)
    best = f", best {search.best} ({search.best_score:.0f})" if search.best and search.best_score is not None else ""
    preselected = f", {search.preselected} preselected" if search.preselected else ""
    failed = [
        f"; the search by {name} failed: {source.get('error')}"
        for name, source in search.source_errors.items()
        if source.get("state") == "failed"
    ]
    return TimelineEntry(
        search.at, what, "", PIPELINE, f"saw {search.candidates} candidates{best}{preselected}{''.join(failed)}"
    )


def _sent(history: History) -> Iterator[TimelineEntry]:
    for effect in history.effects:
        if effect.sent_at is not None:
            why = f"generation {effect.generation}" if effect.generation > 1 else ""
            yield TimelineEntry(effect.sent_at, effect.name, "request sent", PIPELINE, why)
