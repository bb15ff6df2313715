"""Maps the full entity of the NZBN API to a candidate and to the full entry of a company."""

from collections.abc import Iterator, Sequence
from typing import Any

from registration.companies.details import CompanyDetails, Director, RegisterAddress, Shareholder, title_case
from registration.companies.models import FoundCompany
from registration.companies.nzbn.entity import FullEntity, Holder, Role, ShareAllocation, Shareholding
from registration.companies.nzbn.search import current, former
from registration.companies.nzbn.values import home_text, present
from registration.companies.register_values import is_over, phones_before_faxes
from registration.errors import RegisterPageNotUnderstood

_DIRECTOR = "director"
_COMPANIES = "company"
"""The `source_register` of companies; entities of other registers have an NZBN too."""


def the_company(company_number: str, entities: Sequence[FullEntity]) -> FullEntity:
    """The company among the entities with one number; other registers use the same numbers independently.

    Raises RegisterPageNotUnderstood if more than one company remains.
    """
    companies = [entity for entity in entities if (entity.source_register or "").casefold() == _COMPANIES]
    remaining = companies if len(entities) > 1 else entities
    if len(remaining) != 1:
        nzbns = [entity.nzbn for entity in entities]
        raise RegisterPageNotUnderstood(f"{len(nzbns)} entities have the number {company_number}", nzbns=nzbns)
    return remaining[0]


def with_entity(company: FoundCompany, entity: FullEntity) -> FoundCompany:
    """A search result completed with the fields of the full entity, above all its address.

    Names that only the list has are kept: the entity has no previous names. The list may hide the company's number.
    """
    trading = current(entity.trading_names) or company.trading_names
    previous = (*company.previous_names, *former(entity.trading_names))
    known: dict[str, Any] = {
        "registered_address": entity.addresses.registered if entity.addresses else None,
        "status": entity.entity_status_description,
        "incorporation_date": entity.registration_date,
    }
    if not company.company_number and (entity.source_register or _COMPANIES).casefold() == _COMPANIES:
        known["company_number"] = entity.source_register_unique_identifier
    update = {name: value for name, value in known.items() if value}
    names = {"trading_names": trading, "previous_names": tuple(dict.fromkeys(previous))}
    return company.model_copy(update=update | names)


def company_details(listed: FoundCompany, entity: FullEntity) -> CompanyDetails:
    """The full entry of a company that was found by its number."""
    company = with_entity(listed, entity)
    return CompanyDetails(
        company_name=entity.entity_name or company.company_name,
        company_number=company.company_number,
        nzbn=company.nzbn,
        status=company.status,
        incorporation_date=company.incorporation_date,
        entity_type=entity.entity_type_description,
        addresses=_addresses(entity),
        directors=present(map(_director, entity.roles)),
        shareholders=tuple(_shareholders(entity)),
        gst_numbers=present(number.gst_number for number in entity.gst_numbers),
        phones=present(phones_before_faxes((phone.text, phone.is_fax) for phone in entity.phone_numbers if phone.text)),
        emails=present(email.email_address for email in entity.email_addresses),
        trading_names=company.trading_names,
        websites=present(website.url for website in entity.websites),
        industry_classifications=present(industry.text for industry in entity.industry_classifications),
        previous_names=company.previous_names,
        missing=_missing(company, entity),
        partial=_partial(entity),
    )


def _missing(company: FoundCompany, entity: FullEntity) -> tuple[str, ...]:
    """The fields about which the entity says nothing, not even that there is no value."""
    stated = {
        "incorporation_date": company.incorporation_date is not None,
        "entity_type": entity.entity_type_description is not None,
        "addresses": entity.addresses is not None and "address_list" in entity.addresses.model_fields_set,
        "directors": "roles" in entity.model_fields_set,
        "shareholders": _shareholding(entity) is not None,
        "gst_numbers": "gst_numbers" in entity.model_fields_set,
        "phones": "phone_numbers" in entity.model_fields_set,
        "emails": "email_addresses" in entity.model_fields_set,
        "trading_names": "trading_names" in entity.model_fields_set,
        "websites": "websites" in entity.model_fields_set,
        "industry_classifications": "industry_classifications" in entity.model_fields_set,
    }
    return tuple(name for name, is_stated in stated.items() if not is_stated)


def _partial(entity: FullEntity) -> tuple[str, ...]:
    """The fields that the entity shows only in part: of many parcels of shares the API lists only the largest."""
    shareholding = _shareholding(entity)
    if shareholding is None or shareholding.number_of_shares is None:
        return ()
    named = sum(allocation.allocation or 0 for allocation in shareholding.share_allocation)
    return ("shareholders",) if named < shareholding.number_of_shares else ()


def _shareholding(entity: FullEntity) -> Shareholding | None:
    return entity.company.shareholding if entity.company else None


def _addresses(entity: FullEntity) -> tuple[RegisterAddress, ...]:
    addresses = entity.addresses.current if entity.addresses else ()
    return tuple(RegisterAddress(type=address.label, text=address.text) for address in addresses if address.text)


def _director(role: Role) -> Director | None:
    """The director; None if the role is not a director's, or has no holder."""
    if (role.role_type or "").casefold() != _DIRECTOR or role.name is None:
        return None
    return Director(
        name=title_case(role.name),
        full_legal_name=role.name,
        appointed=role.start_date,
        ceased=role.end_date,
        is_held=None if role.is_held is (role.end_date is None) else role.is_held,
        address=home_text(role.role_address),
    )


def _shareholders(entity: FullEntity) -> Iterator[Shareholder]:
    shareholding = _shareholding(entity)
    if shareholding is None:
        return
    for allocation in shareholding.share_allocation:
        yield from _holders(allocation, shareholding.number_of_shares)


def _holders(allocation: ShareAllocation, of_shares: int | None) -> Iterator[Shareholder]:
    """The current holders of an allocation; joint holders each repeat its numbers."""
    holders = [holder for holder in allocation.shareholder if not is_over(holder.vacation_date)]
    shares = allocation.allocation
    for holder in holders:
        if (name := _name(holder)) is not None:
            yield Shareholder(
                name=name,
                type="company" if _is_company(holder) else "individual",
                held="joint" if len(holders) > 1 else "sole",
                shares=shares,
                percentage=round(100 * shares / of_shares, 2) if shares is not None and of_shares else None,
            )


def _is_company(holder: Holder) -> bool:
    return holder.other_shareholder is not None and holder.other_shareholder.current_entity_name is not None


def _name(holder: Holder) -> str | None:
    other = holder.other_shareholder.current_entity_name if holder.other_shareholder else None
    return other or (holder.individual_shareholder.name if holder.individual_shareholder else None)
