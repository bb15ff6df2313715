"""Starting the flow that works on a batch, and saying where it can be watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from registration.cli.desk import Desk
from registration.cli.printing import output, remarks
from registration.cli.standing import standing
from registration.errors import MisconfiguredInstallation, RegistrationError, TransientError
from registration.store.batches import lease_of, read_batch


@dataclass(frozen=True)
class Started:
    """A batch and the flow run that works on it; `already` says that it was worked on before."""

    batch_id: UUID
    name: str
    flow_run_id: UUID | None
    flow_run: str | None
    url: str | None
    already: bool


async def start_flows(desk: Desk, batch_ids: Sequence[UUID]) -> list[Started]:
    """Start the flow of each batch, unless a process works on it already.

    Raises RegistrationError that names every batch whose flow was not started, and how to go on with it.
    """
    started: list[Started] = []
    with remarks().status("Starting …"):
        for batch_id in batch_ids:
            standing.now(_standing(batch_ids, len(started)))
            try:
                started.append(await _start(desk, batch_id))
            except (TransientError, MisconfiguredInstallation) as error:
                raise type(error)(_not_started(batch_ids[len(started) :], error)) from error
        standing.now(f"the batches were started: {', '.join(map(str, batch_ids))}")
    return started


async def _start(desk: Desk, batch_id: UUID) -> Started:
    lease = await lease_of(desk.database, desk.organisation_id, batch_id)
    async with desk.database.transaction(desk.organisation_id) as connection:
        batch = await read_batch(connection, desk.organisation_id, batch_id)
    # Prefect's client takes seconds to import: what is wrong with the input is said before.
    from registration.cli.prefect_runs import run_url, start_run

    if lease.live:
        url = run_url(lease.flow_run_id) if lease.flow_run_id else None
        return Started(batch_id, batch.name, lease.flow_run_id, None, url, already=True)
    run = await start_run(desk.organisation_id, batch_id, batch.name)
    return Started(batch_id, batch.name, run.id, run.name, run.url, already=False)


def _not_started(batch_ids: Sequence[UUID], error: RegistrationError) -> str:
    how = " and ".join(f"`registration start --batch {batch_id}`" for batch_id in batch_ids)
    return f"{error.message}; what was asked for is in the database, but no flow works on it yet: go on with {how}"


def _standing(batch_ids: Sequence[UUID], started: int) -> str:
    """What an interrupted program says meanwhile."""
    left = ", ".join(map(str, batch_ids[started:]))
    said = f"the batches stay: {started} of {len(batch_ids)} started"
    return f"{said}; it is safe to say `registration start --batch ID` for each other one: {left}"


def print_started(started: list[Started]) -> None:
    """Where each batch is, who works on it, and how to watch it."""
    console = output()
    for one in started:
        console.print(f"\nbatch     {one.batch_id}  {one.name}", markup=False, soft_wrap=True)
        if one.already:
            console.print(f"flow run  {one.flow_run_id} works on it and picks up by itself what is new", soft_wrap=True)
        else:
            console.print(f"flow run  {one.flow_run}", markup=False, soft_wrap=True)
        if one.url:
            console.print(f"watch     {one.url}", soft_wrap=True)
        console.print(f"          registration watch {str(one.batch_id)[:8]}")
