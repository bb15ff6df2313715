"""All that waits in a batch: what is asked about each job, however the others are, and with how few queries."""

from collections.abc import Callable
from typing import Any

import pytest

from registration.gates.cli_answers import answerable_jobs
from registration.gates.decide import decide
from registration.gates.decisions import Channel, GoAhead, SubmittedAnswer
from registration.gates.open_questions import open_questions
from registration.gates.rounds import Question
from tests.registration.at_gate import GATES, AtGate, all_at_company_gate, all_at_config_gate
from tests.registration.tenant import Tenant
from tests.statements import statements

UNREADABLE = ["Decide later", "Leave this restaurant out"]


async def asked(first: AtGate) -> dict[Any, Question]:
    """The questions of a batch by job."""
    tenant = first.tenant
    found = await open_questions(tenant.database, tenant.organisation_id, first.batch_id)
    return {one.question.job_id: one.question for one in found}


async def test_a_restaurant_that_cannot_be_read_closes_no_gate(tenant: Tenant) -> None:
    """It is asked about too, with the reason; it can be left out, and the other one is asked about as usual."""
    bad, good = await all_at_config_gate(tenant, {"cuisine": ["Thai", None]}, {})
    questions = await asked(bad)
    assert [choice.label for choice in questions[bad.job_id].choices] == UNREADABLE
    assert questions[bad.job_id].preset == UNREADABLE[0]
    evidence = questions[bad.job_id].evidence.replace("\\", "")
    assert evidence == "**Its data cannot be read:** restaurant: cuisine.1: Input should be a valid string"
    assert questions[bad.job_id].title == (await bad.restaurant())["name"]
    assert questions[good.job_id].preset == "Go ahead as proposed"


async def test_a_search_of_another_version_closes_no_gate(tenant: Tenant) -> None:
    """Nor does any other stored JSON that is not what this version writes."""
    bad, good = await all_at_company_gate(tenant, {}, {})
    await bad.query(
        "update companies_office_search_candidates set source_errors = '{}' where registration_job_id = :job"
    )
    questions = await asked(bad)
    assert [choice.label for choice in questions[bad.job_id].choices] == UNREADABLE
    assert "search" in questions[bad.job_id].evidence
    assert "Search again…" in [choice.label for choice in questions[good.job_id].choices]


async def test_an_answer_about_what_cannot_be_read_is_refused(tenant: Tenant) -> None:
    """A form may have been open when it broke; leaving it out needs nothing of it."""
    [waiting] = await all_at_config_gate(tenant, {"cuisine": ["Thai", None]})
    values = {"job_id": waiting.job_id, "gate": GATES[waiting.step], "visit": 1, "answer": GoAhead()}
    given = SubmittedAnswer.model_validate({**values, "decided_by": "Mere", "channel": Channel.CLI})
    verdict = await decide(tenant.database, tenant.organisation_id, given)
    assert str(verdict.reason).startswith("its data cannot be read: restaurant: cuisine.1")
    found = await answerable_jobs(tenant.database, tenant.organisation_id, waiting.batch_id)
    assert [(one.job_id, one.proposed) for one in found] == [(waiting.job_id, None)]


@pytest.mark.parametrize("at_gate", [all_at_company_gate, all_at_config_gate])
@pytest.mark.parametrize("ask", [open_questions, answerable_jobs])
async def test_twenty_jobs_take_as_many_queries_as_two(
    tenant: Tenant, at_gate: Callable[..., Any], ask: Callable[..., Any]
) -> None:
    """The questions of a gate are read together, whoever waits; one query is about the organisation's features."""
    counts: list[int] = []
    for how_many in (2, 20):
        first, *_ = await at_gate(tenant, *[{} for _ in range(how_many)])
        with statements() as sent:
            found = await ask(tenant.database, tenant.organisation_id, first.batch_id)
        assert len(found) == how_many
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8
