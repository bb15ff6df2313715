"""What can be answered at the company gate, each by a restaurant of its own in one batch."""

import pytest
import pytest_asyncio

from registration.gates.decide import decide
from registration.gates.decisions import Channel, EnterByHand, GivenAnswer, ManualCompany
from registration.workflow.steps import GateName
from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.stage import Opened, Stage

pytestmark = pytest.mark.slow

LEAVE_OUT = "Leave this restaurant out"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def answered(stage: Stage) -> tuple[Opened, list[Form]]:
    """A batch that was answered round by round until nothing was asked any more, and the forms that it showed."""
    batch = await stage.batch(4)
    again, by_hand, no_match, left_out = batch.names
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
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
    stage: Stage, answered: tuple[Opened, list[Form]]
) -> None:
    """The names of the fields end in the visit, so it fits no new question, and leaves no decision."""
    batch, [first, details, *_] = answered
    again, *_ = batch.names
    assert (first.restaurants[again][-3:], details.restaurants[again][-3:]) == ("_v1", "_v2")
    decisions = [one for one in await stage.records.decisions(batch.batch_id) if one["restaurant"] == again]
    assert [one["answer"]["kind"] for one in decisions] == ["search_again", "search_again", "company", "leave_out"]


async def test_search_again_searches_with_what_was_typed(stage: Stage, answered: tuple[Opened, list[Form]]) -> None:
    """The candidates of the second search replace the first ones, and its first one was chosen."""
    batch, [first, *_, found] = answered
    again, _, no_match, _ = batch.names
    assert found.choices(again)[0] == first.choices(no_match)[0] != first.choices(again)[0]
    searches = await stage.records.query(
        """
        select visit, search_queries ->> 'street' as street, status from companies_office_search_candidates
        where registration_job_id = %(job)s order by visit
        """,
        job=(await stage.records.jobs(batch.batch_id))[again]["id"],
    )
    assert [(one["visit"], one["status"]) for one in searches] == [(1, "awaiting_selection"), (2, "selected")]
    assert [bool(one["street"]) for one in searches] == [True, False]


async def test_a_refused_answer_is_shown_again_with_its_reason(
    stage: Stage, answered: tuple[Opened, list[Form]]
) -> None:
    """Only the answer that breaks the rule is asked again; it is kept as refused."""
    batch, [_, _, refused, _] = answered
    _, by_hand, *_ = batch.names
    assert "Your last answer was not taken:" in refused.evidence(by_hand)
    kept = [one for one in await stage.records.decisions(batch.batch_id) if not one["accepted"]]
    assert [(one["restaurant"], "Contact name" in one["refused_reason"]) for one in kept] == [(by_hand, True)]


async def test_what_was_entered_by_hand_is_on_the_restaurant(stage: Stage, answered: tuple[Opened, list[Form]]) -> None:
    """Step 4 is skipped, and says why."""
    batch, _ = answered
    _, by_hand, no_match, left_out = batch.names
    [saved] = await stage.records.query(
        "select contact_name, company_name, gst_number from restaurants where id = %(id)s",
        id=(await stage.records.jobs(batch.batch_id))[by_hand]["restaurant_id"],
    )
    assert saved == {"contact_name": "Aroha Ngata", "company_name": "Kai Holdings", "gst_number": "123-456-789"}
    reasons = {
        one: (step["status"], step["result_data"]["skipped"])
        for one in (by_hand, no_match, left_out)
        for step in [(await stage.records.steps(batch.batch_id, one))[4]]
    }
    assert reasons == {
        by_hand: ("skipped", "entered by hand"),
        no_match: ("skipped", "no match"),
        left_out: ("skipped", "left out"),
    }


async def test_queries_are_confirmed_before_the_first_search(stage: Stage) -> None:
    """With the batch's option the gate asks for the query first, and nothing was searched until then."""
    batch = await stage.batch(2, confirm_queries=True)
    name, by_hand = batch.names
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    first = await batch.gates.form(COMPANY, *batch.names)
    assert first.preset(name) == "Search with the details below"
    assert "No match" not in first.choices(name)
    assert (await stage.records.steps(batch.batch_id, name))[2]["status"] == "pending"
    await enter_by_hand(stage, batch, by_hand)
    await batch.gates.answer(first, {name: first.preset(name)})
    found = await batch.gates.form(COMPANY, name)
    assert found.restaurants[name].endswith("_v2")
    assert found.preset(name).startswith(name.upper())
    await batch.gates.answer(found, {name: LEAVE_OUT})
    await batch.gates.answer_each(CONFIG, {by_hand: LEAVE_OUT})
    assert (await run.ended()).message.endswith(": 2 skipped")
    assert (await stage.records.steps(batch.batch_id, by_hand))[2]["result_data"] == {"skipped": "entered by hand"}


async def enter_by_hand(stage: Stage, batch: Opened, restaurant: str) -> None:
    """Answer the first question with details at once, as only the command line can."""
    answer = EnterByHand(details=ManualCompany(contact_name="Aroha Ngata"))
    job = (await stage.records.jobs(batch.batch_id))[restaurant]["id"]
    values = {"job_id": job, "gate": GateName.COMPANY_SELECTION, "visit": 1, "answer": answer}
    given = GivenAnswer.model_validate({**values, "decided_by": "Tama Reid", "channel": Channel.CLI})
    assert (await decide(stage.database, batch.organisation_id, given)).accepted
