"""The rows of the company gate: what is proposed for each restaurant, and what a person can answer. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from interfaces.console.pages.company_selection.reading import AtCompanyGate, came_this_far
from interfaces.presenting.answer_keys import Key, keys_of
from interfaces.presenting.marks import Tone, one_line
from interfaces.presenting.words import agreeing
from registration.gates.decisions import ChooseCompany, ConfirmQuery
from registration.gates.open_questions import OpenQuestion
from registration.gates.queries import AcceptedDecision
from registration.gates.questions.company import candidate_label
from registration.gates.questions.contexts import CompanyContext, UnreadableContext
from registration.gates.questions.facts import failed_search
from registration.gates.wording import answer_in_words
from registration.workflow.snapshot import JobView
from registration.workflow.steps import Step

MOST_KEYS: Final = 9
"""The candidates that have a key; the others are chosen with the mouse."""
_SHORT: Final = 70
_FULL, _HALF = 90, 75


class RowState(StrEnum):
    """Where a restaurant is at the gate."""

    CLEAR = "clear"
    CLOSE = "close"
    NOTHING = "nothing"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    SEARCHING = "searching"
    DECIDED = "decided"
    COMING = "coming"


_SIGNS: Final[Mapping[RowState, tuple[str, Tone, str]]] = {
    RowState.CLEAR: ("○", Tone.GOOD, "clear: one answer is proposed"),
    RowState.CLOSE: ("●", Tone.WAITING, "needs you: no company is clearly the right one"),
    RowState.NOTHING: ("∅", Tone.WAITING, "needs you: nothing was found"),
    RowState.FAILED: ("⚠", Tone.BAD, "needs you: the register gave nothing"),
    RowState.UNREADABLE: ("✗", Tone.BAD, "needs you: its data cannot be read"),
    RowState.SEARCHING: ("▸", Tone.RUNNING, "is searched"),
    RowState.DECIDED: ("✓", Tone.QUIET, "decided"),
    RowState.COMING: ("·", Tone.QUIET, "has not come to the gate"),
}
_NEEDS: Final = frozenset({RowState.CLOSE, RowState.NOTHING, RowState.FAILED, RowState.UNREADABLE})
WAITING: Final = _NEEDS | {RowState.CLEAR}


@dataclass(frozen=True)
class CompanyRow:
    """One restaurant. `what` is proposed, found or decided for it, `remark` what went wrong with its search.

    `clear` is the proposed answer, `choices` are the company numbers and names behind the keys 1 to 9, `letters` the
    other keys that can be pressed. `who` decided `at`, through which channel.
    """

    id: UUID
    visit: int
    name: str
    city: str
    state: RowState
    what: str
    remark: str = ""
    score: str = ""
    bars: str = ""
    clear: Mapping[str, Any] | None = None
    choices: tuple[tuple[str, str], ...] = ()
    letters: str = ""
    who: str = ""
    at: datetime | None = None

    @property
    def sign(self) -> str:
        """The sign of its state, which differs in shape."""
        return _SIGNS[self.state][0]

    @property
    def tone(self) -> Tone:
        """The colour of its state."""
        return _SIGNS[self.state][1]

    @property
    def word(self) -> str:
        """Its state in words."""
        return _SIGNS[self.state][2]

    @property
    def needs(self) -> bool:
        """True if only a person can tell its company."""
        return self.state in _NEEDS


@dataclass(frozen=True)
class GateHead:
    """The line above the rows: the batch, and how many restaurants are where."""

    batch_id: UUID
    batch: str
    counts: tuple[tuple[str, Tone, int], ...]
    waiting: int
    outages: tuple[str, ...]


def rows_of(found: AtCompanyGate) -> list[CompanyRow]:
    """A row for each restaurant, in the order of the batch."""
    return [_row(found, job) for job in found.view.jobs.values()]


def head_of(found: AtCompanyGate, rows: Sequence[CompanyRow]) -> GateHead:
    """The head above these rows."""

    def count(*states: RowState) -> int:
        return sum(row.state in states for row in rows)

    counts = (
        (agreeing(count(*WAITING), "wait", "waits"), Tone.WAITING, count(*WAITING)),
        ("clear", Tone.GOOD, count(RowState.CLEAR)),
        (agreeing(count(*_NEEDS), "need you", "needs you"), Tone.WAITING, count(*_NEEDS)),
        ("searched now", Tone.RUNNING, count(RowState.SEARCHING)),
        ("still to come", Tone.QUIET, count(RowState.COMING)),
        ("decided", Tone.QUIET, count(RowState.DECIDED)),
    )
    return GateHead(
        batch_id=found.batch_id,
        batch=found.batch,
        counts=tuple(one for one in counts if one[2]),
        waiting=count(*WAITING),
        outages=tuple(f"{outage.text}; {jobs} of {len(rows)} wait for it" for outage, jobs in found.view.outages),
    )


def first_shown(rows: Sequence[CompanyRow]) -> CompanyRow | None:
    """The row whose evidence is shown first: one that needs a person, else one that waits."""
    needing = (row for row in rows if row.needs)
    return next(needing, None) or next((row for row in rows if row.state in WAITING), None)


def keys_at(asked: OpenQuestion) -> tuple[Key, ...]:
    """The keys of a question; those of companies only as far as there are digits."""
    return tuple(key for key in keys_of(asked.question) if not key.typed.isdecimal() or int(key.typed) <= MOST_KEYS)


def state_of(found: AtCompanyGate, job: JobView) -> RowState:
    """Where the restaurant is."""
    asked = found.questions.get(job.id)
    if asked is None:
        ended = job.status.ended or job.steps[Step.COMPANY_SELECTION].status.ended
        return RowState.DECIDED if ended else RowState.SEARCHING if came_this_far(job) else RowState.COMING
    context = asked.context
    if not isinstance(context, CompanyContext):
        return RowState.UNREADABLE
    if asked.recommended is not None:
        return RowState.CLEAR
    if context.failure is not None and not context.candidates:
        return RowState.FAILED
    return RowState.CLOSE if context.candidates else RowState.NOTHING


def _row(found: AtCompanyGate, job: JobView) -> CompanyRow:
    state, visit = state_of(found, job), job.steps[Step.COMPANY_SELECTION].visit
    name, city = one_line(job.restaurant), one_line(job.city or "")
    asked = found.questions.get(job.id)
    if asked is None:
        what, decision = _elsewhere(found, job, state), found.decisions.get(job.id)
        shown = decision if state is RowState.DECIDED else None
        who = f"{shown.by} ({shown.source})" if shown else ""
        return CompanyRow(job.id, visit, name, city, state, what, who=who, at=shown.at if shown else None)
    context, answer = asked.context, asked.recommended
    found_companies = context.candidates if isinstance(context, CompanyContext) else ()
    return CompanyRow(
        id=job.id,
        visit=visit,
        name=name,
        city=city,
        state=state,
        what=_what(asked, state),
        remark="; ".join(_remarks(asked)),
        score=f"{found_companies[0].score:.0f}" if found_companies else "",
        bars=_bars(found_companies[0].score) if found_companies else "",
        clear=answer.model_dump(mode="json") if answer else None,
        choices=tuple(
            (key.answer.company_number, key.label[:_SHORT])
            for key in keys_at(asked)
            if isinstance(key.answer, ChooseCompany)
        ),
        letters="".join(key.typed for key in keys_at(asked) if not key.typed.isdecimal()),
    )


def _bars(score: float) -> str:
    return "▮▮▮" if score >= _FULL else "▮▮" if score >= _HALF else "▮"


def _what(asked: OpenQuestion, state: RowState) -> str:
    """What is proposed, or what was found."""
    context, answer = asked.context, asked.recommended
    if isinstance(context, UnreadableContext):
        return context.in_the_way
    if isinstance(answer, ConfirmQuery):
        parts = filter(None, (answer.query.name, answer.query.street_and_city))
        return f"to be searched: {' · '.join(parts)}"
    if not isinstance(context, CompanyContext) or state is RowState.FAILED:
        return ""
    if not context.candidates:
        return "nothing found" if context.outcome else "nothing was searched"
    if isinstance(answer, ChooseCompany):
        chosen = (one for one in context.candidates if one.company.company_number == answer.company_number)
        return next(map(candidate_label, chosen), answer.company_number)
    best = candidate_label(context.candidates[0])
    return f"{len(context.candidates)} found: {best}" if len(context.candidates) > 1 else f"unsure: {best}"


def _remarks(asked: OpenQuestion) -> Iterator[str]:
    """What went wrong with the search, in a few words; the evidence has the reasons."""
    context = asked.context
    if not isinstance(context, CompanyContext):
        return
    if context.refused:
        yield "the last answer was not taken"
    if context.failure:
        yield context.failure.kind.text
    if context.search_error:
        yield "the last search failed"
    if context.outcome:
        sources = (("name", context.outcome.by_name), ("address", context.outcome.by_address))
        yield from (f"{name} search failed" for name, source in sources if failed_search(name, source))


def _elsewhere(found: AtCompanyGate, job: JobView, state: RowState) -> str:
    """What became of a restaurant that does not wait."""
    decision = found.decisions.get(job.id)
    if state is RowState.SEARCHING:
        said = answer_in_words(decision.answer) if decision else "search again"
        return job.outage.text if job.outage else f"searching … ({said})"
    if state is RowState.COMING:
        return ""
    if decision is None:
        return str(job.steps[Step.COMPANY_SELECTION].status).replace("_", " ")
    return decided_in_words(decision, found.contexts.get(job.id))


def decided_in_words(decision: AcceptedDecision, context: object) -> str:
    """The answer; of a company also its name."""
    number = decision.answer.get("company_number")
    candidates = context.candidates if isinstance(context, CompanyContext) else ()
    chosen = (one for one in candidates if one.company.company_number == number)
    return next(map(candidate_label, chosen), answer_in_words(decision.answer))
