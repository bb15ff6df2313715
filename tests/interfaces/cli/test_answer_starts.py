"""An answer in the terminal starts a batch that nobody works on, if it was ever begun."""

import pytest

from tests.interfaces.cli.conftest import Commands, Runs
from tests.interfaces.cli.gates import Waiting, at_company_gate

pytestmark = pytest.mark.slow


async def _left(registration: Commands) -> Waiting:
    """A batch whose process left it to people."""
    batch = await at_company_gate(registration, "1000001", None)
    await registration.query("update registration_batch_jobs set started_at = clock_timestamp()")
    return batch


async def test_an_answer_starts_a_batch_that_was_left(registration: Commands, runs: Runs) -> None:
    """Which run goes on is told."""
    batch = await _left(registration)
    said = await registration("answer", batch.batch_id, "--accept-recommended", "--json")
    [run] = await runs.all()
    assert said.code == 0, said.err
    assert said.json["started"]["flow_run_id"] == str(run.id)
    assert run.parameters["batch_id"] == str(batch.batch_id)


async def test_people_are_told_who_goes_on(registration: Commands, runs: Runs) -> None:
    """With what counts, and where to watch."""
    batch = await _left(registration)
    said = await registration("answer", batch.batch_id, "--accept-recommended")
    [run] = await runs.all()
    assert "1 accepted, 0 refused" in said.out
    assert f"/runs/flow-run/{run.id}" in said.out.replace("\n", "")


async def test_an_answer_that_does_not_count_starts_nothing(registration: Commands, runs: Runs) -> None:
    """Nobody decided anything."""
    batch = await _left(registration)
    wrong = '[{"restaurant": "Kai 1", "answer": {"kind": "company", "company_number": "77"}}]'
    said = await registration("answer", batch.batch_id, "--file", registration.file("a.json", wrong))
    assert said.code == 1
    assert await runs.all() == []
