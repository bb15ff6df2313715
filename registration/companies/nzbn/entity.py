"""The full entity of the NZBN API: the fields that are read."""

import re
from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field, model_validator

from registration.companies.nzbn.search import TradingName
from registration.companies.nzbn.values import Address, Addresses, Day, Many, NzbnAnswer, RealText, Text, joined
from registration.companies.register_values import format_phone, is_over

_NO_LONGER = re.compile(
    r"\b(?:in-?active|ceas|resign|remov|former|end|histor|past|vacat|retir|terminat|expir|withdr|disqual|decease|cancel)",
    re.IGNORECASE,
)
"""The beginning of a status that means that a role is no longer held."""


class Person(NzbnAnswer):
    """A person, named in parts or in full."""

    first_name: Text = None
    middle_names: Text = None
    last_name: Text = None
    full_name: Text = None

    @property
    def name(self) -> str | None:
        """The name as on the register: "Aroha Mereana NGATA"."""
        return self.full_name or joined((self.first_name, self.middle_names, self.last_name), " ")


class RoleEntity(NzbnAnswer):
    """An organisation that holds a role."""

    entity_name: Text = None


class Role(NzbnAnswer):
    """A role in the entity; it is held today unless its end date or its status contradicts."""

    role_type: Text = None
    role_status: Text = None
    start_date: Day = None
    end_date: Day = None
    role_person: Person | None = None
    role_entity: RoleEntity | None = None
    role_address: Many[Address] = ()

    @property
    def is_held(self) -> bool:
        """True if the role is held today."""
        return not is_over(self.end_date) and not _NO_LONGER.search(self.role_status or "")

    @property
    def name(self) -> str | None:
        """The holder's name."""
        person = self.role_person.name if self.role_person else None
        return person or (self.role_entity.entity_name if self.role_entity else None)


class OtherShareholder(NzbnAnswer):
    """A shareholder that is not a person."""

    current_entity_name: Text = None


class Holder(NzbnAnswer):
    """One holder of an allocation."""

    vacation_date: Day = None
    individual_shareholder: Person | None = None
    other_shareholder: OtherShareholder | None = None


class ShareAllocation(NzbnAnswer):
    """A parcel of shares; several holders hold it jointly."""

    allocation: int | None = None
    shareholder: Many[Holder] = ()


class Shareholding(NzbnAnswer):
    """All shares of a company."""

    number_of_shares: int | None = None
    share_allocation: Many[ShareAllocation] = ()


class CompanyPart(NzbnAnswer):
    """The fields that only companies have."""

    shareholding: Shareholding | None = None


class Phone(NzbnAnswer):
    """A phone number in parts."""

    phone_country_code: RealText = None
    phone_area_code: RealText = None
    phone_number: RealText = None
    phone_purpose: Text = None
    phone_purpose_description: Text = None

    @property
    def text(self) -> str | None:
        """The number as "+64 4 8015521"; None without a number.

        The number may have been entered with its country code, or the area code with its trunk zero.
        """
        country = (self.phone_country_code or "").lstrip("+0")
        number = self.phone_number
        if number is None or number.startswith(("+", "00")):
            return number and format_phone(number)
        area = (self.phone_area_code or "").lstrip("0") if country else self.phone_area_code
        if country and not area:
            number = number.lstrip("0") or number
        return joined((country and f"+{country}", area, number), " ")

    @property
    def is_fax(self) -> bool:
        """True if the register marks the number as a fax."""
        return "fax" in f"{self.phone_purpose} {self.phone_purpose_description}".casefold()


class Email(NzbnAnswer):
    """An e-mail address."""

    email_address: RealText = None


class Website(NzbnAnswer):
    """A website."""

    url: RealText = None


class GstNumber(NzbnAnswer):
    """A number for goods and services tax."""

    gst_number: RealText = None


class Industry(NzbnAnswer):
    """An industry classification of the entity."""

    classification_code: RealText = None
    classification_description: RealText = None

    @property
    def text(self) -> str | None:
        """Code and description, such as "H451110 Cafe operation"."""
        return joined((self.classification_code, self.classification_description), " ")


class FullEntity(NzbnAnswer):
    """The fields that are read of one entity; null counts as absent."""

    nzbn: str
    entity_name: Text = None
    entity_status_description: Text = None
    entity_type_description: Text = None
    registration_date: Day = None
    source_register: Text = None
    source_register_unique_identifier: Text = None
    addresses: Addresses | None = None
    trading_names: Many[TradingName] = ()
    roles: Many[Role] = ()
    company: CompanyPart | None = Field(default=None, validation_alias="company-details")
    gst_numbers: Many[GstNumber] = ()
    phone_numbers: Many[Phone] = ()
    email_addresses: Many[Email] = ()
    websites: Many[Website] = ()
    industry_classifications: Many[Industry] = ()

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        parts = cast("Mapping[str, object]", value)
        return {name: part for name, part in parts.items() if part is not None}
