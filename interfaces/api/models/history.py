"""What happened to a job: answers at the gates, searches of the register, and every move."""

from typing import Any

from pydantic import Field

from interfaces.api.evidence import Evidence
from interfaces.api.models.base import Body, Timestamp
from interfaces.api.models.jobs import JobAnswer
from registration.reporting.history_queries import History


class HistoryDecision(Body):
    """An answer at a gate, accepted or refused; `shown` is the question as the person saw it."""

    at: Timestamp
    gate: str
    visit: int
    round_number: int | None
    answer: dict[str, Any]
    shown: dict[str, Any]
    decided_by: str
    source: str
    accepted: bool
    refused_reason: str | None


class HistorySearch(Body):
    """A search of the register: what was asked, how much was found, and the best of it."""

    at: Timestamp
    visit: int
    status: str
    name: str | None
    street: str | None
    city: str | None
    candidates: int
    best: str | None
    best_score: float | None
    preselected: str | None
    selected: str | None
    error_message: str | None
    source_errors: dict[str, Any]


class HistoryEvent(Body):
    """What happened, by whom, why."""

    at: Timestamp
    what: str
    from_status: str | None
    to_status: str | None
    actor: str
    reason: str | None
    data: dict[str, Any]


class JobHistory(Body):
    """The history of a job, oldest first."""

    decisions: list[HistoryDecision]
    searches: list[HistorySearch]
    events: list[HistoryEvent]

    @classmethod
    def of(cls, history: History) -> "JobHistory":
        """The three parts of it that the job itself does not have."""
        return cls(
            decisions=[HistoryDecision.model_validate(one) for one in history.decisions],
            searches=[HistorySearch.model_validate(one) for one in history.searches],
            events=[HistoryEvent.model_validate(one) for one in history.events],
        )


class JobDetail(JobAnswer):
    """One job, with its history where that is asked for."""

    evidence: list[Evidence] = Field(description="Pages of the register that were not understood; kept for a while.")
    story: JobHistory | None = Field(None, description="With `story=true`.")
