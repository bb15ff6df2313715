"""What is known about jobs that wait for their configuration, also of those whose stored data cannot be read."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.accounts.queries import KnownAccount, known_accounts
from registration.configuration.preflight import refusals
from registration.configuration.proposals import header_images
from registration.configuration.state import ConfigState, account_of, emails_of, read_config_states
from registration.database.shared_transaction import Reader
from registration.gates.questions.cases import ConfigContext, Difference, UnreadableCase
from registration.gates.round_queries import LastRefusal, last_refusals
from registration.gates.rounds import Details
from registration.kit.values import why
from registration.workflow.snapshot import JobView
from registration.workflow.steps import GateName, Step

Found = TypeVar("Found")


def or_unreadable(job: JobView, gate: Step, read: Callable[[], Found]) -> Found | UnreadableCase:
    """What `read` says about the job; only data that breaks a rule makes it unreadable, no other error."""
    try:
        return read()
    except ValueError as error:
        return UnreadableCase(
            job_id=job.id,
            position=job.position,
            visit=job.steps[gate].visit,
            restaurant_name=job.restaurant,
            city=job.city,
            reason=why(error),
        )


_GATE = Step.YOLO_CONFIG


async def config_cases(
    connection: AsyncConnection, organisation_id: UUID, waiting: tuple[JobView, ...]
) -> tuple[ConfigContext | UnreadableCase, ...]:
    """What is known about each waiting job, in their order; six queries."""
    ids = [job.id for job in waiting]
    refused = await last_refusals(connection, organisation_id, ids, GateName.YOLO_CONFIG)
    readers = await read_config_states(connection, organisation_id, ids)
    states = {job.id: or_unreadable(job, _GATE, partial(_proposing, readers[job.id])) for job in waiting}
    configs = [state.proposal.config for state in states.values() if isinstance(state, ConfigState)]
    accounts = await known_accounts(connection, organisation_id, emails_of(configs))
    return tuple(_case_of(job, states[job.id], accounts, refused.get(job.id)) for job in waiting)


def _proposing(reader: Reader[ConfigState]) -> ConfigState:
    """The state, once there is a proposal from it. Raises ValueError."""
    state = reader()
    _ = state.proposal
    return state


def _case_of(
    job: JobView,
    state: ConfigState | UnreadableCase,
    accounts: Mapping[str, KnownAccount],
    refusal: LastRefusal | None,
) -> ConfigContext | UnreadableCase:
    if isinstance(state, UnreadableCase):
        return state
    return or_unreadable(job, _GATE, partial(_case, job, state, accounts, refusal))


def _case(
    job: JobView, state: ConfigState, accounts: Mapping[str, KnownAccount], refusal: LastRefusal | None
) -> ConfigContext:
    restaurant, inputs, step = state.restaurant, state.inputs, job.steps[_GATE]
    config = state.proposal.config
    account = account_of(config, accounts)
    return ConfigContext(
        job_id=job.id,
        position=job.position,
        visit=step.visit,
        restaurant_name=restaurant.name,
        city=restaurant.city,
        proposal=state.proposal,
        menus=inputs.menus,
        header_images=header_images(restaurant),
        refusals=refusals(config, state.facts_with(config, accounts)),
        extraction_error=inputs.extraction_error,
        has_account=account is not None and account.state == "completed",
        company_name=restaurant.company_name,
        company_number=restaurant.company_number,
        differences=tuple(
            Difference(label=name.replace("_", " "), typed=both.typed, register=both.registered)
            for name, both in inputs.conflicts.items()
        ),
        asked=Details(step.asked) if step.asked else None,
        refused=refusal.reason if refusal else None,
        typed=refusal.typed if refusal else {},
        changed=refusal.changed if refusal else None,
    )
