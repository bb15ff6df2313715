"""The gate of step 5: a person confirms or changes the account configuration of each restaurant."""

from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State

from flows.gate.rounds import Gate, run_gate
from registration.gates.config_contexts import config_contexts
from registration.gates.questions.comparison import compare_configs
from registration.gates.questions.config import config_question
from registration.workflow.steps import STEPS, GateName, Step

GATE = Gate(GateName.YOLO_CONFIG, STEPS[Step.YOLO_CONFIG].name, config_contexts, config_question, compare_configs)


@flow(
    name=GateName.YOLO_CONFIG.value,
    flow_run_name="Yolo config",
    description="A person confirms or changes each restaurant's configuration; started by register-batch only.",
    retries=0,
    persist_result=False,
)
async def yolo_config(organisation_id: UUID, batch_id: UUID) -> State[None]:
    """Ask for the configurations of one batch, round after round."""
    return await run_gate(GATE)
