"""Item tags that contradict the menu wait for a person, and nothing is sent before."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from registration.batches.pending_queries import pending_actions
from registration.errors import Refused
from registration.gates.decide import decide
from registration.gates.decisions import Channel, Verdict
from registration.gates.form_answers import read_answers
from registration.gates.item_tags import TagsDecision, decide_tags, open_tags_question, tags_contexts
from registration.gates.questions.contexts import TagsContext
from registration.gates.questions.item_tags import LEAVE_OUT_TAGS, SET_TAGS, tags_question
from registration.gates.round_queries import insert_round
from registration.gates.rounds import Question, Round
from registration.workflow.snapshot import JobView, waits_for
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GateName
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from registration.workflow.transition_queries import Attribution
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import REGISTRATION, AtStep6, at_step_6

TAGS = SubStepName.ITEM_TAGS
MERE = Attribution("Mere", "the owner says so")


@pytest_asyncio.fixture
async def kai(tenant: Tenant) -> AsyncGenerator[AtStep6]:
    """A registered restaurant whose menu was imported; its tags are next."""
    async with at_step_6(tenant, f"{uuid4().hex[:8]}@example.nz") as (one,):
        await one.change_config("{menu,selected_menu_id}", f'"{one.menu_id}"')
        await one.query("update registration_jobs set status = 'in_progress' where id = :job")
        await one.query(
            "update registration_job_steps set status = case step_number when 6 then 'in_progress' else 'completed' end"
            " where job_id = :job"
        )
        await one.is_now(SubStepName.UPLOAD_IMAGES, "skipped")
        for name in (SubStepName.CLOUDWAITRESS_ACCOUNT, REGISTRATION, SubStepName.MENU_IMPORT):
            await one.run(name)
        yield one


async def _menu_says(kai: AtStep6, tenant: Tenant, *tags: str, name: str = "Brownie") -> None:
    """One more dish with these tags."""
    dish = "insert into menu_items (menu_id, name, tags) values (:menu, :name, :tags)"
    await tenant.everything.execute(text(dish), {"menu": kai.menu_id, "name": name, "tags": list(tags)})


async def _view(kai: AtStep6) -> JobView:
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        return (await read_snapshot(transaction, kai.job.batch_id)).jobs[kai.job.job_id]


async def _decide(kai: AtStep6, decision: TagsDecision) -> str:
    decided = await decide_tags(kai.database, kai.job.organisation_id, kai.job.job_id, decision, MERE)
    assert decided.live
    return decided.status


async def _question(kai: AtStep6) -> Question:
    """The question as the form of the next round shows it."""
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        view = (await read_snapshot(transaction, kai.job.batch_id)).jobs[kai.job.job_id]
        [context] = await tags_contexts(transaction, (view,))
    assert isinstance(context, TagsContext)
    return tags_question(context)


async def _answer(kai: AtStep6, question: Question, label: str, by: str = "Hemi") -> Verdict:
    """The answer of a submitted form, in a round that is stored."""
    shown = Round(gate=GateName.ITEM_TAGS, questions=(question,))
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        round_ = await insert_round(transaction, kai.job.batch_id, uuid4(), shown)
    return await _submit(kai, shown, label, round_.id, by)


async def _submit(kai: AtStep6, shown: Round, label: str, round_id: UUID, by: str = "Hemi") -> Verdict:
    [question] = shown.questions
    raw = {"decided_by": by, question.field: label, question.details_field: {"why": "the owner says so"}}
    [submitted] = read_answers(shown, raw, round_id).answers
    return await decide(kai.database, kai.job.organisation_id, submitted)


async def _decisions(kai: AtStep6) -> list[tuple[str, str, int, bool]]:
    rows = await kai.query("select * from registration_decisions where job_id = :job order by decided_at")
    return [(row["decided_by"], row["source"], row["visit"], row["accepted"]) for row in rows]


async def _sent(kai: AtStep6) -> int:
    return await kai.done(SUB_STEPS[TAGS].endpoint)


async def test_the_tags_of_a_menu_without_contradictions_are_set(kai: AtStep6, tenant: Tenant) -> None:
    """Nobody is asked."""
    await _menu_says(kai, tenant, "Nut Free", "Vegan")
    assert (await kai.run(TAGS)).is_completed()
    assert await _sent(kai) == 1


async def test_a_contradiction_waits_for_a_person(kai: AtStep6, tenant: Tenant) -> None:
    """The question names the dish and the words; a second run sends nothing either."""
    await _menu_says(kai, tenant, "contains nuts")
    for _ in range(2):
        assert (await kai.run(TAGS)).name == "NeedsPerson"
    assert await _sent(kai) == 0
    row, view = await kai.row(TAGS), await _view(kai)
    assert (row["status"], row["needs_person"], row["sent_at"]) == ("pending", True, None)
    assert "“Brownie” would be tagged Nut Free, but the menu says “contains nuts”" in row["error_message"]
    assert (view.status, waits_for(view)) == ("action_required", "a person to decide about item tags")
    key = (kai.database, kai.job.organisation_id, kai.job.job_id)
    assert [one.dish for one in (await open_tags_question(*key))[1]] == ["Brownie"]
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        [action] = await pending_actions(transaction)
    assert (action.what, action.is_gate, action.is_unknown_effect) == ("item tags", False, False)


async def test_tags_that_are_left_out_are_no_failure(kai: AtStep6, tenant: Tenant) -> None:
    """The sub-step is skipped with who and why, and the job goes on."""
    await _menu_says(kai, tenant, "contains nuts")
    await kai.run(TAGS)
    assert await _decide(kai, TagsDecision.LEAVE_OUT) == "skipped"
    assert (await kai.row(TAGS))["skip_reason"] == "left out by Mere: the owner says so"
    assert (await _view(kai)).status == "in_progress"
    assert (await kai.run(TAGS)).name == "AlreadyDone"
    assert await _sent(kai) == 0


async def test_an_approval_holds_for_what_was_asked(kai: AtStep6, tenant: Tenant) -> None:
    """A dish that was added since is asked about, with the others."""
    await _menu_says(kai, tenant, "contains nuts")
    await kai.run(TAGS)
    assert await _decide(kai, TagsDecision.SET) == "pending"
    await _menu_says(kai, tenant, "contains nuts", name="Cake")
    assert (await kai.run(TAGS)).name == "NeedsPerson"
    await _decide(kai, TagsDecision.SET)
    assert (await kai.run(TAGS)).is_completed()
    assert await _sent(kai) == 1
    events = await kai.query("select actor, reason from registration_events where what = 'itemTags approved'")
    assert [(event["actor"], event["reason"]) for event in events] == [(MERE.actor, MERE.reason)] * 2


async def test_the_form_leaves_tags_out(kai: AtStep6, tenant: Tenant) -> None:
    """With who and why; a form that is read once more, after a crash, says nothing new."""
    await _menu_says(kai, tenant, "contains nuts")
    await kai.run(TAGS)
    shown = Round(gate=GateName.ITEM_TAGS, questions=(await _question(kai),))
    async with kai.database.transaction(kai.job.organisation_id) as transaction:
        round_ = await insert_round(transaction, kai.job.batch_id, uuid4(), shown)
    for _ in range(2):
        assert (await _submit(kai, shown, LEAVE_OUT_TAGS, round_.id)).accepted
    assert (await kai.row(TAGS))["skip_reason"] == "left out by Hemi: the owner says so"
    assert await _decisions(kai) == [("Hemi", "prefect", 1, True)]


async def test_the_first_answer_wins(kai: AtStep6, tenant: Tenant) -> None:
    """The answer of the form comes too late and is recorded as refused; the command line's has its effect."""
    await _menu_says(kai, tenant, "contains nuts")
    await kai.run(TAGS)
    question = await _question(kai)
    await _decide(kai, TagsDecision.LEAVE_OUT)
    late = await _answer(kai, question, SET_TAGS)
    assert (late.accepted, late.code) == (False, "ALREADY_DECIDED")
    assert "already decided by Mere (cli)" in (late.reason or "")
    assert await _decisions(kai) == [("Mere", "cli", 1, True), ("Hemi", "prefect", 1, False)]
    assert (await kai.row(TAGS))["status"] == "skipped"
    with pytest.raises(Refused, match="already decided by Mere"):
        await _decide(kai, TagsDecision.SET)


