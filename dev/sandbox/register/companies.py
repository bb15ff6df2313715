"""A company of the register."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Entry(BaseModel):
    """Base of all parts of the register."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Director(Entry):
    """A present or former director of a company."""

    full_legal_name: str
    residential_address: str
    appointed: date
    ceased: date | None = None


class Holder(Entry):
    """A shareholder, alone or jointly; a holder that is a company has a number."""

    name: str
    address: str
    company_number: str | None = None


class Allocation(Entry):
    """A parcel of shares with its holders."""

    shares: int = Field(ge=1)
    holders: list[Holder] = Field(min_length=1)


class Company(Entry):
    """One company."""

    number: str = Field(pattern=r"^[0-9]{5,7}$")
    nzbn: str = Field(pattern=r"^94290[0-9]{8}$")
    name: str
    status: str = "Registered"
    incorporated: date
    removed: date | None = None
    entity_type: str = "NZ Limited Company"
    registered_address: str
    physical_address: str | None = None
    previous_names: list[str] = Field(default_factory=list[str])
    trading_names: list[str] = Field(default_factory=list[str])
    directors: list[Director] = Field(default_factory=list[Director])
    allocations: list[Allocation] = Field(default_factory=list[Allocation])
    gst_numbers: list[str] = Field(default_factory=list[str])
    phone_numbers: list[str] = Field(default_factory=list[str])
    email_addresses: list[str] = Field(default_factory=list[str])
    websites: list[str] = Field(default_factory=list[str])
    industries: list[str] = Field(default_factory=list[str])

    @property
    def total_shares(self) -> int:
        """All shares of the company."""
        return sum(allocation.shares for allocation in self.allocations)

    def percentage(self, allocation: Allocation) -> str:
        """The share of an allocation in percent, with two decimals."""
        return f"{100 * allocation.shares / self.total_shares:.2f}"
