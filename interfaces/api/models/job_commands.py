"""What is asked of single jobs, and what became of it."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from interfaces.api.models.base import Answer, Asked, Body
from interfaces.api.models.batch_commands import Cancelled
from interfaces.api.models.jobs import ShownJobStatus

_Text = Annotated[str, Field(max_length=1000)]


class CancelledJob(Body):
    """The job that was cancelled."""

    id: UUID
    batch_job_id: UUID
    status: ShownJobStatus


class JobCancelled(Cancelled):
    """No further effect of the job starts; the other jobs of its batch go on."""

    job: CancelledJob


class SearchAsked(Asked):
    """What to search the register by: a field that is left out as before, an empty text not at all."""

    restaurant_name: _Text | None = None
    street: _Text | None = None
    city: _Text | None = None


class SearchStarted(Answer):
    """The register is searched again; the batch shows what is found."""

    job_id: UUID
    search_result: None = None
    message: str
    query: dict[str, str]
    worked_on: bool


class EnteredByHand(Answer):
    """The company's details are as a person typed them; the job goes on without the register."""

    job_id: UUID
    manual_entry: bool = True
    details_saved: dict[str, Any]
    batch_progressed: bool
    message: str


class Resumed(Answer):
    """What failed of step 6 is open again."""

    message: str
    job_id: UUID
    resuming_from: str = Field(description="The first phase that goes on.")
    sub_steps: list[str]
    worked_on: bool
