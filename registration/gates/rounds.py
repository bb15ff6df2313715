"""A round: the questions of one opening of a gate, with all that is needed to read its answers after any crash."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field, JsonValue, SerializeAsAny

from registration.gates.decisions import AnyAnswer, Channel, SubmittedAnswer
from registration.kit.values import Value
from registration.workflow.steps import GateName

CONTACT = "contact"
"""The options of a question that are persons of the register entry, to be picked as the contact."""
Prefilled = str | bool | tuple[str, ...]
"""The first value of a field in a section; for a drop-down the label of an option."""


class RefusedAnswer(Value):
    """An answer that breaks a rule: `answer` is what was submitted, {choice, details}, `reason` the broken rule."""

    job_id: UUID
    gate: GateName
    visit: int
    answer: dict[str, JsonValue]
    reason: str
    decided_by: str
    channel: Channel = Channel.PREFECT
    round_id: UUID | None = None

    @property
    def typed(self) -> dict[str, JsonValue]:
        """The fields of the job's own section as they were typed, to be shown again."""
        details = self.answer.get("details")
        return details if isinstance(details, dict) else {}


class Reading(Value):
    """The content of a submitted form: valid answers and refused ones. A job in neither decides later."""

    decided_by: str
    answers: tuple[SubmittedAnswer, ...] = ()
    refused: tuple[RefusedAnswer, ...] = ()


class Details(StrEnum):
    """What a restaurant's own section asks for, after a choice that ends in "…"; also the kind of the answer.

    The reason for a decision about item tags goes with each of its answers.
    """

    CONFIRM_QUERY = "confirm_query"
    SEARCH_AGAIN = "search_again"
    ENTER_BY_HAND = "enter_by_hand"
    CHANGE = "change"
    WHY = "why"


class Choice(Value):
    """One line of a restaurant's drop-down and its answer; None is "decide later"."""

    label: str
    answer: SerializeAsAny[AnyAnswer] | None = None


class Option(Value):
    """One line of a drop-down in a section and its value; an empty value means none."""

    label: str
    value: str


class Question(Value):
    """The question about one job; `field` ends in the visit, so that an old form cannot answer a new question.

    `choices` and `options` are lists, because a stored JSON object does not keep its order; `preset` is the preselected
    label. With `details` the job also gets a section of fields; it completes the choice whose answer is of that kind.
    """

    job_id: UUID
    visit: int
    field: str
    title: str
    evidence: str
    choices: tuple[Choice, ...]
    preset: str
    details: Details | None = None
    prefilled: dict[str, Prefilled] = Field(default_factory=dict[str, Prefilled])
    options: dict[str, tuple[Option, ...]] = Field(default_factory=dict[str, tuple[Option, ...]])

    @property
    def contact_field(self) -> str:
        """The name of the drop-down with the persons of the register entry, if `options` have such."""
        return f"{self.field}_{CONTACT}"

    @property
    def details_field(self) -> str:
        """The name of the job's own section in the form."""
        return f"{self.field}_details"

    def choice(self, label: object) -> Choice | None:
        """The choice with this label, None if it was not offered."""
        return next((choice for choice in self.choices if choice.label == label), None)

    def needs_details(self, choice: Choice) -> bool:
        """True if the section completes this choice."""
        return self.details is not None and choice.answer is not None and choice.answer.kind == self.details


class Round(Value):
    """One form of one gate."""

    gate: GateName
    questions: tuple[Question, ...]
