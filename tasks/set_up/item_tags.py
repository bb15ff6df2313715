"""The check before itemTags: tags of the platform that contradict the menu's words about allergens need a person."""

from registration.configuration.allergens import contradictions, name_some
from registration.database.session import Transaction
from registration.effects.item_tags_queries import ask_about_tags, read_dishes, read_question
from registration.effects.queries import lock_effects
from registration.errors import EffectUndecided, PersonMustAct
from registration.states import SubStepStatus
from registration.workflow.step_queries import lock_job, refresh_job_status
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import SYSTEM, Attribution
from tasks.set_up.context import SubStepContext
from tasks.step_runner import write


async def check_tags(setup: SubStepContext) -> None:
    """Compare the tags that the platform would set with the menu.

    Raises EffectUndecided if they contradict each other and no person has approved that: the job waits, and no request
    is sent. Raises PersonMustAct if the sub-step had begun already; a retry asks. A request that was sent before is
    left to the ledger.
    """
    menu_id = setup.menu_id

    async def work(transaction: Transaction) -> PersonMustAct | None:
        await lock_job(transaction, setup.job.job_id)
        await lock_effects(transaction, [setup.job.job_id], SubStepName.ITEM_TAGS)
        question = await read_question(transaction, setup.job.job_id)
        found = contradictions(await read_dishes(transaction, menu_id))
        if not found or question.sent or question.allows(found):
            return None
        message = f"the platform's tags contradict the menu: {name_some(found)}"
        if question.status is not SubStepStatus.PENDING:
            return PersonMustAct(message)
        await ask_about_tags(transaction, setup.job.job_id, found, message)
        await refresh_job_status(transaction, setup.job.job_id, Attribution(SYSTEM.actor, message))
        return EffectUndecided(message, code="ITEM_TAGS_CONTRADICT")

    if (problem := await write(setup.context, work)) is not None:
        raise problem
