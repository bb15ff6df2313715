"""An answer in the terminal starts a run for a batch without a process, if the batch was ever started."""

import pytest

from tests.interfaces.cli.conftest import Commands, Runs
from tests.interfaces.cli.waiting_batches import WaitingBatch, batch_at_company_gate

pytestmark = pytest.mark.slow


async def _batch_without_process(registration: Commands) -> WaitingBatch:
    """A batch that its process left to people."""
    batch = await batch_at_company_gate(registration, "1000001", None)
    await registration.query("update registration_batch_jobs set started_at = clock_timestamp()")
    return batch


async def test_an_answer_starts_a_batch_that_was_left(registration: Commands, runs: Runs) -> None:
    """The JSON names the new run."""
    batch = await _batch_without_process(registration)
    result = await registration("answer", batch.batch_id, "--accept-recommended", "--json")
    [run] = await runs.all()
    assert result.code == 0, result.err
    assert result.json["started"]["flow_run_id"] == str(run.id)
    assert run.parameters["batch_id"] == str(batch.batch_id)


async def test_the_output_names_the_new_run(registration: Commands, runs: Runs) -> None:
    """With the number of accepted answers and the address of the run."""
    batch = await _batch_without_process(registration)
    result = await registration("answer", batch.batch_id, "--accept-recommended")
    [run] = await runs.all()
    assert "1 accepted, 0 refused" in result.out
    assert f"/runs/flow-run/{run.id}" in result.out.replace("\n", "")


async def test_a_refused_answer_starts_nothing(registration: Commands, runs: Runs) -> None:
    """No decision was accepted."""
    batch = await _batch_without_process(registration)
    wrong = '[{"restaurant": "Kai 1", "answer": {"kind": "company", "company_number": "77"}}]'
    result = await registration("answer", batch.batch_id, "--file", registration.file("a.json", wrong))
    assert result.code == 1
    assert await runs.all() == []
