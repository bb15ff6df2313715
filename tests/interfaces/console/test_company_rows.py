"""What the page of the company gate makes of what is known, without a page: states, keys, proposals, evidence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from interfaces.console.pages.company_selection.evidence import evidence_of
from interfaces.console.pages.company_selection.reading import AtCompanyGate
from interfaces.console.pages.company_selection.view import RowState, first_shown, head_of, rows_of
from registration.companies.models import (
    Candidate,
    FoundCompany,
    RegisterQuery,
    SearchOutcome,
    Source,
    SourceOutcome,
    SourceState,
)
from registration.gates.open_questions import OpenQuestion
from registration.gates.queries import AcceptedDecision
from registration.gates.questions.company import company_question
from registration.gates.questions.contexts import CompanyContext, FailedReading, UnreadableContext
from registration.gates.questions.unreadable import unreadable_question
from registration.gates.rounds import Details
from registration.states import JobStatus, StepStatus
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.snapshot import BatchView, JobView, StepView
from registration.workflow.steps import GateName, Step

FOUND, NOTHING = SourceOutcome(state=SourceState.FOUND), SourceOutcome(state=SourceState.NOTHING)
AWAY = SourceOutcome(state=SourceState.FAILED, error="status 503")
HOSTILE = "<b>\u202e" + "x" * 300


def _candidate(number: str, score: float, name: str = "KAI LIMITED") -> Candidate:
    company = FoundCompany(company_number=number, company_name=name, status="Registered")
    return Candidate(company=company, sources=frozenset({Source.NAME}), score=score, name_score=score, address_score=0)


def _outcome(*scores: float, preselected: str | None = None, by_address: SourceOutcome = FOUND) -> SearchOutcome:
    found = tuple(_candidate(str(100 + index), score) for index, score in enumerate(scores))
    return SearchOutcome(by_name=FOUND, by_address=by_address, candidates=found, preselected=preselected)


def _context(**known: Any) -> CompanyContext:
    query = RegisterQuery(name="Kai", street="1 Queen Street", city="Auckland")
    values: dict[str, Any] = {"job_id": uuid4(), "position": 1, "visit": 1, "restaurant_name": "Kai"}
    values |= {"city": "Auckland", "register_url": "https://r.nz", "query": query}
    return CompanyContext(**values | known)


def _gate(*known: CompanyContext | UnreadableContext | JobView, **more: Mapping[UUID, Any]) -> AtCompanyGate:
    """A batch of these: contexts wait, jobs do not."""
    jobs = [one if isinstance(one, JobView) else _job(one.job_id) for one in known]
    asked = [_asked(one) for one in known if not isinstance(one, JobView)]
    view = BatchView({job.id: job for job in jobs}, cancel_requested=False, cancelled=False, halted_reason=None)
    values: dict[str, Any] = {"contexts": {}, "decisions": {}} | more
    return AtCompanyGate(uuid4(), "Monday", view, {one.question.job_id: one for one in asked}, **values)


def _asked(known: CompanyContext | UnreadableContext) -> OpenQuestion:
    question = unreadable_question(known) if isinstance(known, UnreadableContext) else company_question(known)
    return OpenQuestion(GateName.COMPANY_SELECTION, known, question)


def _job(job_id: UUID, gate: StepStatus = StepStatus.ACTION_REQUIRED, visit: int = 1) -> JobView:
    pending = StepView(StepStatus.PENDING, 1, None, None)
    steps = dict.fromkeys(Step, pending) | {Step.COMPANY_SELECTION: replace(pending, status=gate, visit=visit)}
    status = JobStatus.ACTION_REQUIRED if gate is StepStatus.ACTION_REQUIRED else JobStatus.IN_PROGRESS
    return JobView(
        id=job_id,
        position=1,
        restaurant_id=uuid4(),
        restaurant="Kai",
        city="Auckland",
        status=status,
        cancel_requested=False,
        error_message=None,
        undecided=frozenset(),
        failed_before_continue=False,
        steps=steps,
        effects={},
    )


def test_every_restaurant_is_in_one_state() -> None:
    """What nobody answered is not nothing found; a source that failed is said."""
    failure = FailedReading(
        step=Step.SEARCH, kind=RegisterFailure.NO_ANSWER, why="status 503", at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    unreadable = UnreadableContext(
        job_id=uuid4(), position=1, visit=1, restaurant_name="Kai", city=None, reason="its address"
    )
    known = (
        _context(outcome=_outcome(98, 40, preselected="100")),
        _context(outcome=_outcome(90, 88)),
        _context(outcome=_outcome(71, by_address=AWAY)),
        _context(outcome=SearchOutcome(by_name=NOTHING, by_address=NOTHING)),
        _context(failure=failure),
        _context(asked=Details.CONFIRM_QUERY),
        unreadable,
        _job(uuid4(), StepStatus.PENDING),
        _job(uuid4(), StepStatus.PENDING, visit=2),
    )
    gate = _gate(*known)
    rows = rows_of(gate)
    seen = [(row.state, row.letters, len(row.choices), row.what.partition(":")[0], row.remark) for row in rows]
    assert seen == [
        (RowState.CLEAR, "mshlx", 2, "KAI LIMITED · 100", ""),
        (RowState.CLOSE, "mshlx", 2, "2 found", ""),
        (RowState.CLOSE, "mshlx", 1, "unsure", "address search failed"),
        (RowState.NOTHING, "mshlx", 0, "nothing found", ""),
        (RowState.FAILED, "smhlx", 0, "", "the register did not answer"),
        (RowState.CLEAR, "chlx", 0, "to be searched", ""),
        (RowState.UNREADABLE, "lx", 0, "its data cannot be read", ""),
        (RowState.COMING, "", 0, "", ""),
        (RowState.SEARCHING, "", 0, "searching … (search again)", ""),
    ]
    assert [row.clear and row.clear["kind"] for row in rows[:6]] == ["company", None, None, None, None, "confirm_query"]
    assert first_shown(rows) == rows[1]
    counted = {word: count for word, _, count in head_of(gate, rows).counts}
    assert counted == {"wait": 7, "clear": 2, "need you": 5, "searched now": 1, "still to come": 1}
    alone = {word: count for word, _, count in head_of(gate, rows[1:2]).counts}
    assert alone == {"waits": 1, "needs you": 1}


def test_a_decided_restaurant_says_who_and_what() -> None:
    """A company by its name; whatever else was decided in words."""
    ended = [_job(uuid4(), StepStatus.COMPLETED) for _ in range(3)]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    answers = ({"kind": "company", "company_number": "100"}, {"kind": "no_match"})
    decisions = {
        job.id: AcceptedDecision("Hemi", "console", at, answer, None)
        for job, answer in zip(ended, answers, strict=False)
    }
    contexts = {ended[0].id: _context(job_id=ended[0].id, outcome=_outcome(98))}
    gate = _gate(*ended, decisions=decisions, contexts=contexts)
    rows = rows_of(gate)
    assert [(row.what, row.who) for row in rows] == [
        ("KAI LIMITED · 100", "Hemi (console)"),
        ("no match", "Hemi (console)"),
        ("completed", ""),
    ]
    assert evidence_of(gate, ended[0].id).decided == "KAI LIMITED · 100: Hemi (console)"
    assert not evidence_of(gate, ended[0].id).choosable


def test_only_nine_companies_have_keys() -> None:
    """The others are chosen with the mouse; names are cut where a row has room for a few words."""
    outcome = _outcome(*range(50, 36, -1))
    candidates = (outcome.candidates[0].model_copy(update={"company": _candidate("100", 50, HOSTILE).company}),)
    known = _context(outcome=outcome.model_copy(update={"candidates": candidates + outcome.candidates[1:]}))
    gate = _gate(known)
    [row] = rows_of(gate)
    assert [number for number, _ in row.choices] == [str(100 + index) for index in range(9)]
    assert max(len(label) for _, label in row.choices) <= 70
    evidence = evidence_of(gate, known.job_id)
    assert [one.key for one in evidence.shown] == [*map(str, range(1, 10)), *[""] * 5]
    assert evidence.shown[0].label == f"{HOSTILE} · 100"


def test_close_candidates_say_in_what_they_differ() -> None:
    """The first two, if their scores are near; other restaurants with one of them are named."""
    first = _candidate("100", 90)
    registered = first.company.model_copy(update={"company_number": "101", "registered_address": "8 High St, Napier"})
    second = first.model_copy(update={"company": registered, "score": 84})
    found = _outcome(90, 84).model_copy(update={"candidates": (first, second)})
    known = _context(outcome=found, shared={"101": ("Saffron Express",)}, address="1 Queen Street")
    evidence = evidence_of(_gate(known), known.job_id)
    assert evidence.differ == ("address",)
    assert evidence.where == "1 Queen Street, Auckland"
    assert evidence.searched == ("searched", "Kai · 1 Queen Street Auckland")
    assert evidence.shown[1].shared == ("Saffron Express",)
    assert evidence.shown[1].why.address_reasons == ("another part of the country",)
    far = _context(outcome=_outcome(90, 40))
    assert evidence_of(_gate(far), far.job_id).differ == ()
    assert [url.partition("?")[0] for _, url in evidence.links] == [
        "https://r.nz/companies/app/ui/pages/companies/search",
        "https://www.google.com/search",
        "https://www.google.com/search",
    ]
