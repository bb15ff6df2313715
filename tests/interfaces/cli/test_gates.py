"""`registration gates`: what waits for people."""

from uuid import UUID

from interfaces.cli.commands.gates import ago
from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.states import SubStepStatus
from registration.workflow.step_queries import arrive_at
from registration.workflow.steps import Step
from registration.workflow.transition_queries import move_sub_step
from tests.interfaces.cli.at_terminal import at_terminal
from tests.interfaces.cli.conftest import HEADER, Commands
from tests.interfaces.cli.gates import at_company_gate


async def _another_batch(registration: Commands) -> UUID:
    """One restaurant of another batch waits at gate 3 as well."""
    said = await registration("import", registration.file("more.csv", HEADER + "Tex,,,\n"), "--json")
    restaurant = UUID(said.json["restaurants"][0]["id"])
    new = NewBatch(restaurant_ids=(restaurant,), created_by="Mere", options=BatchOptions(name="Tuesday"))
    batch_id = await open_batch(registration.database, registration.organisation_id, new)
    [job] = await registration.query("select id from registration_jobs where batch_job_id = :batch", batch=batch_id)
    async with registration.database.transaction(registration.organisation_id) as connection:
        await arrive_at(connection, registration.organisation_id, job["id"], Step.COMPANY_SELECTION)
    return batch_id


async def test_who_waits_longest_comes_first(registration: Commands) -> None:
    """Per batch and gate: how many, since when, and how to answer; exit code 3."""
    first = await at_company_gate(registration, None, None, None, None)
    second = await _another_batch(registration)
    await registration.query(
        "update registration_job_steps set arrived_at = arrived_at - interval '26 hours' where job_id = :job",
        job=first.jobs[1],
    )
    said = await registration("gates", "--json")
    assert said.code == 3
    assert [(one["batch_id"], one["what"], one["count"]) for one in said.json] == [
        (str(first.batch_id), "company-selection", 4),
        (str(second), "company-selection", 1),
    ]
    assert said.json[0]["restaurants"][0] == "Kai 2"
    assert said.json[0]["seconds"] > 26 * 3600
    page = (await registration("gates")).out
    assert "(1 d 2 h)" in page
    assert "and 1 more" in page
    assert f"registration answer {str(second)[:8]}" in page


async def test_a_narrow_terminal_breaks_no_words(registration: Commands) -> None:
    """The command can be copied."""
    batch = await at_company_gate(registration, None)
    async with at_terminal("gates") as reading:
        await reading.until(f"registration answer {str(batch.batch_id)[:8]}")
        assert await reading.ended() == 3
    assert "company-selection: 1 since " in reading.said
    assert max(map(len, reading.said.splitlines())) <= 80


async def test_effects_that_only_a_person_can_settle_are_among_them(registration: Commands) -> None:
    """They are not answered at a gate: the batch is shown, then `registration resolve`."""
    batch = await at_company_gate(registration, None)
    await registration(
        "answer", batch.batch_id, "--file", registration.file("a.csv", "restaurant,answer\nKai 1,no_match\n")
    )
    async with registration.database.transaction(registration.organisation_id) as connection:
        for status in (SubStepStatus.IN_PROGRESS, SubStepStatus.UNKNOWN):
            key = (connection, registration.organisation_id, batch.jobs[0], "menuImport", status)
            await move_sub_step(*key)
    await registration.query("update registration_sub_steps set needs_person = true where name = 'menuImport'")
    said = await registration("gates", "--json")
    assert [(one["what"], one["answer_with"].split()[1]) for one in said.json] == [("unknown effect", "show")]


async def test_nothing_waits_is_exit_code_0(registration: Commands) -> None:
    """Also where another organisation's batch waits."""
    batch = await at_company_gate(registration, "1000001")
    await registration("answer", batch.batch_id, "--accept-recommended")
    said = await registration("gates")
    assert (said.code, said.out) == (0, "nothing waits for anybody\n")
    assert (await registration("gates", "--json")).json == []


async def test_another_organisation_sees_nothing(registration: Commands) -> None:
    """Row-level security, like everywhere."""
    await at_company_gate(registration, None)
    assert (await registration("gates", "--organisation", UUID(int=7))).code == 0


def test_times_are_told_in_their_two_largest_units() -> None:
    """Days and hours, hours and minutes."""
    assert [ago(seconds) for seconds in (3, 60, 3660, 90000, 86400)] == [
        "just now",
        "1 min",
        "1 h 1 min",
        "1 d 1 h",
        "1 d",
    ]
