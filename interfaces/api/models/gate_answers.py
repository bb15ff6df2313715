"""What is answered at the gates, and what became of each answer."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool

from interfaces.api.models.base import Answer, Asked, Body
from interfaces.api.models.candidates import Candidate
from registration.companies.models import RegisterQuery
from registration.configuration.models import ConfigLayer
from registration.gates.decisions import (
    ChooseCompany,
    CompanyAnswer,
    EnterByHand,
    LeaveOut,
    ManualCompany,
    NoMatch,
    SearchAgain,
)
from registration.kit.values import IdNumber

MOST_JOBS = 50
_Visit = Annotated[int | None, Field(ge=1, le=1_000_000, description="Of the question that was shown; else the last.")]


class Selection(Asked):
    """The answer for one job: a company's number, or null for none of the candidates; or one of the others."""

    company_number: IdNumber | None = None
    no_match: StrictBool = False
    search_again: RegisterQuery | None = None
    by_hand: ManualCompany | None = None
    leave_out: StrictBool = False
    visit: _Visit = None

    @property
    def answer(self) -> CompanyAnswer:
        """The answer at the gate."""
        if self.leave_out:
            return LeaveOut()
        if self.by_hand is not None:
            return EnterByHand(details=self.by_hand)
        if self.search_again is not None:
            return SearchAgain(query=self.search_again)
        return (
            NoMatch()
            if self.no_match or self.company_number is None
            else ChooseCompany(company_number=self.company_number)
        )


class SelectionsAsked(Asked):
    """The answers by job."""

    selections: Annotated[dict[UUID, Selection], Field(max_length=MOST_JOBS)]


class Defaults(Asked):
    """Register as proposed, with values for all restaurants laid over the proposal."""

    use_defaults: StrictBool
    for_all: ConfigLayer = ConfigLayer()
    visit: _Visit = None


class Partly(Asked):
    """Register with these parts of a configuration laid over the proposal."""

    yolo_config: dict[str, Any]
    visit: _Visit = None


class ConfigurationsAsked(Asked):
    """The configurations by job: the form of the original's client, `use_defaults`, or parts in `yolo_config`.

    With `apply_defaults_to_remaining` every other job that waits is registered as proposed. `selectedJobIds` is taken
    for the original's client; jobs without a configuration are passed over.
    """

    configurations: Annotated[dict[UUID, dict[str, Any]], Field(max_length=MOST_JOBS)]
    selected_job_ids: Annotated[list[UUID], Field(alias="selectedJobIds", max_length=1000)] = []
    apply_defaults_to_remaining: StrictBool = False


class AnswerResult(Body):
    """What became of one answer; `ignored` are fields of it that mean nothing here."""

    job_id: UUID
    accepted: bool
    code: str | None
    reason: str | None
    ignored: list[str] = []


class BlockedJob(Body):
    """A job whose answer was refused."""

    job_id: UUID
    restaurant_name: str
    reason: str


class StepCompleted(Answer):
    """The answers at a gate: those accepted, and why others were not."""

    updated: int
    updated_jobs: int
    next_step: int
    auto_processing: bool = Field(description="Whether a process goes on with the batch.")
    message: str
    jobs_started: int
    failed: int
    blocked_jobs: list[BlockedJob]
    results: list[AnswerResult]


class RowProblem(Body):
    """A row of a file of answers that cannot be read."""

    location: str
    reason: str


class AnswersTaken(Answer):
    """The answers of a file, and the rows that cannot be read."""

    updated: int
    results: list[AnswerResult]
    problems: list[RowProblem]
    remarks: list[RowProblem]
    auto_processing: bool


class PreflightResult(Body):
    """Whether a configuration would be accepted now."""

    job_id: UUID
    accepted: bool
    code: str | None
    reasons: list[str]
    ignored: list[str]


class Preflight(Answer):
    """What would become of each configuration; nothing was written."""

    results: list[PreflightResult]


class JobCandidates(Body):
    """The companies that were found for one restaurant of a batch."""

    job_id: UUID
    restaurant_id: UUID
    restaurant_name: str
    status: str
    selected_company_number: str | None
    candidates: list[Candidate]


class CandidatesSummary(Body):
    """The restaurants of a batch by what is known of their company."""

    total: int
    awaiting_selection: int
    selected: int
    no_match: int


class BatchCandidates(Answer):
    """The companies that were found for the restaurants of a batch."""

    candidates: list[JobCandidates]
    summary: CandidatesSummary


class SelectAsked(Asked):
    """The company of one restaurant; null for none of the candidates."""

    company_number: IdNumber | None = None
    visit: _Visit = None
