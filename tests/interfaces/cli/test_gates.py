"""`registration gates`: what waits for people."""

from uuid import UUID

from interfaces.cli.commands.gates import ago
from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.states import SubStepStatus
from registration.workflow.step_queries import arrive_at
from registration.workflow.steps import Step
from registration.workflow.transition_queries import move_sub_step
from tests.interfaces.cli.conftest import HEADER, Commands
from tests.interfaces.cli.pseudo_terminal import run_at_terminal
from tests.interfaces.cli.waiting_batches import batch_at_company_gate


async def _another_batch(registration: Commands) -> UUID:
    """Another batch, whose only restaurant waits at gate 3."""
    result = await registration("import", registration.file("more.csv", HEADER + "Tex,,,\n"), "--json")
    restaurant = UUID(result.json["restaurants"][0]["id"])
    new = NewBatch(restaurant_ids=(restaurant,), created_by="Mere", options=BatchOptions(name="Tuesday"))
    batch_id = await open_batch(registration.database, registration.organisation_id, new)
    [job] = await registration.query("select id from registration_jobs where batch_job_id = :batch", batch=batch_id)
    async with registration.database.transaction(registration.organisation_id) as transaction:
        await arrive_at(transaction, job["id"], Step.COMPANY_SELECTION)
    return batch_id


async def test_the_longest_wait_comes_first(registration: Commands) -> None:
    """Per batch and gate the number, the waiting time and the command; exit code 3."""
    first = await batch_at_company_gate(registration, None, None, None, None)
    second = await _another_batch(registration)
    await registration.query(
        "update registration_job_steps set arrived_at = arrived_at - interval '26 hours' where job_id = :job",
        job=first.jobs[1],
    )
    result = await registration("gates", "--json")
    assert result.code == 3
    assert [(row["batch_id"], row["what"], row["count"]) for row in result.json] == [
        (str(first.batch_id), "company-selection", 4),
        (str(second), "company-selection", 1),
    ]
    assert result.json[0]["restaurants"][0] == "Kai 2"
    assert result.json[0]["seconds"] > 26 * 3600
    page = (await registration("gates")).out
    assert "(1 d 2 h)" in page
    assert "and 1 more" in page
    assert f"registration answer {str(second)[:8]}" in page


async def test_a_narrow_terminal_breaks_no_words(registration: Commands) -> None:
    """The command can be copied."""
    batch = await batch_at_company_gate(registration, None)
    async with run_at_terminal("gates") as reading:
        await reading.wait_for(f"registration answer {str(batch.batch_id)[:8]}")
        assert await reading.exit_code() == 3
    assert "company-selection: 1 since " in reading.output
    assert max(map(len, reading.output.splitlines())) <= 80


async def test_effects_that_need_a_person_are_listed(registration: Commands) -> None:
    """They are not answered at a gate: the named command shows the batch."""
    batch = await batch_at_company_gate(registration, None)
    await registration(
        "answer", batch.batch_id, "--file", registration.file("a.csv", "restaurant,answer\nKai 1,no_match\n")
    )
    async with registration.database.transaction(registration.organisation_id) as transaction:
        for status in (SubStepStatus.IN_PROGRESS, SubStepStatus.UNKNOWN):
            key = (transaction, batch.jobs[0], "menuImport", status)
            await move_sub_step(*key)
    await registration.query("update registration_sub_steps set needs_person = true where name = 'menuImport'")
    result = await registration("gates", "--json")
    assert [(row["what"], row["answer_with"].split()[1]) for row in result.json] == [("unknown effect", "show")]


async def test_nothing_waits_is_exit_code_0(registration: Commands) -> None:
    """Also while another organisation's batch waits."""
    batch = await batch_at_company_gate(registration, "1000001")
    await registration("answer", batch.batch_id, "--accept-recommended")
    result = await registration("gates")
    assert (result.code, result.out) == (0, "nothing waits for a person\n")
    assert (await registration("gates", "--json")).json == []


async def test_another_organisation_sees_nothing(registration: Commands) -> None:
    """By row-level security."""
    await batch_at_company_gate(registration, None)
    assert (await registration("gates", "--organisation", UUID(int=7))).code == 0


def test_durations_have_their_two_largest_units() -> None:
    """Days and hours, hours and minutes."""
    assert [ago(seconds) for seconds in (3, 60, 3660, 90000, 86400)] == [
        "just now",
        "1 min",
        "1 h 1 min",
        "1 d 1 h",
        "1 d",
    ]
