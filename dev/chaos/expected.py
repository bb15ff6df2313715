"""What is compared: a job as our tables have it, and what the platform did, recorded and was sent (pure)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from dev.stack.sandbox_control import DoneEffect, Sending
from registration.states import Assurance, JobStatus, SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_OF_EMAIL = frozenset({SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.CREATE_ONBOARDING_USER})


@dataclass(frozen=True)
class SubStepRecord:
    """One of the twelve as our tables have it."""

    status: SubStepStatus
    intended: bool = False
    sent: bool = False
    needs_person: bool = False
    error: str | None = None
    known: Assurance | None = None


@dataclass(frozen=True)
class RestaurantRecord:
    """One job as our tables have it.

    `peers` are the restaurants of the organisation with its e-mail, itself among them; `repeated` are questions that
    were asked again after they had been answered; `recorded` are those of the twelve of which the platform's own tables
    have the record of a success; `decided` are by effect the moments at which a person settled or reopened it.
    """

    job_id: UUID
    restaurant_id: UUID
    name: str
    peers: tuple[UUID, ...]
    status: JobStatus
    twelve: Mapping[SubStepName, SubStepRecord]
    repeated: tuple[str, ...] = ()
    recorded: frozenset[SubStepName] = frozenset()
    decided: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict[str, tuple[datetime, ...]])
    opened_at: datetime | None = None


@dataclass(frozen=True)
class Done:
    """The platform's own count of effects, and its log of requests, each per restaurant and endpoint."""

    effects: Mapping[tuple[UUID, str], int] = field(default_factory=dict[tuple[UUID, str], int])
    requests: Mapping[tuple[UUID, str], tuple[Sending, ...]] = field(
        default_factory=dict[tuple[UUID, str], tuple[Sending, ...]]
    )

    @classmethod
    def of(cls, effects: Iterable[DoneEffect], sendings: Iterable[Sending] = ()) -> Self:
        """The count of these effects, and these requests in the order of their arrival."""
        counted: Counter[tuple[UUID, str]] = Counter()
        for one in effects:
            counted[one.restaurant_id, one.effect] += one.count
        requests: defaultdict[tuple[UUID, str], list[Sending]] = defaultdict(list)
        for sending in sorted(sendings, key=lambda one: one.arrived_at):
            requests[sending.restaurant_id, sending.endpoint].append(sending)
        return cls(counted, {key: tuple(arrived) for key, arrived in requests.items()})

    def count(self, record: RestaurantRecord, name: SubStepName) -> int:
        """How often one of the twelve happened for a restaurant; its account and user are those of its e-mail."""
        concerned = record.peers if name in _OF_EMAIL else (record.restaurant_id,)
        return sum(self.effects.get((one, SUB_STEPS[name].endpoint), 0) for one in concerned)

    def own(self, record: RestaurantRecord, name: SubStepName) -> int:
        """How often one of the twelve was done for this very restaurant."""
        return self.effects.get((record.restaurant_id, SUB_STEPS[name].endpoint), 0)

    def sent(self, record: RestaurantRecord, endpoint: str) -> tuple[Sending, ...]:
        """The requests of an endpoint for this very restaurant since its job was opened."""
        arrived = self.requests.get((record.restaurant_id, endpoint), ())
        return tuple(one for one in arrived if record.opened_at is None or one.arrived_at >= record.opened_at)
