"""The twelve sub-steps of a job on one axis of time: when each waited, was worked on, and ended. Pure.

The unit of the axis is the second. Long times in which nothing happened are cut short, so that a retry of the next day
leaves the bars of the first attempt visible.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from interfaces.presenting.marks import SHORT_NAMES
from interfaces.presenting.words import duration, listed
from registration.reporting.history_queries import History, HistoryEffect
from registration.states import StepStatus, SubStepStatus
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName


class Kind(StrEnum):
    """What a sub-step does meanwhile."""

    NEED = "need"
    SLOT = "slot"
    WORK = "work"
    PAUSE = "pause"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Span:
    """A time in the life of a sub-step; without an end it goes on."""

    kind: Kind
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Bar:
    """A span on the axis; an open one reaches to its end, which moves."""

    kind: Kind
    x: float
    width: float
    open: bool
    title: str


@dataclass(frozen=True)
class Chart:
    """The axis from `begin` to `end`, its length, where it is cut, and the bars of each sub-step.

    `running`: something goes on, so that the end moves.
    """

    begin: datetime | None
    end: datetime | None
    length: float
    cuts: tuple[float, ...]
    running: bool
    bars: Mapping[SubStepName, tuple[Bar, ...]]


_KINDS: Final = {
    SubStepStatus.IN_PROGRESS: Kind.WORK,
    SubStepStatus.RETRYING: Kind.PAUSE,
    SubStepStatus.UNKNOWN: Kind.UNCLEAR,
}
_LONGEST_GAP, _GAP_SHARE, _CUT_SHARE = 20.0, 0.25, 0.04
"""A gap is cut if it is longer than so many seconds, and than a share of the time in which something happened."""
_SHORTEST_WAIT: Final = 0.5
_NARROWEST: Final = 0.006
"""The share of the axis that a bar has at least."""


def chart_of(history: History) -> Chart:
    """The bars of all sub-steps on one axis; an empty chart before step 6."""
    effects = {SubStepName(one.name): one for one in history.effects if one.name in set(SubStepName)}
    worked = {name: _worked(effects[name], history) for name in SUB_STEPS}
    moments = [moment for spans in worked.values() for span in spans for moment in (span.start, span.end) if moment]
    set_up = next((one for one in history.steps if one.number == Step.SET_UP), None)
    begun = set_up.started_at if set_up else None
    ended = set_up is not None and StepStatus(set_up.status).ended
    if not moments:
        return Chart(begun, begun, 1.0, (), running=False, bars=dict.fromkeys(SUB_STEPS, ()))
    last = max(moments)
    axis = _Axis([(span.start, span.end or last) for spans in worked.values() for span in spans])
    every = {name: [*_waits(effects, name, begun, worked[name]), *worked[name]] for name in SUB_STEPS}
    if ended:
        every = {name: [span for span in spans if span.end] for name, spans in every.items()}
    bars = {name: tuple(_bar(axis, name, span, last) for span in spans) for name, spans in every.items()}
    running = any(bar.open for row in bars.values() for bar in row)
    return Chart(axis.begin, last, axis.length, axis.cuts, running, bars)


def _worked(effect: HistoryEffect, history: History) -> list[Span]:
    """When it was worked on: from its moves, or from its row if the moves are not recorded."""
    moves = [one for one in history.events if one.what == effect.name and one.to_status is not None]
    spans = [
        Span(_KINDS[SubStepStatus(move.to_status)], move.at, after.at if after else None)
        for move, after in zip_longest(moves, moves[1:])
        if move.to_status in _KINDS
    ]
    if not spans and effect.started_at is not None:
        kind = _KINDS.get(SubStepStatus(effect.status), Kind.WORK)
        spans = [Span(kind, effect.started_at, effect.completed_at or _end_of(effect))]
    return _with_sending(spans, effect.sent_at, ended=SubStepStatus(effect.status).ended)


def _end_of(effect: HistoryEffect) -> datetime | None:
    """The end of an ended effect whose end is not recorded: its last known moment."""
    return (effect.sent_at or effect.started_at) if SubStepStatus(effect.status).ended else None


def _with_sending(spans: list[Span], sent_at: datetime | None, *, ended: bool) -> list[Span]:
    """The last span of work in two parts: until the request was sent it waits for a slot, or looks first."""
    if not spans or spans[-1].kind is not Kind.WORK:
        return spans
    *before, last = spans
    if sent_at is None or sent_at < last.start:
        return spans if ended else [*before, Span(Kind.SLOT, last.start, last.end)]
    if _is_short(last.start, sent_at) or (last.end is not None and sent_at >= last.end):
        return spans
    return [*before, Span(Kind.SLOT, last.start, sent_at), Span(Kind.WORK, sent_at, last.end)]


def _waits(
    effects: Mapping[SubStepName, HistoryEffect], name: SubStepName, begun: datetime | None, worked: Sequence[Span]
) -> Iterable[Span]:
    """The time before its first work, in which it waited for what it needs."""
    effect = effects[name]
    until = worked[0].start if worked else None
    if begun is None or (until is None and effect.status != SubStepStatus.PENDING) or (until and until <= begun):
        return
    needs = [effects[need] for need in SUB_STEPS[name].needs]
    ends = [need.completed_at for need in needs if need.completed_at is not None]
    met = len(ends) == len(needs)
    ready = max([begun, *ends]) if met else None
    if ready is not None and until is not None:
        ready = min(ready, until)
    if needs and not _is_short(begun, ready or until):
        yield Span(Kind.NEED, begun, ready or until)
    if ready is not None and not _is_short(ready, until):
        yield Span(Kind.SLOT, ready, until)


def _is_short(start: datetime, end: datetime | None) -> bool:
    """Whether nobody waited in between."""
    return end is not None and (end - start).total_seconds() < _SHORTEST_WAIT


def _bar(axis: "_Axis", name: SubStepName, span: Span, last: datetime) -> Bar:
    end = max(span.end or last, span.start)
    x = axis.position(span.start)
    width = max(axis.position(end) - x, axis.length * _NARROWEST)
    return Bar(span.kind, round(x, 2), round(width, 2), span.end is None, _title(name, span))


def _title(name: SubStepName, span: Span) -> str:
    needs = listed([SHORT_NAMES[need] for need in SUB_STEPS[name].needs], 5)
    words = {
        Kind.NEED: f"waits for {needs}",
        Kind.SLOT: "waits for its turn, or looks first whether it is there",
        Kind.WORK: "sent, no answer yet" if span.end is None else "sent and answered",
        Kind.PAUSE: "waits before the next attempt",
        Kind.UNCLEAR: "without a clear answer: the platform is looked at",
    }
    seconds = f": {duration((span.end - span.start).total_seconds())}" if span.end else ""
    return f"{words[span.kind]}{seconds}"


class _Axis:
    """Moments as seconds from the first one, without the long gaps between `busy` times."""

    def __init__(self, busy: Iterable[tuple[datetime, datetime]]) -> None:
        joined = _joined(busy)
        self.begin = joined[0][0]
        worked = sum((end - start).total_seconds() for start, end in joined)
        longest = max(_LONGEST_GAP, _GAP_SHARE * worked)
        self._parts: list[tuple[datetime, datetime, float, float]] = []
        cuts, at = list[float](), 0.0
        for (start, end), after in zip_longest(joined, joined[1:]):
            at = self._add(start, end, at, (end - start).total_seconds())
            if after is None:
                continue
            gap = (after[0] - end).total_seconds()
            if gap > longest:
                shown = max(1.0, _CUT_SHARE * worked)
                cuts.append(round(at + shown / 2, 2))
                gap = shown
            at = self._add(end, after[0], at, gap)
        self.length = max(1.0, round(at, 2))
        self.cuts = tuple(cuts)

    def _add(self, start: datetime, end: datetime, at: float, length: float) -> float:
        self._parts.append((start, end, at, length))
        return at + length

    def position(self, moment: datetime) -> float:
        """Where the moment is; before the first one at the beginning, after the last one at the end."""
        for start, end, at, length in self._parts:
            if moment <= end:
                whole = (end - start).total_seconds()
                passed = max(0.0, (moment - start).total_seconds())
                return at + (length * passed / whole if whole else 0.0)
        return self.length


def _joined(intervals: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The intervals in order, those that overlap as one."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
