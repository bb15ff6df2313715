"""The answers of a person, a file or a policy about one job at a gate. All channels use these models."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, TypeAdapter

from registration.companies.models import RegisterQuery
from registration.configuration.allergens import Contradiction
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


TypedQuery = Annotated[RegisterQuery, AfterValidator(_as_read)]
"""The query that a person typed, cleaned as all texts from outside are."""


class Channel(StrEnum):
    """The channel through which an answer came. Through the API and the console only signed-in persons answer."""

    PREFECT = "prefect"
    CLI = "cli"
    POLICY = "policy"
    API = "api"
    CONSOLE = "console"

    @property
    def signed_in(self) -> bool:
        """True if the channel knows who answers by a token, so that the same person is the same actor."""
        return self in (Channel.API, Channel.CONSOLE)


class ManualCompany(Value):
    """The details that a person types instead of a register entry."""

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
    query: TypedQuery


class ChooseCompany(Value):
    """This candidate is the restaurant's company."""

    kind: Literal["company"] = "company"
    company_number: IdNumber


class NoMatch(Value):
    """None of the candidates is the company; go on without one."""

    kind: Literal["no_match"] = "no_match"


class SearchAgain(Value):
    """Search again; without a query, ask for it in the next round."""

    kind: Literal["search_again"] = "search_again"
    query: TypedQuery | None = None


class EnterByHand(Value):
    """A person enters the details; without them, ask for them in the next round."""

    kind: Literal["enter_by_hand"] = "enter_by_hand"
    details: ManualCompany | None = None


class LeaveOut(Value):
    """Leave this restaurant out of the batch."""

    kind: Literal["leave_out"] = "leave_out"


class GoAhead(Value):
    """Register the restaurant as proposed, with the values for all restaurants laid over the proposal.

    `proposed` is the proposal that was shown; None if none was shown, as for a file: then the current one is used.
    `contact` is the person of the register entry that replaces the proposed contact.
    """

    kind: Literal["go_ahead"] = "go_ahead"
    proposed: YoloConfig | None = None
    for_all: ConfigLayer = ConfigLayer()
    contact: Line | None = None


class Change(Value):
    """Register the restaurant with this configuration; without one, ask for it in the next round.

    `contact` is the person of the register entry that replaces the contact of the configuration.
    """

    kind: Literal["change"] = "change"
    config: YoloConfig | None = None
    for_all: ConfigLayer = ConfigLayer()
    contact: Line | None = None


class ExtractAgain(Value):
    """Extract menu and branding once more, then ask again; the values for all restaurants are kept until then."""

    kind: Literal["extract_again"] = "extract_again"
    for_all: ConfigLayer = ConfigLayer()


class LeaveTagsOut(Value):
    """Set no item tags; `asked` are the contradictions that were shown, None if the channel shows none."""

    kind: Literal["leave_tags_out"] = "leave_tags_out"
    asked: tuple[Contradiction, ...] | None = None
    why: Line | None = None


class SetTags(Value):
    """Let the platform set its item tags, although these of them contradict the menu."""

    kind: Literal["set_tags"] = "set_tags"
    asked: tuple[Contradiction, ...] | None = None
    why: Line | None = None


CompanyAnswer = Annotated[
    ConfirmQuery | ChooseCompany | NoMatch | SearchAgain | EnterByHand | LeaveOut, Field(discriminator="kind")
]
ConfigAnswer = Annotated[GoAhead | Change | ExtractAgain | LeaveOut, Field(discriminator="kind")]
TagsAnswer = Annotated[LeaveTagsOut | SetTags, Field(discriminator="kind")]
AnyAnswer = (
    ConfirmQuery
    | ChooseCompany
    | NoMatch
    | SearchAgain
    | EnterByHand
    | LeaveOut
    | GoAhead
    | Change
    | ExtractAgain
    | LeaveTagsOut
    | SetTags
)

ANSWERS: dict[GateName, TypeAdapter[AnyAnswer]] = {
    GateName.COMPANY_SELECTION: TypeAdapter(CompanyAnswer),
    GateName.YOLO_CONFIG: TypeAdapter(ConfigAnswer),
    GateName.ITEM_TAGS: TypeAdapter(TagsAnswer),
}


class SubmittedAnswer(Value):
    """An answer as it comes through a channel: for which job and visit, and by whom."""

    job_id: UUID
    gate: GateName
    visit: int
    answer: AnyAnswer
    decided_by: Line
    channel: Channel
    round_id: UUID | None = None


class Refusal(Value):
    """Why an answer is refused; `code` names the reason for programs."""

    code: str
    reason: str


class Verdict(Value):
    """Whether an answer was accepted; `reason` and `code` say why it was refused."""

    accepted: bool
    reason: str | None = None
    code: str | None = None
