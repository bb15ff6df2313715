"""What is known about jobs that wait for their configuration, also of those whose stored data cannot be read."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from registration.accounts.queries import KnownAccount, known_accounts
from registration.configuration.origins import origins
from registration.configuration.preflight import refusals
from registration.configuration.proposals import header_images
from registration.configuration.state import ConfigState, account_of, emails_of, read_config_states
from registration.database.session import Transaction
from registration.database.shared_transaction import Reader
from registration.gates.questions.contexts import ConfigContext, Difference, UnreadableContext
from registration.gates.round_queries import LastRefusal, last_refusals
from registration.gates.rounds import Details
from registration.kit.values import reason_text
from registration.workflow.snapshot import JobView
from registration.workflow.steps import GateName, Step

Found = TypeVar("Found")
_GATE, _NAME = Step.YOLO_CONFIG, GateName.YOLO_CONFIG


def or_unreadable(job: JobView, gate: Step, read: Callable[[], Found]) -> Found | UnreadableContext:
    """What `read` says about the job; only data that breaks a rule makes it unreadable, no other error."""
    try:
        return read()
    except ValueError as error:
        return UnreadableContext(
            job_id=job.id,
            position=job.position,
            visit=job.steps[gate].visit,
            restaurant_name=job.restaurant,
            city=job.city,
            reason=reason_text(error),
        )


async def config_contexts(
    transaction: Transaction, waiting: tuple[JobView, ...]
) -> tuple[ConfigContext | UnreadableContext, ...]:
    """What is known about each waiting job, in their order; seven queries."""
    ids = [job.id for job in waiting]
    refused = await last_refusals(transaction, {job.id: job.steps[_GATE].visit for job in waiting}, _NAME)
    readers = await read_config_states(transaction, ids)
    states = {job.id: or_unreadable(job, _GATE, partial(_proposing, readers[job.id])) for job in waiting}
    configs = [state.proposal.config for state in states.values() if isinstance(state, ConfigState)]
    accounts = await known_accounts(transaction, emails_of(configs))
    return tuple(_context_of(job, states[job.id], accounts, refused.get(job.id)) for job in waiting)


def _proposing(reader: Reader[ConfigState]) -> ConfigState:
    """The state, once there is a proposal from it. Raises ValueError."""
    state = reader()
    _ = state.proposal
    return state


def _context_of(
    job: JobView,
    state: ConfigState | UnreadableContext,
    accounts: Mapping[str, KnownAccount],
    refusal: LastRefusal | None,
) -> ConfigContext | UnreadableContext:
    if isinstance(state, UnreadableContext):
        return state
    return or_unreadable(job, _GATE, partial(_context, job, state, accounts, refusal))


def _context(
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
        entry=state.entry,
        differences=tuple(
            Difference(label=name.replace("_", " "), typed=both.typed, register=both.registered)
            for name, both in inputs.conflicts.items()
        ),
        asked=Details(step.requested_details) if step.requested_details else None,
        refused=refusal.reason if refusal else None,
        typed=refusal.typed if refusal else {},
        changed=refusal.changed if refusal else None,
        origins=origins(state),
    )
