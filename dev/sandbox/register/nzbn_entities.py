"""A company in the form of the NZBN API (v5): as a search result, and in full. Unknown values are left out."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dev.sandbox.register.companies import Allocation, Company, Director, Holder

_NEW_ZEALAND = ZoneInfo("Pacific/Auckland")
_CODES = {"Registered": "50", "Removed": "80", "In Liquidation": "72"}
Json = dict[str, Any]


def search_item(company: Company) -> Json:
    """An entity as a search result, without addresses."""
    return _identity(company) | {
        "tradingNames": _trading_names(company),
        "classifications": _industries(company),
        "previousEntityNames": company.previous_names,
        "sourceRegisterUniqueId": company.number,
        "links": [{"rel": "self", "href": f"/entities/{company.nzbn}", "methods": ["GET"]}],
    }


def full_entity(company: Company) -> Json:
    """An entity in full; previous names are only in search results."""
    return _identity(company) | {
        "sourceRegister": "COMPANY",
        "sourceRegisterUniqueIdentifier": company.number,
        "lastUpdatedDate": moment(company.removed or company.incorporated),
        "addresses": {"links": [], "addressList": list(_addresses(company))},
        "emailAddresses": _each("emailAddress", company.email_addresses),
        "phoneNumbers": [_phone(number) for number in company.phone_numbers],
        "websites": _each("url", company.websites),
        "tradingNames": _trading_names(company),
        "industryClassifications": _industries(company),
        "gstNumbers": _each("gstNumber", company.gst_numbers),
        "roles": [_role(director) for director in company.directors],
        "company-details": {"stockExchangeListed": False, "shareholding": _shareholding(company)},
    }


def moment(day: date) -> str:
    """The start of a day in New Zealand, in the format of the API."""
    begin = datetime(day.year, day.month, day.day, tzinfo=_NEW_ZEALAND)
    return begin.strftime("%Y-%m-%dT%H:%M:%S.000%z")


def _identity(company: Company) -> Json:
    return {
        "entityStatusCode": _CODES.get(company.status, "00"),
        "entityStatusDescription": company.status,
        "entityName": company.name,
        "nzbn": company.nzbn,
        "entityTypeCode": "LTD",
        "entityTypeDescription": company.entity_type,
        "registrationDate": moment(company.incorporated),
    }


def _trading_names(company: Company) -> list[Json]:
    began = moment(company.incorporated)
    return [name | {"startDate": began} for name in _each("name", company.trading_names)]


def _industries(company: Company) -> list[Json]:
    split = (industry.partition(" ") for industry in company.industries)
    return [{"classificationCode": code, "classificationDescription": description} for code, _, description in split]


def _each(name: str, values: Sequence[str]) -> list[Json]:
    return [{"uniqueIdentifier": str(number), name: value} for number, value in enumerate(values, start=1)]


def _phone(number: str) -> Json:
    """`+64 4 8015521` in its parts."""
    country, area, rest = number.split(maxsplit=2)
    return {"phoneCountryCode": country.lstrip("+"), "phoneAreaCode": area, "phoneNumber": rest}


def _addresses(company: Company) -> Iterator[Json]:
    since = company.incorporated
    yield _address("REGISTERED", company.registered_address, since)
    yield _address("SERVICE", company.registered_address, since)
    if company.physical_address:
        yield _address("OFFICE", company.physical_address, since)


def _address(kind: str | None, text: str, since: date) -> Json:
    """An address in its parts: up to four lines, postcode, country."""
    lines = text.removesuffix(", New Zealand").split(", ")
    postcode = {"postCode": lines.pop()} if lines[-1].isdigit() else {}
    parts = {f"address{number}": line for number, line in enumerate(lines, start=1)} | postcode
    begin = {"uniqueIdentifier": f"{since:%y%m%d}", "startDate": moment(since), "countryCode": "NZ"}
    return begin | parts | ({"addressType": kind} if kind else {})


def _role(director: Director) -> Json:
    end = {"endDate": moment(director.ceased)} if director.ceased else {}
    return {
        "roleType": "Director",
        "roleStatus": "INACTIVE" if director.ceased else "ACTIVE",
        "startDate": moment(director.appointed),
        "rolePerson": _person(director.full_legal_name),
        "roleAddress": [_address(None, director.residential_address, director.appointed)],
    } | end


def _person(name: str) -> Json:
    first, *middle, last = name.split()
    return {"firstName": first, "lastName": last} | ({"middleNames": " ".join(middle)} if middle else {})


def _shareholding(company: Company) -> Json:
    allocations = [_allocation(allocation, company) for allocation in company.allocations]
    return {"numberOfShares": company.total_shares, "shareAllocation": allocations, "historicShareholder": []}


def _allocation(allocation: Allocation, company: Company) -> Json:
    return {"allocation": allocation.shares, "shareholder": [_holder(holder, company) for holder in allocation.holders]}


def _holder(holder: Holder, company: Company) -> Json:
    home = {"shareholderAddress": _address(None, holder.address, company.incorporated)}
    if holder.company_number:
        other = {"currentEntityName": holder.name, "companyNumber": holder.company_number, "entityType": "LTD"}
        return {"type": "Other", "otherShareholder": other} | home
    return {"type": "Individual", "individualShareholder": _person(holder.name) | {"fullName": holder.name}} | home
