"""What a submitted form says: answers, and what cannot be taken as one."""

from uuid import UUID

from pydantic import JsonValue

from registration.models.decisions import Door, GivenAnswer
from registration.models.values import Value
from registration.steps import GateName


class RefusedAnswer(Value):
    """An answer that breaks a rule: `answer` is what was submitted, {choice, details}, `reason` what is wrong."""

    job_id: UUID
    gate: GateName
    visit: int
    answer: dict[str, JsonValue]
    reason: str
    decided_by: str
    door: Door = Door.PREFECT
    round_id: UUID | None = None

    @property
    def typed(self) -> dict[str, JsonValue]:
        """The fields of the job's own section as they were typed, to be shown again."""
        details = self.answer.get("details")
        return details if isinstance(details, dict) else {}


class Reading(Value):
    """What a submitted form says: the answers that count, and those that do not. A job in neither decides later."""

    decided_by: str
    given: tuple[GivenAnswer, ...] = ()
    refused: tuple[RefusedAnswer, ...] = ()
