"""The evidence for one restaurant at the company gate: the candidates, why each has its score, what differs. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from interfaces.console.pages.company_selection.reading import AtCompanyGate
from interfaces.console.pages.company_selection.view import MOST_KEYS, RowState, decided_in_words, keys_at, state_of
from interfaces.presenting.marks import one_line
from registration.companies.matching.explanation import Explanation, explain
from registration.companies.models import Candidate
from registration.gates.decisions import ChooseCompany
from registration.gates.questions.company import candidate_label
from registration.gates.questions.contexts import CompanyContext, UnreadableContext
from registration.gates.questions.facts import (
    candidate_facts,
    company_facts,
    company_remarks,
    register_link,
    register_search_link,
    source_results,
)
from registration.workflow.steps import Step

_CLOSE: Final = 15
"""Two candidates whose scores are no further apart are compared."""
_SEARCHED: Final = ("searched", "to be searched")
_WEB_SEARCH: Final = "https://www.google.com/search"


@dataclass(frozen=True)
class Shown:
    """One candidate. `facts` are label and text, and whether it tells the candidate from the one it is close to."""

    key: str
    number: str
    label: str
    candidate: Candidate
    why: Explanation
    link: str
    preselected: bool
    facts: tuple[tuple[str, str, bool], ...]
    shared: tuple[str, ...]
    not_read: str


@dataclass(frozen=True)
class Evidence:
    """What is known about one restaurant. `greyed`: it is searched anew, and this is what was found before."""

    job_id: UUID
    name: str
    where: str
    state: RowState
    decided: str
    in_the_way: str
    remarks: tuple[str, ...]
    searched: tuple[str, str]
    shown: tuple[Shown, ...]
    choosable: bool
    nothing: bool
    differ: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    greyed: bool


def evidence_of(found: AtCompanyGate, job_id: UUID) -> Evidence:
    """The evidence for a restaurant of the batch. Raises NotFound for any other."""
    job = found.job(job_id)
    asked, decision = found.questions.get(job_id), found.decisions.get(job_id)
    context = asked.context if asked else found.contexts.get(job_id)
    known = context if isinstance(context, CompanyContext) else None
    address = known.address if known else None
    state = state_of(found, job)
    decided = ""
    if state is RowState.DECIDED and decision:
        decided = f"{decided_in_words(decision, context)}: {decision.by} ({decision.source})"
    searched = [part for part in company_facts(known).items() if part[0] in _SEARCHED] if known else []
    return Evidence(
        job_id=job_id,
        name=one_line(job.restaurant),
        where=one_line(", ".join(filter(None, (address, None if _names_it(address, job.city) else job.city)))),
        state=state,
        decided=decided or (_status(found, job_id) if state is RowState.DECIDED else ""),
        in_the_way=context.in_the_way if isinstance(context, UnreadableContext) else "",
        remarks=tuple(_remarks(known)) if known else (),
        searched=searched[0] if searched else ("", ""),
        shown=_shown(known) if known else (),
        choosable=asked is not None and any(isinstance(one.answer, ChooseCompany) for one in asked.question.choices),
        nothing=bool(known and known.outcome and not known.candidates),
        differ=_differences(known) if known else (),
        keys=tuple((key.typed, key.label) for key in keys_at(asked) if not key.typed.isdecimal()) if asked else (),
        links=tuple(_links(known)) if known and asked else (),
        greyed=state is RowState.SEARCHING,
    )


def _names_it(address: str | None, city: str | None) -> bool:
    return bool(address and city and city.casefold() in address.casefold())


def _status(found: AtCompanyGate, job_id: UUID) -> str:
    return str(found.view.jobs[job_id].steps[Step.COMPANY_SELECTION].status).replace("_", " ")


def _remarks(context: CompanyContext) -> Iterator[str]:
    """What failed, the same texts as in the form and at the terminal."""
    yield from map(str, company_remarks(context))
    if context.outcome:
        yield from map(str, source_results(context.outcome))


def _shown(context: CompanyContext) -> tuple[Shown, ...]:
    preselected = context.outcome.preselected if context.outcome else None
    why = _explained(context)
    differ = _differences(context)
    return tuple(
        _one(context, rank, candidate, why[candidate.company.company_number], preselected, differ if rank <= 2 else ())
        for rank, candidate in enumerate(context.candidates, 1)
    )


def _explained(context: CompanyContext) -> Mapping[str, Explanation]:
    query = context.query or context.written
    return explain(query, context.candidates, context.written)


def _one(
    context: CompanyContext,
    rank: int,
    candidate: Candidate,
    why: Explanation,
    preselected: str | None,
    differ: tuple[str, ...],
) -> Shown:
    facts, company = _told_apart_by(context, candidate), candidate.company
    return Shown(
        key=str(rank) if rank <= MOST_KEYS else "",
        number=company.company_number,
        label=candidate_label(candidate),
        candidate=candidate,
        why=why,
        link=register_link(context, company.company_number),
        preselected=company.company_number == preselected,
        facts=tuple((label, text, label in differ) for label, text in facts.items() if text and label != "address"),
        shared=context.shared.get(company.company_number, ()),
        not_read=company.not_read or "",
    )


def _told_apart_by(context: CompanyContext, candidate: Candidate) -> dict[str, str]:
    """The facts in which two candidates may differ; a status is worth a word only if it is not the usual one."""
    company, facts = candidate.company, candidate_facts(context, candidate)
    return {
        "address": facts["address"],
        "incorporated": f"{company.incorporation_date:%d %b %Y}" if company.incorporation_date else "",
        "status": "" if company.is_registered else company.status,
        "found by": facts["found by"],
        "trading as": ", ".join(company.trading_names),
        "formerly": ", ".join(company.previous_names),
        "NZBN": company.nzbn or "",
    }


def _differences(context: CompanyContext) -> tuple[str, ...]:
    """The facts in which the two best candidates differ, if they are close; each company has a number of its own."""
    if len(context.candidates) < 2 or context.candidates[0].score - context.candidates[1].score > _CLOSE:
        return ()
    best, other = (_told_apart_by(context, one) for one in context.candidates[:2])
    return tuple(label for label in best if best[label].casefold() != other[label].casefold() and label != "NZBN")


def _links(context: CompanyContext) -> Iterator[tuple[str, str]]:
    """Where a person may look further: made from name and city, opened by a click only."""
    yield "the register's own search", register_search_link(context)
    if context.website_url:
        yield "its website", context.website_url
    named = " ".join(filter(None, (context.restaurant_name, context.city)))
    for label, words in (("owner", "owner company"), ("e-mail", "contact e-mail")):
        yield f"the web for its {label}", f"{_WEB_SEARCH}?{urlencode({'q': f'{named} {words}'})}"
