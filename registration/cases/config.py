"""What is known about jobs that wait for their configuration."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.cases.state import read_config_state
from registration.models.decisions import GateName
from registration.models.rounds import Details
from registration.preflight import refusals
from registration.proposals import header_images, propose
from registration.questions.cases import ConfigCase
from registration.questions.config_evidence import Difference
from registration.steps import Step
from registration.store.credentials import read_credential
from registration.store.decisions import LastRefusal, last_refusals
from registration.store.jobs import StepOutcomes, read_step_outcomes
from registration.store.snapshot import JobView


async def config_cases(
    connection: AsyncConnection, organisation_id: UUID, waiting: tuple[JobView, ...]
) -> tuple[ConfigCase, ...]:
    """What is known about each waiting job, in their order."""
    ids = [job.id for job in waiting]
    refused = await last_refusals(connection, organisation_id, ids, GateName.YOLO_CONFIG)
    outcomes = await read_step_outcomes(connection, organisation_id, ids)
    return tuple(
        [await _case(connection, organisation_id, job, refused.get(job.id), outcomes[job.id]) for job in waiting]
    )


async def _case(
    connection: AsyncConnection,
    organisation_id: UUID,
    job: JobView,
    refusal: LastRefusal | None,
    outcomes: StepOutcomes,
) -> ConfigCase:
    state = await read_config_state(connection, organisation_id, job.id)
    restaurant, step = state.restaurant, job.steps[Step.YOLO_CONFIG]
    proposal = propose(restaurant, state.newest_menu, *state.layers)
    email = proposal.config.account.email
    credential = await read_credential(connection, organisation_id, email.lower()) if email else None
    return ConfigCase(
        job_id=job.id,
        position=job.position,
        visit=step.visit,
        restaurant_name=restaurant.name,
        city=restaurant.city,
        proposal=proposal,
        menus=state.menus,
        header_images=header_images(restaurant),
        refusals=refusals(proposal.config, await state.facts(connection, proposal.config)),
        extraction_error=outcomes.extraction_error,
        has_account=credential is not None and credential.account_state == "completed",
        company_name=restaurant.company_name,
        company_number=restaurant.company_number,
        differences=tuple(
            Difference(label=name.replace("_", " "), typed=both["restaurant"], register=both["register"])
            for name, both in outcomes.conflicts.items()
        ),
        asked=Details(step.asked) if step.asked else None,
        refused=refusal.reason if refusal else None,
        typed=refusal.typed if refusal else {},
        changed=refusal.changed if refusal else None,
    )
