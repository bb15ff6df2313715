"""The question within step 6: a person decides about tags of the platform that contradict a restaurant's menu."""

from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State

from flows.gate.rounds import Gate, run_gate
from registration.gates.item_tags import tags_contexts
from registration.gates.questions.comparison import compare_tags
from registration.gates.questions.item_tags import tags_question
from registration.workflow.steps import GateName

GATE = Gate(GateName.ITEM_TAGS, "Item Tags", tags_contexts, tags_question, compare_tags)


@flow(
    name=GateName.ITEM_TAGS.value,
    flow_run_name="Item tags",
    description="A person decides about item tags that contradict the menu; started by register-batch only.",
    retries=0,
    persist_result=False,
)
async def item_tags(organisation_id: UUID, batch_id: UUID) -> State[None]:
    """Ask about the item tags of one batch, round after round; started once the first restaurant has the question."""
    return await run_gate(GATE)
