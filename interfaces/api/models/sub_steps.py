"""What is asked of single sub-steps of step 6, and what became of it; the question about item tags."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from interfaces.api.models.base import Answer, Asked, Body, WithReason
from interfaces.api.models.jobs import Progress
from registration.kit.values import Blank, Line

UNSAID = "no reason was given"


class WantedStatus(StrEnum):
    """What a person says of a sub-step, or asks for it."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    PENDING = "pending"
    FAILED = "failed"


class StatementData(Asked):
    """What goes with a statement: the reason, and for restaurantRegistration the platform's id of the restaurant."""

    why: Blank[Line] = None
    pumpd_restaurant_id: Annotated[str, Field(max_length=100)] | None = None


class StatusAsked(Asked):
    """Completed: it is there, or was done by hand. Skipped: it is not needed. Pending: do it again."""

    status: WantedStatus
    data: StatementData = StatementData()


class SubStepChanged(Answer):
    """The sub-steps after the change."""

    sub_step_progress: Progress
    validation_warnings: list[str]
    updated_sub_step: str
    new_status: str
    phase_status_changed: bool
    new_phase_status: str
    step_status_changed: bool
    new_step_status: str
    worked_on: bool


class ResetAsked(WithReason):
    """Do a sub-step again, with what was skipped because of it; `redo` also where it is completed.

    `cascade` is taken for the original's client and changes nothing: what needs a sub-step that is done again cannot
    stay skipped because of it.
    """

    cascade: StrictBool = True
    redo: StrictBool = False


class PhaseChange(Body):
    """A phase whose status is another now."""

    phase: str
    from_status: str
    to_status: str


class SubStepReset(Answer):
    """The sub-steps that are open again."""

    sub_step_progress: Progress
    reset_sub_steps: list[str]
    phase_changes: list[PhaseChange]
    step_status_changed: bool
    new_step_status: str
    worked_on: bool


class Need(Body):
    """A sub-step that another one needs."""

    key: str
    status: str
    phase: str


class Validation(Answer):
    """What can be done with one sub-step now."""

    sub_step_key: str = Field(serialization_alias="subStepKey")
    current_status: str = Field(serialization_alias="currentStatus")
    phase: str
    phase_status: str
    dependencies: list[str]
    dependents: list[str]
    can_mark_as: list[str] = Field(serialization_alias="canMarkAs")
    allowed_transitions: list[str]
    dependency_statuses: list[Need]
    cascade_warning: str | None
    blocking_dependencies: list[Need]


class ResolveAsked(Asked):
    """What a person found on the platform about an effect whose outcome is not known.

    A restaurantRegistration that is there needs the platform's id of the restaurant, unless the platform shows it.
    """

    it_is_there: StrictBool
    why: Line
    pumpd_restaurant_id: Annotated[str, Field(max_length=100)] | None = None


class EffectResolved(Answer):
    """The effect is completed, or is sent again; `freed` are other batches that go on because of it."""

    job_id: UUID
    sub_step: str
    status: str
    worked_on: bool
    freed: list[UUID]


class Contradicted(Body):
    """A dish that would be given a tag, and the words of the menu that speak against it."""

    dish: str
    tag: str
    words: list[str]


class TagsAsked(Answer):
    """What a person has to decide about; no contradictions if nothing is asked."""

    job_id: UUID
    restaurant_name: str
    contradictions: list[Contradicted]


class TagsDecisionAsked(Asked):
    """Leave the tags out, or set them all the same; and why."""

    decision: Literal["leave_out", "set_all_the_same"]
    why: Line


class TagsDecided(Answer):
    """The tags are left out, or are set when step 6 comes to them."""

    job_id: UUID
    status: str
    worked_on: bool
    note: str | None
