"""What is known about a waiting job in plain texts, a label for each: for tables, spreadsheets and the terminal."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from registration.companies.models import Candidate, Source, SourceOutcome, SourceState
from registration.gates.questions.cases import CompanyContext, ConfigContext, UnreadableCase
from registration.gates.rounds import Details
from registration.kit.opening_hours_text import format_opening_hours
from registration.workflow.sub_steps import SubStepName

_AT_HOME = re.compile(r",?\s*New Zealand\s*$", re.IGNORECASE)
_ACCOUNT = {True: "exists already", False: "will be created", None: "not known"}


def register_link(case: CompanyContext, number: str) -> str:
    """The address of a company's public page."""
    return f"{case.register_url.rstrip('/')}/companies/app/ui/pages/companies/{quote(number, safe='')}/detail"


def registered_address(candidate: Candidate) -> str:
    """The company's address on one line; the country only if it is another."""
    return _AT_HOME.sub("", " ".join(candidate.company.registered_address.split()))


def company_facts(case: CompanyContext) -> dict[str, str]:
    """What was searched and what went wrong; the candidates are told by `candidate_facts`."""
    query = case.query
    by = [one for one in (query.name, query.street_and_city) if one] if query else []
    label = "to be searched" if case.asked is Details.CONFIRM_QUERY else "searched"
    return {"city": case.city or "", label: " · ".join(by), "in the way": "; ".join(_troubles(case))}


def candidate_facts(case: CompanyContext, candidate: Candidate) -> dict[str, str]:
    """Everything that tells one candidate from another."""
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
        "also found for": ", ".join(case.shared.get(company.company_number, ())),
        "not read": company.not_read or "",
        "register": register_link(case, company.company_number),
    }


def config_facts(case: ConfigContext) -> dict[str, str]:
    """What is proposed, what stands in its way first."""
    config, website, menu = case.config, case.config.website, case.selected_menu
    hours = config.restaurant.opening_hours
    header = website.header_image_source if website.configure_header else None
    return {
        "in the way": "; ".join(case.refusals),
        "to know": "; ".join(_remarks(case)),
        "e-mail": config.account.email or "",
        "account": _ACCOUNT[case.has_account] if config.account.email else "",
        "phone": config.restaurant.phone or "",
        "contact": config.onboarding.user_name or "",
        "company": " · ".join(filter(None, (case.company_name, case.company_number))),
        "address": address_line(config.restaurant.address, config.restaurant.city),
        "hours": format_opening_hours(hours) if hours else "",
        "menu": f"version {menu.version} · {menu.items} items" if menu else "",
        "colours": " and ".join(filter(None, (website.primary_color, website.secondary_color))),
        "theme": website.theme.value,
        "header image": header.replace("_", " ") if header else "none",
        "item layout": website.item_layout.value,
        "stripe link": "yes" if config.payment.include_stripe_link else "no",
        "not run": ", ".join(name for name in SubStepName if not config.is_enabled(name)),
    }


def unreadable_facts(case: UnreadableCase) -> dict[str, str]:
    """What of its data cannot be read, and why."""
    return {"city": case.city or "", "in the way": case.in_the_way}


def address_line(address: str | None, city: str | None) -> str:
    """Address and city on one line; the city only if the address does not name it."""
    named = bool(address and city and city.casefold() in address.casefold())
    return ", ".join(filter(None, (address, None if named else city)))


def _troubles(case: CompanyContext) -> Iterator[str]:
    if case.refused:
        yield f"the last answer was not taken: {case.refused}"
    if case.search_error:
        yield f"the last search failed: {case.search_error}"
    for name, source in (("name", case.outcome.by_name), ("address", case.outcome.by_address)) if case.outcome else ():
        if source.state is SourceState.FAILED:
            yield _failed(name, source)
    if case.outcome and not case.candidates:
        yield "no candidates"


def _failed(name: str, source: SourceOutcome) -> str:
    return f"the search by {name} failed: {source.error or 'no reason was given'}"


def _remarks(case: ConfigContext) -> Iterator[str]:
    if case.refused:
        yield f"the last answer was not taken: {case.refused}"
    if case.extraction_error:
        yield f"menu and branding extraction failed: {case.extraction_error}"
    yield from (f"left out of the proposal: {problem}" for problem in case.proposal.problems)
    for one in case.differences:
        yield f"{one.label}: “{one.typed}” is kept as typed, the register says “{one.register}”"