async def test_an_old_form_answers_no_new_question(kai: AtStep6, tenant: Tenant) -> None:
    """Neither one that was asked since, nor one whose dishes changed while the form was open."""
    await _menu_says(kai, tenant, "contains nuts")
    await kai.run(TAGS)
    first = await _question(kai)
    await _menu_says(kai, tenant, "contains nuts", name="Cake")
    await kai.run(TAGS)
    changed = await _answer(kai, first, SET_TAGS)
    assert (changed.accepted, changed.code) == (False, "PROPOSAL_CHANGED")
    second = await _question(kai)
    assert "other dishes are asked about now" in second.evidence
    assert second.prefilled == {"why": "the owner says so"}
    assert (await _answer(kai, second, SET_TAGS)).accepted
    await _menu_says(kai, tenant, "contains nuts", name="Tart")
    assert (await kai.run(TAGS)).name == "NeedsPerson"
    assert (await _question(kai)).field != second.field
    assert (await _answer(kai, second, LEAVE_OUT_TAGS, by="Mere")).code == "ALREADY_DECIDED"
    assert (await kai.row(TAGS))["needs_person"]


async def test_a_signed_in_person_may_repeat_the_answer(kai: AtStep6, tenant: Tenant) -> None:
    """The reply may have been lost; another answer, or another person, is refused."""
    await _menu_says(kai, tenant, "contains nuts")
    await kai.run(TAGS)
    key = (kai.database, kai.job.organisation_id, kai.job.job_id)
    for _ in range(2):
        decided = await decide_tags(*key, TagsDecision.LEAVE_OUT, MERE, Channel.API)
        assert decided.status == "skipped"
    for decision, person in ((TagsDecision.SET, MERE), (TagsDecision.LEAVE_OUT, Attribution("Hemi", MERE.reason))):
        with pytest.raises(Refused, match="already decided by Mere"):
            await decide_tags(*key, decision, person, Channel.API)


async def test_a_request_that_was_sent_is_reconciled_first(kai: AtStep6, tenant: Tenant) -> None:
    """Whatever the menu says now: nobody is asked before a request whose outcome is not known."""
    await _menu_says(kai, tenant, "contains nuts")
    await kai.query(
        "update registration_sub_steps set status = 'in_progress', sent_at = clock_timestamp() - interval '1 hour'"
        " where job_id = :job and name = 'itemTags'"
    )
    await kai.run(TAGS)
    row = await kai.row(TAGS)
    assert (row["status"], row["asked"]) == ("unknown", None)


async def test_nothing_is_decided_where_nothing_is_asked(kai: AtStep6) -> None:
    """Not before the question, and not twice."""
    with pytest.raises(Refused, match="no question is open"):
        await _decide(kai, TagsDecision.SET)
