"""What a person, a file or a policy answers for one job at a gate. The same models for every door."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, TypeAdapter

from registration.companies.models import RegisterQuery
from registration.configuration.models import ConfigLayer, YoloConfig
from registration.kit.spoilt_numbers import with_postcode
from registration.kit.symbols import as_read
from registration.kit.values import MOST_CHARACTERS, Blank, Email, IdNumber, Line, Nzbn, Phone, Value
from registration.workflow.steps import GateName


def _as_read(query: RegisterQuery) -> RegisterQuery:
    name, street, city = map(as_read, (query.name, query.street, query.city))
    if any(len(text) > MOST_CHARACTERS for text in (name, street, city)):
        raise ValueError(f"is longer than {MOST_CHARACTERS} characters")
    return RegisterQuery(name=name, street=street, city=with_postcode(city))


AskedQuery = Annotated[RegisterQuery, AfterValidator(_as_read)]
"""What a person wants to be searched, read as texts from outside are."""


class Channel(StrEnum):
    """The way by which an answer came."""

    PREFECT = "prefect"
    CLI = "cli"
    POLICY = "policy"


class ManualCompany(Value):
    """What a person types instead of a register entry."""

    contact_name: Line
    company_name: Blank[Line] = None
    company_number: Blank[IdNumber] = None
    nzbn: Blank[Nzbn] = None
    gst_number: Blank[IdNumber] = None
    contact_email: Blank[Email] = None
    contact_phone: Blank[Phone] = None
    full_legal_name: Blank[Line] = None


class ConfirmQuery(Value):
    """Search with this query for the first time."""

    kind: Literal["confirm_query"] = "confirm_query"
    query: AskedQuery


class ChooseCompany(Value):
    """This candidate is the restaurant's company."""

    kind: Literal["company"] = "company"
    company_number: IdNumber


class NoMatch(Value):
    """None of the candidates is; go on without a company."""

    kind: Literal["no_match"] = "no_match"


class SearchAgain(Value):
    """Search again; without a query, ask for it in the next round."""

    kind: Literal["search_again"] = "search_again"
    query: AskedQuery | None = None


class EnterByHand(Value):
    """The details come from a person; without them, ask for them in the next round."""

    kind: Literal["enter_by_hand"] = "enter_by_hand"
    details: ManualCompany | None = None


class LeaveOut(Value):
    """This restaurant leaves the batch's work."""

    kind: Literal["leave_out"] = "leave_out"


class GoAhead(Value):
    """Register it as proposed, with what was said for all restaurants laid over it.

    `proposed` is the proposal that was shown; None where nobody was shown one, as in a file: then that of the moment.
    """

    kind: Literal["go_ahead"] = "go_ahead"
    proposed: YoloConfig | None = None
    for_all: ConfigLayer = ConfigLayer()


class Change(Value):
    """Register it with this configuration; without one, ask for it in the next round."""

    kind: Literal["change"] = "change"
    config: YoloConfig | None = None
    for_all: ConfigLayer = ConfigLayer()


class ExtractAgain(Value):
    """Extract menu and branding once more, then ask again."""

    kind: Literal["extract_again"] = "extract_again"


CompanyAnswer = Annotated[
    ConfirmQuery | ChooseCompany | NoMatch | SearchAgain | EnterByHand | LeaveOut, Field(discriminator="kind")
]
ConfigAnswer = Annotated[GoAhead | Change | ExtractAgain | LeaveOut, Field(discriminator="kind")]
AnyAnswer = (
    ConfirmQuery | ChooseCompany | NoMatch | SearchAgain | EnterByHand | LeaveOut | GoAhead | Change | ExtractAgain
)

ANSWERS: dict[GateName, TypeAdapter[AnyAnswer]] = {
    GateName.COMPANY_SELECTION: TypeAdapter(CompanyAnswer),
    GateName.YOLO_CONFIG: TypeAdapter(ConfigAnswer),
}


class GivenAnswer(Value):
    """An answer as it comes through a door: for which job and visit, by whom."""

    job_id: UUID
    gate: GateName
    visit: int
    answer: AnyAnswer
    decided_by: Line
    channel: Channel
    round_id: UUID | None = None


class Verdict(Value):
    """What became of an answer; `reason` says why it was refused."""

    accepted: bool
    reason: str | None = None
