"""The facts about a waiting job as plain texts: for the form, tables, spreadsheets and the terminal."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlencode

from registration.companies.details import CompanyDetails, entry_facts
from registration.companies.models import Candidate, SearchOutcome, Source, SourceOutcome, SourceState
from registration.gates.questions.contexts import CompanyContext, ConfigContext, FailedReading, UnreadableContext
from registration.gates.rounds import Details
from registration.kit.markdown import escape
from registration.kit.opening_hours_text import format_opening_hours
from registration.restaurants.models import MenuChoice
from registration.workflow.sub_steps import SubStepName

_AT_HOME = re.compile(r",?\s*New Zealand\s*$", re.IGNORECASE)
NOT_TAKEN = "the last answer was not taken"
_NUTS = (
    "dishes that contain nuts would be tagged Nut Free. A person is asked before tags are set; "
    "without itemTags all tags are left out"
)
_OF_THE_ENTRY = ("directors", "shareholders", "GST numbers", "phones", "e-mails", "not shown by the register")
_MOST_TEXTS, _LONGEST = 5, 80
_WITHOUT_RESULT = {
    SourceState.NOTHING: "found nothing",
    SourceState.NOT_OFFERED: "is not offered by this register",
    SourceState.NOT_ASKED: "was not asked: there is nothing to search by",
}
_ACCOUNT = {True: "exists already", False: "will be created", None: "not known"}


def register_link(context: CompanyContext, number: str) -> str:
    """The address of a company's public page."""
    return f"{context.register_url.rstrip('/')}/companies/app/ui/pages/companies/{quote(number, safe='')}/detail"


def register_search_link(context: CompanyContext) -> str:
    """The address of the register's own search for the restaurant's name."""
    pages = f"{context.register_url.rstrip('/')}/companies/app/ui/pages/companies"
    return f"{pages}/search?{urlencode({'q': context.restaurant_name, 'entityStatusGroups': 'REGISTERED'})}"


def registered_address(candidate: Candidate) -> str:
    """The company's address on one line; the country only if it is not New Zealand."""
    return _AT_HOME.sub("", " ".join(candidate.company.registered_address.split()))


def company_facts(context: CompanyContext) -> dict[str, str]:
    """The query and what failed; `candidate_facts` describes the candidates."""
    query = context.query
    by = [part for part in (query.name, query.street_and_city) if part] if query else []
    label = "to be searched" if context.asked is Details.CONFIRM_QUERY else "searched"
    return {"city": context.city or "", label: " · ".join(by), "in the way": "; ".join(_problems(context))}


def candidate_facts(context: CompanyContext, candidate: Candidate) -> dict[str, str]:
    """All facts by which a person can distinguish candidates."""
    company = candidate.company
    return {
        "company": " ".join(company.company_name.split()),
        "number": company.company_number,
        "address": registered_address(candidate) or "none known",
        "status": company.status,
        "score": f"{candidate.score:.0f}",
        "name score": f"{candidate.name_score:.0f}",
        "address score": f"{candidate.address_score:.0f}",
        "found by": " and ".join(source.value for source in Source if source in candidate.sources),
        "other names": ", ".join((*company.trading_names, *company.previous_names)),
        "also found for": ", ".join(context.shared.get(company.company_number, ())),
        "not read": company.not_read or "",
        "register": register_link(context, company.company_number),
    }


@dataclass(frozen=True)
class Remark:
    """A remark for the person who decides: `what` happened, in lower case, and `why`."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"

    @property
    def markdown(self) -> str:
        """The remark as a form shows it to the person who answers."""
        what = "Your last answer was not taken" if self.what == NOT_TAKEN else self.what.capitalize()
        return f"**{what}:** {escape(self.why)}"


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A proposed configuration as texts, for forms and tables; an unknown value is empty."""

    email: str
    account: str
    phone: str
    contact: str
    contact_source: str
    register: tuple[str, ...]
    company: tuple[str, ...]
    address: str
    hours: str
    menu: MenuChoice | None
    colours: tuple[str | None, str | None]
    theme: str
    header_image: str
    item_layout: str
    stripe_link: str
    not_run: tuple[str, ...]

    @classmethod
    def of(cls, context: ConfigContext) -> Self:
        """The proposal for a job."""
        config, website = context.config, context.config.website
        hours = config.restaurant.opening_hours
        header = website.header_image_source if website.configure_header else None
        return cls(
            email=config.account.email or "",
            account=_ACCOUNT[context.has_account],
            phone=config.restaurant.phone or "",
            contact=config.onboarding.user_name or "",
            contact_source=_contact_source(context),
            register=_register(context.entry) if context.entry else (),
            company=tuple(filter(None, (context.company_name, context.company_number))),
            address=_address_line(config.restaurant.address, config.restaurant.city),
            hours=format_opening_hours(hours) if hours else "",
            menu=context.selected_menu,
            colours=(website.primary_color, website.secondary_color),
            theme=website.theme.value,
            header_image=header.replace("_", " ") if header else "none",
            item_layout=website.item_layout.value,
            stripe_link="yes" if config.payment.include_stripe_link else "no",
            not_run=tuple(name for name in SubStepName if not config.is_enabled(name)),
        )


