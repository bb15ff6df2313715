"""`registration watch`: its display and its exit codes."""

import asyncio
from io import StringIO
from uuid import UUID

import pytest
from prefect.settings import PREFECT_UI_URL, temporary_settings
from rich.console import Console

from interfaces.cli.rendering.live import batch_table
from registration.states import JobStatus
from registration.workflow.lease import Lease
from registration.workflow.skips import StepSkip
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import skip_steps
from registration.workflow.steps import Step
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import batch_at_company_gate, open_new_batch
from tests.waiting import HANG


async def _view(registration: Commands, batch_id: UUID) -> BatchView:
    async with registration.database.transaction(registration.organisation_id) as transaction:
        return await read_snapshot(transaction, batch_id)


async def _leave_out(registration: Commands, job_id: UUID) -> None:
    async with registration.database.transaction(registration.organisation_id) as transaction:
        await skip_steps(transaction, job_id, tuple(Step), "Mere", StepSkip.LEFT_OUT)


@pytest.mark.parametrize("width", [80, 160])
async def test_the_table_fits_its_terminal(registration: Commands, width: int) -> None:
    """One row per restaurant, also at 80 columns and with names that look like markup."""
    batch = await batch_at_company_gate(registration, None, None)
    await registration.query("update restaurants set name = 'Kai [bold] ' || repeat('x', 60) where name = 'Kai 2'")
    console = Console(width=width, record=True, force_terminal=True, file=StringIO())
    console.print(batch_table(await _view(registration, batch.batch_id), "Monday"))
    lines = console.export_text().rstrip().split("\n")
    assert lines[0].startswith("Monday  33 % · 0 of 2 ended · 2 waiting for you")
    assert [line[:5] for line in lines[2:4]] == ["Kai 1", "Kai ["]
    assert all("✓✓?··" in line and "···· ······ · ·  0/12" in line and "waits:" in line for line in lines[2:4])
    assert len(lines) == 5
    assert max(map(len, lines)) <= width


async def test_a_low_terminal_shows_open_restaurants_first(registration: Commands) -> None:
    """And the number of hidden restaurants."""
    batch = await open_new_batch(registration, 9)
    await registration.query("update registration_jobs set status = 'completed' where position < 8")
    console = Console(width=80, record=True, file=StringIO())
    console.print(batch_table(await _view(registration, batch.batch_id), "Monday", most=4))
    rows = [line.split("  ")[0] for line in console.export_text().split("\n")[2:6]]
    assert rows == ["Kai 1", "Kai 8", "Kai 9", "… and 6 more"]


async def test_waiting_for_people_only_is_exit_code_3(registration: Commands) -> None:
    """With --exit-when-waiting."""
    batch = await batch_at_company_gate(registration, None)
    result = await registration("watch", batch.batch_id, "--exit-when-waiting")
    assert result.code == 3
    assert "Kai 1: waits: Company Selection" in result.out


async def test_the_address_of_the_run_is_printed(registration: Commands) -> None:
    """Once; a batch without a run has no address."""
    batch = await batch_at_company_gate(registration, None)
    with temporary_settings({PREFECT_UI_URL: "http://here"}):
        assert "http" not in (await registration("watch", batch.batch_id, "--exit-when-waiting")).out
        run = UUID(int=3)
        await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, run, 60)
        result = await registration("watch", batch.batch_id, "--exit-when-waiting")
    assert result.out.splitlines()[0] == f"Monday: http://here/runs/flow-run/{run}"


async def test_watching_ends_with_the_batch(registration: Commands) -> None:
    """After the last restaurant has ended; a restaurant that a person left out is no failure."""
    batch = await batch_at_company_gate(registration, None)
    watching = asyncio.create_task(registration("watch", batch.batch_id))
    await asyncio.sleep(0)
    await _leave_out(registration, batch.jobs[0])
    result = await asyncio.wait_for(watching, HANG)
    assert result.code == 0
    assert "Kai 1: skipped" in result.out


@pytest.mark.parametrize("status, code", [(JobStatus.COMPLETED, 0), (JobStatus.FAILED, 1), (JobStatus.CANCELLED, 1)])
async def test_the_outcome_is_the_exit_code(registration: Commands, status: JobStatus, code: int) -> None:
    """0 if no restaurant failed, else 1."""
    batch = await open_new_batch(registration, 1)
    await registration.query("update registration_jobs set status = :status", status=status)
    assert (await registration("watch", batch.batch_id)).code == code


async def test_a_halted_batch_has_failed(registration: Commands) -> None:
    """The command ends, because nothing goes on automatically."""
    batch = await batch_at_company_gate(registration, None)
    await registration.query("update registration_batch_jobs set stopped_reason = 'too many failed'")
    assert (await registration("watch", batch.batch_id)).code == 1


async def test_work_in_progress_is_waited_for(registration: Commands) -> None:
    """A restaurant that waits at a gate while its extraction runs does not end the command."""
    batch = await batch_at_company_gate(registration, None)
    await registration.query("update registration_job_steps set status = 'in_progress' where step_number = 1")
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, UUID(int=1), 60)
    assert isinstance(lease, Lease)
    watching = asyncio.create_task(registration("watch", batch.batch_id, "--exit-when-waiting"))
    done, _ = await asyncio.wait({watching}, timeout=2)
    assert not done
    await registration.query("update registration_job_steps set status = 'completed' where step_number = 1")
    assert (await asyncio.wait_for(watching, HANG)).code == 3
