"""What the page of a restaurant shows of each sub-step: its mark, its bars, what came of it and how that is known.
Pure.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from interfaces.console.pages.job.actions import Action, resolutions, sub_step_actions
from interfaces.console.pages.job.reading import JobReading
from interfaces.console.pages.job.timeline import Bar, Chart, chart_of
from interfaces.presenting import marks
from interfaces.presenting.marks import ShownMark
from interfaces.presenting.words import duration
from registration.effects.evidence.facts import read_time
from registration.reporting.history_queries import History, HistoryEffect
from registration.states import SUB_STEP_IN_FLIGHT, Assurance, SubStepStatus
from registration.workflow.sub_steps import EXTRACTION_STARTS, SUB_STEPS, ExtractionStart, SubStepName

_OPEN_AT_FIRST: Final = frozenset({SubStepStatus.FAILED, SubStepStatus.UNKNOWN})
_MOST_OF_DETAILS, _MOST_OF_HOVER = 20_000, 300


@dataclass(frozen=True)
class Fact:
    """A line of a sub-step: a text, a link, a moment, or an id that is copied whole."""

    label: str
    text: str = ""
    at: datetime | None = None
    copied: bool = False


@dataclass(frozen=True)
class SubStepView:
    """One sub-step. `took` is how long it was worked on, `since` when what it does now began.

    `needs` are the sub-steps that must end before it, `outputs` came of it, `said` is its error or reason in full,
    `raw` what the platform answered. Disabled actions that share a reason are one sentence in `cannot`. `hover` is its
    error, its reason or its evidence in short.
    """

    name: str
    short: str
    needs: tuple[str, ...]
    mark: ShownMark
    words: str
    bars: tuple[Bar, ...]
    took: str
    since: datetime | None
    facts: tuple[Fact, ...]
    outputs: tuple[Fact, ...]
    said: str
    bad: bool
    raw: str
    actions: tuple[Action, ...]
    cannot: str
    opened: bool
    hover: str


@dataclass(frozen=True)
class Work:
    """All sub-steps of a restaurant in the order of their table; those of the extraction only if they were begun."""

    id: str
    chart: Chart
    end_seconds: float
    extractions: tuple[SubStepView, ...]
    sub_steps: tuple[SubStepView, ...]


def work_of(reading: JobReading, time_scale: float) -> Work:
    """The sub-steps; limits of requests are those of an installation with this time scale."""
    chart = chart_of(reading.history)
    effects = {one.name: one for one in reading.history.effects}
    begun = [one for one in ExtractionStart if one in effects and effects[one].status != SubStepStatus.PENDING]
    return Work(
        id=str(reading.detail.id),
        chart=chart,
        end_seconds=chart.end.timestamp() if chart.end else 0.0,
        extractions=tuple(_view(reading, effects[one], (), time_scale) for one in begun),
        sub_steps=tuple(_view(reading, effects[one], chart.bars[one], time_scale) for one in SUB_STEPS),
    )


def _view(reading: JobReading, effect: HistoryEffect, bars: tuple[Bar, ...], scale: float) -> SubStepView:
    status = SubStepStatus(effect.status)
    asks = effect.name in reading.job.undecided
    actions = _actions(reading, effect.name)
    possible = tuple(one for one in actions if not one.reason)
    mark = marks.sub_step_mark(status, Assurance(effect.known) if effect.known else None)
    if asks:
        mark = marks.WAITING if status is SubStepStatus.PENDING else marks.UNKNOWN
    said = effect.error_message or effect.skip_reason or ""
    return SubStepView(
        name=effect.name,
        short=marks.SHORT_NAMES[SubStepName(effect.name)] if effect.name in SUB_STEPS else effect.name,
        needs=SUB_STEPS[SubStepName(effect.name)].needs if effect.name in SUB_STEPS else (),
        mark=ShownMark(mark.sign, mark.tone, mark.word),
        words="waits for you" if asks else status.replace("_", " "),
        bars=bars,
        took=_took(effect, status),
        since=effect.started_at if status in SUB_STEP_IN_FLIGHT else None,
        facts=tuple(_facts(reading, effect, status, scale)),
        outputs=tuple(_flat(effect.outputs or {})),
        said=said,
        bad=status in _OPEN_AT_FIRST,
        raw=_raw(effect.error_details),
        actions=actions if possible else (),
        cannot="" if possible else "; ".join(dict.fromkeys(one.reason for one in actions)),
        opened=asks or status in _OPEN_AT_FIRST,
        hover=marks.one_line(said or f"{effect.known or ''}{_evidence(reading.history, effect)}")[:_MOST_OF_HOVER],
    )


def _actions(reading: JobReading, name: str) -> tuple[Action, ...]:
    if name in SUB_STEPS:
        return sub_step_actions(reading, SubStepName(name))
    return resolutions(reading, name) if name in reading.job.unknown_effects else ()


def _took(effect: HistoryEffect, status: SubStepStatus) -> str:
    if not status.ended or effect.started_at is None or effect.completed_at is None:
        return ""
    return duration((effect.completed_at - effect.started_at).total_seconds())


def _facts(reading: JobReading, effect: HistoryEffect, status: SubStepStatus, scale: float) -> Iterator[Fact]:
    if effect.attempts:
        again = f", opened again {effect.generation - 1} ×" if effect.generation > 1 else ""
        yield Fact("attempts", f"{effect.attempts}{again}")
    if effect.sent_at is not None:
        yield Fact("sent", at=effect.sent_at)
        if status in SUB_STEP_IN_FLIGHT:
            yield _limit(effect, effect.sent_at, scale)
    if effect.known:
        yield Fact("evidence", f"{effect.known}{_evidence(reading.history, effect)}")
    yield from _flat(effect.evidence or {}, "seen: ")
    if effect.name in SUB_STEPS and status is SubStepStatus.PENDING:
        needs = SUB_STEPS[SubStepName(effect.name)].needs
        open_ = [marks.SHORT_NAMES[need] for need in needs if not reading.job.effects[need].ended]
        if open_:
            yield Fact("waits for", ", ".join(open_))


def _limit(effect: HistoryEffect, sent_at: datetime, scale: float) -> Fact:
    """Until when the request that was sent may still take effect."""
    if effect.window_closed:
        return Fact("limit", "over: nothing of what was sent can still take effect")
    name = effect.name
    seconds = SUB_STEPS[SubStepName(name)].limit_seconds if name in SUB_STEPS else _extraction_limit(name)
    return Fact("limit", f"of {duration(seconds * scale)}, over at", sent_at + timedelta(seconds=seconds * scale))


def _extraction_limit(name: str) -> float:
    return EXTRACTION_STARTS[ExtractionStart(name)][1]


def _evidence(history: History, effect: HistoryEffect) -> str:
    """What was seen: the reason of the move that completed it."""
    completed = [one for one in history.events if one.what == effect.name and one.to_status == SubStepStatus.COMPLETED]
    reason = (completed[-1].reason or "") if completed else ""
    _, _, seen = reason.partition(f"{effect.known}: ")
    return f": {seen or reason}" if reason else ""


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[Fact]:
    """The members as lines, inner ones with the names of their outer ones; what is empty is left out."""
    for name, value in values.items():
        label = f"{before}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{label} ")
        elif label.rsplit(maxsplit=1)[-1] == "at" and isinstance(value, str) and (moment := read_time(value)):
            yield Fact(label, at=moment)
        elif value not in (None, "", [], ()):
            text = ", ".join(map(_text, value)) if isinstance(value, list) else _text(value)
            yield Fact(label, text, copied=name.endswith("id"))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else str(value)


def _raw(details: Mapping[str, Any] | None) -> str:
    return json.dumps(details, ensure_ascii=False, indent=2)[:_MOST_OF_DETAILS] if details else ""
