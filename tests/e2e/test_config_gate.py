"""The configuration gate in the Prefect UI, and the artifacts of its batch."""

from uuid import UUID

import pytest

from dev.prefect_ui.operator import Operator
from dev.stack.fixtures import Next
from registration.gates.questions.config import CHANGE, GO_AHEAD, GO_AHEAD_WITH_DETAILS
from tests.e2e.installation import BY, Installation, StartedBatch
from tests.e2e.waiting_gates import CONFIGURATION, look_away, open_gate

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_after_a_killed_process_one_of_two_is_changed_and_both_are_set_up(
    operator: Operator, installation: Installation
) -> None:
    """The form of the killed process is refused, and a new form asks the questions again.

    The details of the changed restaurant are asked in a section; the artifacts show the outcome of both.
    """
    batch = await installation.start("One changed", 2, Next.CONFIGURATION)
    plain, changed = batch.titles
    run_id = await _taken_over_while_its_form_is_open(operator, installation, batch)

    form = await open_gate(operator, installation, batch, CONFIGURATION, "2 waiting")
    assert (await form.titles())[:2] == ["Decided by", "For all restaurants"]
    assert [await form.chosen(title) for title in batch.titles] == [GO_AHEAD, GO_AHEAD]
    await form.write("Decided by", BY)
    await form.choose(changed, CHANGE)
    assert await form.submit() is None

    form = await open_gate(operator, installation, batch, CONFIGURATION, "1 waiting")
    assert await form.chosen(changed) == GO_AHEAD_WITH_DETAILS
    await form.write("Decided by", BY)
    section = form.section(f"{changed}: details")
    await section.write("Contact name", "Hana Brown")
    await section.choose("Theme", "Dark")
    assert await form.submit() is None

    await look_away(operator)
    run = await installation.wait_for_end(run_id)
    assert run.state is not None
    assert (run.state.name, run.state.message) == ("Completed", f"{batch.name}: 2 completed")
    await operator.open_artifact(run.id, "table")
    for title in batch.titles:
        row = operator.page.locator("tr", has_text=title.split(" (")[0])
        assert "completed" in await row.inner_text()
        assert "12/12" in await row.inner_text()
    jobs = await installation.records.jobs(batch.id)
    assert [job["status"] for job in jobs.values()] == ["completed", "completed"]
    configs = [jobs[title.split(" (")[0]]["execution_config"] for title in (plain, changed)]
    assert [config["website"]["theme"] for config in configs] == ["light", "dark"]
    assert configs[1]["onboarding"]["user_name"] == "Hana Brown"


async def _taken_over_while_its_form_is_open(
    operator: Operator, installation: Installation, batch: StartedBatch
) -> UUID:
    """Kill the process of an open form, which is then refused; return the run that takes over."""
    old = await open_gate(operator, installation, batch, CONFIGURATION)
    await old.write("Decided by", BY)
    await installation.kill(batch.run_id)
    await installation.wait_for_lease_end(batch.id)
    again = await installation.run(batch.id)

    # The gate that is paused now is the new run's.
    await installation.wait_for_other_gate(batch.id, operator.page.url.rsplit("/", 1)[-1])
    assert await old.submit() == "Cannot resume a flow run that is not paused."
    assert await installation.records.decisions(batch.id) == []
    return again