def config_facts(context: ConfigContext) -> dict[str, str]:
    """The proposal, problems first."""
    proposed = Proposed.of(context)
    menu = proposed.menu
    remarks = [*config_remarks(context), *_differences(context)]
    return {
        "in the way": "; ".join(context.refusals),
        "to know": "; ".join(map(str, remarks)),
        "e-mail": proposed.email,
        "account": proposed.account if proposed.email else "",
        "phone": proposed.phone,
        "contact": f"{proposed.contact} ({proposed.contact_source})" if proposed.contact_source else proposed.contact,
        "company": " · ".join(proposed.company),
        "on the register": " · ".join(proposed.register),
        "address": proposed.address,
        "hours": proposed.hours,
        "menu": f"version {menu.version} · {menu.items} items" if menu else "",
        "colours": " and ".join(filter(None, proposed.colours)),
        "theme": proposed.theme,
        "header image": proposed.header_image,
        "item layout": proposed.item_layout,
        "stripe link": proposed.stripe_link,
        "not run": ", ".join(proposed.not_run),
    }


def unreadable_facts(context: UnreadableContext) -> dict[str, str]:
    """Which of the job's data cannot be read, and why."""
    return {"city": context.city or "", "in the way": context.in_the_way}


def _contact_source(context: ConfigContext) -> str:
    """Where the proposed contact comes from, if the register has the person, and how many other directors it has."""
    contacts = context.entry.contacts if context.entry else ()
    role = context.entry.people.get(context.config.onboarding.user_name or "") if context.entry else None
    if role is None:
        return ""
    if not context.proposal.from_register:
        return f"a {role} of the company"
    others = f", one of {len(contacts)} active directors" if len(contacts) > 1 else ""
    return f"proposed: a director on the register{others}"


def _register(entry: CompanyDetails) -> tuple[str, ...]:
    """The parts of the register entry that help a person to choose contact and account, cut to a few lines."""
    facts = entry_facts(entry)
    return tuple(f"{label}: {_some(facts[label])}" for label in _OF_THE_ENTRY if label in facts)


def _some(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MOST_TEXTS} more" if len(texts) > _MOST_TEXTS else ""
    return f"{', '.join(text[:_LONGEST] for text in texts[:_MOST_TEXTS])}{more}"


def _address_line(address: str | None, city: str | None) -> str:
    """Address and city on one line; the city only if the address does not name it."""
    named = bool(address and city and city.casefold() in address.casefold())
    return ", ".join(filter(None, (address, None if named else city)))


def company_remarks(context: CompanyContext) -> Iterator[Remark]:
    """The refusal of the last answer, and the failure of the register."""
    if context.refused:
        yield Remark(NOT_TAKEN, context.refused)
    if context.failure:
        yield _register_failure(context.failure)
    if context.search_error:
        yield Remark("the last search failed", context.search_error)


def _register_failure(failure: FailedReading) -> Remark:
    """The remark that the register gave nothing: not that it has nothing."""
    subject = "" if failure.company_number is None else f" when the entry of {failure.company_number} was read"
    attempts = "" if failure.attempts == 1 else f" after {failure.attempts} attempts"
    return Remark(
        f"{failure.kind.text}{subject}", f"{failure.why} ({failure.at.astimezone():%d %b %H:%M %Z}{attempts})"
    )


def failed_search(name: str, source: SourceOutcome) -> Remark | None:
    """The remark about a search by name or by address that failed."""
    if source.state is not SourceState.FAILED:
        return None
    return Remark(f"the search by {name} failed", source.error or "no reason was given")


def source_results(outcome: SearchOutcome) -> Iterator[Remark | str]:
    """What the searches by name and by address gave, as far as it is no company; two empty searches are reported once,
    as "no candidates".
    """
    for name, source in (("name", outcome.by_name), ("address", outcome.by_address)):
        if remark := failed_search(name, source):
            yield remark
        elif source.state in _WITHOUT_RESULT and (outcome.candidates or source.state is not SourceState.NOTHING):
            yield f"The search by {name} {_WITHOUT_RESULT[source.state]}."


def config_remarks(context: ConfigContext) -> Iterator[Remark]:
    """The refusal of the last answer, and the failures before the proposal."""
    if context.refused:
        yield Remark(NOT_TAKEN, context.refused)
    if context.extraction_error:
        yield Remark("menu and branding extraction failed", context.extraction_error)
    if context.selected_menu and context.selected_menu.nuts and context.config.is_enabled(SubStepName.ITEM_TAGS):
        yield Remark("the platform's tags contradict the menu", _NUTS)
    yield from (Remark("left out of the proposal", problem) for problem in context.proposal.problems)


def _problems(context: CompanyContext) -> Iterator[str]:
    yield from map(str, company_remarks(context))
    if context.outcome:
        sources = (("name", context.outcome.by_name), ("address", context.outcome.by_address))
        yield from (str(remark) for name, source in sources if (remark := failed_search(name, source)))
        if not context.candidates:
            yield "no candidates"


def _differences(context: ConfigContext) -> Iterator[str]:
    for difference in context.differences:
        yield f"{difference.label}: “{difference.typed}” is kept as typed, the register says “{difference.register}”"
