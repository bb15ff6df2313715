"""The values that are compared: jobs in our tables, and the platform's effects, records and requests (pure)."""

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
    """One of the twelve sub-steps in our tables."""

    status: SubStepStatus
    intended: bool = False
    sent: bool = False
    needs_person: bool = False
    error: str | None = None
    known: Assurance | None = None


@dataclass(frozen=True)
class RestaurantRecord:
    """One job in our tables.

    `peers` are the organisation's restaurants with its e-mail, including itself; `repeated` are questions that were
    asked again after their answer; `recorded` are the sub-steps for which the platform's own tables record a success;
    `decided` holds, per effect, the moments at which a person resolved or reopened it.
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
    """The platform's own count of effects, its log of requests per restaurant and endpoint, and the ids of restaurants
    in the ordering system.
    """

    effects: Mapping[tuple[UUID, str], int] = field(default_factory=dict[tuple[UUID, str], int])
    requests: Mapping[tuple[UUID, str], tuple[Sending, ...]] = field(
        default_factory=dict[tuple[UUID, str], tuple[Sending, ...]]
    )
    made: Mapping[UUID, str] = field(default_factory=dict[UUID, str])

    @classmethod
    def of(cls, effects: Iterable[DoneEffect], sendings: Iterable[Sending] = ()) -> Self:
        """Done with these effects, and these requests in the order of arrival."""
        counted: Counter[tuple[UUID, str]] = Counter()
        made: dict[UUID, str] = {}
        for effect in effects:
            counted[effect.restaurant_id, effect.effect] += effect.count
            if effect.made is not None:
                made[effect.restaurant_id] = effect.made
        requests: defaultdict[tuple[UUID, str], list[Sending]] = defaultdict(list)
        for sending in sorted(sendings, key=lambda one: one.arrived_at):
            requests[sending.restaurant_id, sending.endpoint].append(sending)
        return cls(counted, {key: tuple(arrived) for key, arrived in requests.items()}, made)

    def count(self, record: RestaurantRecord, name: SubStepName) -> int:
        """Count of a sub-step's effect for a restaurant; account and user count for the whole e-mail."""
        concerned = record.peers if name in _OF_EMAIL else (record.restaurant_id,)
        return sum(self.effects.get((restaurant_id, SUB_STEPS[name].endpoint), 0) for restaurant_id in concerned)

    def own(self, record: RestaurantRecord, name: SubStepName) -> int:
        """Count of a sub-step's effect for this restaurant alone."""
        return self.effects.get((record.restaurant_id, SUB_STEPS[name].endpoint), 0)

    def sent(self, record: RestaurantRecord, endpoint: str) -> tuple[Sending, ...]:
        """The requests to an endpoint for this restaurant alone since its job was opened."""
        arrived = self.requests.get((record.restaurant_id, endpoint), ())
        return tuple(
            request for request in arrived if record.opened_at is None or request.arrived_at >= record.opened_at
        )
