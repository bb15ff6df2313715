"""What is compared: a job as our tables have it, and the platform's own count of what it did (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from deployments.local.pretended_platform import DoneEffect
from registration.known import Known
from registration.states import JobStatus, SubStepStatus
from registration.sub_steps import SUB_STEPS, SubStepName

_OF_EMAIL = frozenset({SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.CREATE_ONBOARDING_USER})


@dataclass(frozen=True)
class SubStepRecord:
    """One of the twelve as our tables have it."""

    status: SubStepStatus
    intended: bool = False
    sent: bool = False
    needs_person: bool = False
    error: str | None = None
    known: Known | None = None


@dataclass(frozen=True)
class RestaurantRecord:
    """One job as our tables have it.

    `peers` are the restaurants of the organisation with its e-mail, itself among them; `repeated` are questions that
    were asked again after they had been answered.
    """

    job_id: UUID
    restaurant_id: UUID
    name: str
    peers: tuple[UUID, ...]
    status: JobStatus
    twelve: Mapping[SubStepName, SubStepRecord]
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """The platform's own count, per restaurant and endpoint."""

    effects: Mapping[tuple[UUID, str], int] = field(default_factory=dict[tuple[UUID, str], int])

    @classmethod
    def of(cls, effects: Iterable[DoneEffect]) -> Self:
        """The count of these effects."""
        counted: Counter[tuple[UUID, str]] = Counter()
        for one in effects:
            counted[one.restaurant_id, one.effect] += one.count
        return cls(counted)

    def count(self, record: RestaurantRecord, name: SubStepName) -> int:
        """How often one of the twelve happened for a restaurant; its account and user are those of its e-mail."""
        concerned = record.peers if name in _OF_EMAIL else (record.restaurant_id,)
        return sum(self.effects.get((one, SUB_STEPS[name].endpoint), 0) for one in concerned)

    def own(self, record: RestaurantRecord, name: SubStepName) -> int:
        """How often one of the twelve was done for this very restaurant."""
        return self.effects.get((record.restaurant_id, SUB_STEPS[name].endpoint), 0)
