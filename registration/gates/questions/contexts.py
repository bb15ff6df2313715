"""What is known about a job when a question is made about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from registration.companies.details import CompanyDetails
from registration.companies.models import Candidate, RegisterQuery, SearchOutcome
from registration.configuration.allergens import Contradiction
from registration.configuration.models import YoloConfig
from registration.configuration.origins import Origin
from registration.configuration.proposals import Proposal
from registration.configuration.website import HeaderImageSource
from registration.gates.rounds import Details, Prefilled
from registration.restaurants.models import MenuChoice
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.steps import Step


@dataclass(frozen=True, kw_only=True)
class FailedReading:
    """A failure of the register in step 2 or 4: the last error, its time, and the number of attempts.

    `query` is what step 2 searched by, `company_number` the company whose entry step 4 could not read.
    """

    step: Step
    kind: RegisterFailure
    why: str
    at: datetime
    attempts: int = 1
    query: RegisterQuery | None = None
    company_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class CompanyContext:
    """What is known about a job that waits for its company.

    `position` is its place in the batch, from 1; `address` and `website_url` are the restaurant's; `query` what was
    searched last, or will be. `search_error` is of a repeat search that failed (then `outcome` is the older one),
    `failure` of a search without any result or of the reading of an entry, `refused` why the last answer was not taken,
    `typed` the fields of that answer's section. `shared` names, per company number, other restaurants of the batch with
    that company. `known` holds what is stored of the restaurant under the names of `ManualCompany`. `register_url` is
    the address of the register's public pages.
    """

    job_id: UUID
    position: int
    visit: int
    restaurant_name: str
    city: str | None
    register_url: str
    address: str | None = None
    website_url: str | None = None
    asked: Details | None = None
    query: RegisterQuery | None = None
    outcome: SearchOutcome | None = None
    search_error: str | None = None
    failure: FailedReading | None = None
    refused: str | None = None
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    known: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    typed: Mapping[str, Prefilled] = field(default_factory=dict[str, Prefilled])

    @property
    def written(self) -> RegisterQuery:
        """The restaurant's name and address before they were cleaned for the search."""
        return RegisterQuery(name=self.restaurant_name, street=self.address or "", city=self.city or "")

    @property
    def section(self) -> Details | None:
        """The section of fields that the form has: the requested one; after a failed search that of another search."""
        unsearched = self.failure is not None and self.failure.step is Step.SEARCH
        return self.asked or (Details.SEARCH_AGAIN if unsearched else None)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates of the latest search, best first."""
        return self.outcome.candidates if self.outcome else ()


@dataclass(frozen=True, kw_only=True)
class UnreadableContext:
    """A job that waits at a gate and of which something that is stored cannot be read; `reason` says what and why."""

    job_id: UUID
    position: int
    visit: int
    restaurant_name: str
    city: str | None
    reason: str

    @property
    def in_the_way(self) -> str:
        """The reason as a sentence."""
        return f"its data cannot be read: {self.reason}"


@dataclass(frozen=True)
class Difference:
    """A field that a person typed and the register has otherwise."""

    label: str
    typed: str
    register: str


@dataclass(frozen=True, kw_only=True)
class ConfigContext:
    """What is known about a job that waits for its configuration.

    `position` is its place in the batch, from 1; `menus` its active menus, newest first; `refusals` what preflight says
    about the proposal. `extraction_error` is set if step 1 failed. `entry` is the company's entry in the register,
    `differences` are texts that a person typed and the register has otherwise. `refused` says why the last answer was
    not taken; what it said is shown again: `typed` are the fields of its section, `changed` its configuration, if it
    was one that could be read. `origins` says where the proposed values come from, by the names of their fields.
    """

    job_id: UUID
    position: int
    visit: int
    restaurant_name: str
    city: str | None
    proposal: Proposal
    menus: tuple[MenuChoice, ...] = ()
    header_images: tuple[HeaderImageSource, ...] = ()
    refusals: tuple[str, ...] = ()
    extraction_error: str | None = None
    has_account: bool | None = None
    company_name: str | None = None
    company_number: str | None = None
    entry: CompanyDetails | None = None
    differences: tuple[Difference, ...] = ()
    asked: Details | None = None
    refused: str | None = None
    typed: Mapping[str, Prefilled] = field(default_factory=dict[str, Prefilled])
    changed: YoloConfig | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict[str, Origin])

    @property
    def config(self) -> YoloConfig:
        """The proposed configuration."""
        return self.proposal.config

    @property
    def selected_menu(self) -> MenuChoice | None:
        """The proposed menu."""
        return next((menu for menu in self.menus if menu.id == self.config.menu.selected_menu_id), None)


@dataclass(frozen=True, kw_only=True)
class TagsContext:
    """What is known about a job whose item tags would contradict its menu: `found` are the contradictions.

    `position` is its place in the batch, from 1. `refused` says why the last answer was not taken, and `typed` what
    was typed with it.
    """

    job_id: UUID
    position: int
    visit: int
    restaurant_name: str
    city: str | None
    found: tuple[Contradiction, ...]
    refused: str | None = None
    typed: Mapping[str, Prefilled] = field(default_factory=dict[str, Prefilled])


GateContext = CompanyContext | ConfigContext | UnreadableContext
"""What is known about a job at either gate."""
