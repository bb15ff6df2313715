"""All answers at the company gate, each by its own restaurant in one batch."""

import pytest
import pytest_asyncio

from registration.gates.decide import decide
from registration.gates.decisions import Channel, EnterByHand, ManualCompany, SubmittedAnswer
from registration.workflow.steps import GateName
from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.system import OpenedBatch, RunningSystem

pytestmark = pytest.mark.slow

LEAVE_OUT = "Leave this restaurant out"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def answered(system: RunningSystem) -> tuple[OpenedBatch, list[Form]]:
    """A batch that was answered round by round until no question was left, and the forms that it showed."""
    batch = await system.batch(4)
    again, by_hand, no_match, left_out = batch.names
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    first = await batch.gates.form(COMPANY, *batch.names)
    choices = {again: "Search again…", by_hand: "Enter by hand…", no_match: "No match", left_out: LEAVE_OUT}
    await batch.gates.answer(first, choices)

    details = await batch.gates.form(COMPANY, again, by_hand)
    old = await batch.gates.submit(details, first.filled(dict.fromkeys((again, by_hand), "No match")))
    assert old is not None
    assert first.restaurants[again] in old
    query = {again: {"name": first.evidence(no_match).split("**")[1], "street": "", "city": ""}, by_hand: {}}
    presets = {again: "Search with the details below", by_hand: "Use the details below"}
    assert {one: details.preset(one) for one in presets} == presets
    await batch.gates.answer(details, presets, query | {by_hand: {"contact_name": " "}})

    refused = await batch.gates.form(COMPANY, by_hand)
    hers = {"contact_name": "Aroha Ngata", "company_name": "Kai Holdings", "nzbn": "", "gst_number": "123-456-789"}
    await batch.gates.answer(refused, {by_hand: refused.preset(by_hand)}, {by_hand: hers})
    found = await batch.gates.form(COMPANY, again)
    await batch.gates.answer(found, {again: found.choices(again)[0]})
    await batch.gates.answer_each(CONFIG, dict.fromkeys((again, by_hand, no_match), LEAVE_OUT))
    assert (await run.ended()).message.endswith(": 4 skipped")
    return batch, [first, details, refused, found]


async def test_a_form_of_an_earlier_visit_is_refused_by_the_server(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """Field names end in the visit, so the form fits no new question, and no decision is written."""
    batch, [first, details, *_] = answered
    again, *_ = batch.names
    assert (first.restaurants[again][-3:], details.restaurants[again][-3:]) == ("_v1", "_v2")
    decisions = [one for one in await system.records.decisions(batch.batch_id) if one["restaurant"] == again]
    assert [one["answer"]["kind"] for one in decisions] == ["search_again", "search_again", "company", "leave_out"]


async def test_search_again_uses_the_typed_query(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """The candidates of the second search replace the first ones, and the first of them was chosen."""
    batch, [first, *_, found] = answered
    again, _, no_match, _ = batch.names
    assert found.choices(again)[0] == first.choices(no_match)[0] != first.choices(again)[0]
    searches = await system.records.query(
        """
        select visit, search_queries ->> 'street' as street, status from companies_office_search_candidates
        where registration_job_id = %(job)s order by visit
        """,
        job=(await system.records.jobs(batch.batch_id))[again]["id"],
    )
    assert [(one["visit"], one["status"]) for one in searches] == [(1, "awaiting_selection"), (2, "selected")]
    assert [bool(one["street"]) for one in searches] == [True, False]


async def test_a_refused_answer_is_shown_again_with_its_reason(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """Only the invalid answer is asked for again; it is stored as refused."""
    batch, [_, _, refused, _] = answered
    _, by_hand, *_ = batch.names
    assert "Your last answer was not taken:" in refused.evidence(by_hand)
    kept = [one for one in await system.records.decisions(batch.batch_id) if not one["accepted"]]
    assert [(one["restaurant"], "Contact name" in one["refused_reason"]) for one in kept] == [(by_hand, True)]


async def test_details_entered_by_hand_are_saved_on_the_restaurant(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """Step 4 is skipped, with the reason."""
    batch, _ = answered
    _, by_hand, no_match, left_out = batch.names
    [saved] = await system.records.query(
        "select contact_name, company_name, gst_number from restaurants where id = %(id)s",
        id=(await system.records.jobs(batch.batch_id))[by_hand]["restaurant_id"],
    )
    assert saved == {"contact_name": "Aroha Ngata", "company_name": "Kai Holdings", "gst_number": "123-456-789"}
    reasons = {
        one: (step["status"], step["result_data"]["skipped"])
        for one in (by_hand, no_match, left_out)
        for step in [(await system.records.steps(batch.batch_id, one))[4]]
    }
    assert reasons == {
        by_hand: ("skipped", "entered by hand"),
        no_match: ("skipped", "no match"),
        left_out: ("skipped", "left out"),
    }


async def test_queries_are_confirmed_before_the_first_search(system: RunningSystem) -> None:
    """With the batch's option the gate asks for the query first, and no search runs until then."""
    batch = await system.batch(2, confirm_queries=True)
    name, by_hand = batch.names
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    first = await batch.gates.form(COMPANY, *batch.names)
    assert first.preset(name) == "Search with the details below"
    assert "No match" not in first.choices(name)
    assert (await system.records.steps(batch.batch_id, name))[2]["status"] == "pending"
    await enter_by_hand(system, batch, by_hand)
    await batch.gates.answer(first, {name: first.preset(name)})
    found = await batch.gates.form(COMPANY, name)
    assert found.restaurants[name].endswith("_v2")
    assert found.preset(name).startswith(name.upper())
    await batch.gates.answer(found, {name: LEAVE_OUT})
    await batch.gates.answer_each(CONFIG, {by_hand: LEAVE_OUT})
    assert (await run.ended()).message.endswith(": 2 skipped")
    assert (await system.records.steps(batch.batch_id, by_hand))[2]["result_data"] == {"skipped": "entered by hand"}


async def enter_by_hand(system: RunningSystem, batch: OpenedBatch, restaurant: str) -> None:
    """Answer the first question with details at once, which only the command line can do."""
    answer = EnterByHand(details=ManualCompany(contact_name="Aroha Ngata"))
    job = (await system.records.jobs(batch.batch_id))[restaurant]["id"]
    values = {"job_id": job, "gate": GateName.COMPANY_SELECTION, "visit": 1, "answer": answer}
    given = SubmittedAnswer.model_validate({**values, "decided_by": "Tama Reid", "channel": Channel.CLI})
    assert (await decide(system.database, batch.organisation_id, given)).accepted
