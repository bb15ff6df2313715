"""What is stored of a step in `result_data`: the one list of its keys."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, JsonValue, PlainSerializer

from registration.workflow.register_failures import RegisterFailure


class StepData(BaseModel):
    """What a step keeps beside its status; each step sets some of the fields, and only these are stored.

    Step 1 counts extractions `since` a moment, and keeps the `menu_job` and whether `branding` was extracted. Step 2
    keeps how many `candidates` it found, or the `error` of a repeated search. Steps 2 and 4 keep the kind of `failure`
    with which they ended. A gate that waits for details keeps which are `asked`. Step 3 keeps what was answered. Step 4
    keeps the `company_number`, the `conflicts` with what a person typed, by column, and the parts of the entry that the
    register has `not_shown`. Step 5 keeps what an answer set `for_all`, which later visits keep too, the `contact` that
    was picked, why preflight `refused` it, and whether it asks `without_menu`. A skipped step keeps the text of its
    `StepSkip`.
    """

    model_config = ConfigDict(frozen=True)

    since: Annotated[datetime, PlainSerializer(datetime.isoformat)] | None = None
    menu_job: str | None = None
    branding: bool = False
    without_menu: bool = False
    candidates: int | None = None
    error: str | None = None
    failure: RegisterFailure | None = None
    asked: str | None = None
    company_number: str | None = None
    no_match: bool = False
    entered_by_hand: bool = False
    conflicts: dict[str, dict[str, str]] = {}
    not_shown: tuple[str, ...] = ()
    for_all: dict[str, JsonValue] = {}
    contact: str | None = None
    refused: tuple[str, ...] = ()
    skipped: str | None = None

    @property
    def stored(self) -> dict[str, Any]:
        """The value of the column: the fields that were set."""
        return self.model_dump(mode="json", exclude_unset=True)


NOTHING = StepData()
