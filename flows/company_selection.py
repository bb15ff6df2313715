"""The gate of step 3: a person picks the right company for each restaurant, or none."""

from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State

from flows.gate.rounds import Gate, run_gate
from registration.gates.company_contexts import company_contexts
from registration.gates.questions.company import company_question
from registration.gates.questions.comparison import compare_companies
from registration.workflow.steps import STEPS, GateName, Step

GATE = Gate(
    GateName.COMPANY_SELECTION,
    STEPS[Step.COMPANY_SELECTION].name,
    company_contexts,
    company_question,
    compare_companies,
)


@flow(
    name=GateName.COMPANY_SELECTION.value,
    flow_run_name="Company selection",
    description="A person picks the company behind each restaurant; started by register-batch only.",
    retries=0,
    persist_result=False,
)
async def company_selection(organisation_id: UUID, batch_id: UUID) -> State[None]:
    """Ask for the companies of one batch, round after round."""
    return await run_gate(GATE)
