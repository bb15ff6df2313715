"""`registration start`: opens a batch or names an existing one, and starts a flow run for it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console

from interfaces.cli.commands.import_ import import_rows, print_imported, read_csv
from interfaces.cli.commands.start_request import StartRequest, open_with_config, print_configured
from interfaces.cli.output import output, print_json, remarks
from interfaces.cli.process.interrupted import uninterrupted, write_status
from interfaces.cli.process.streams import DONE
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, actor_name, check_platform, open_context
from registration.batches.models import NewBatch
from registration.batches.opening import batch_options, open_batches
from registration.batches.queries import lease_of, read_batch
from registration.effects.account_waiting_queries import Freed
from registration.errors import MisconfiguredInstallation, RegistrationError, TransientError
from registration.restaurants.csv_import import CsvImport
from registration.restaurants.importing import Imported
from registration.workflow.lookup_queries import Kind

app = App(
    "start",
    help_epilogue="""
Examples:
  registration start --csv restaurants.csv            import, then register
  registration start --csv all.csv --split            batches of at most 50
  registration start --restaurants 1a2b3c4d,5e6f7a8b --name "November"
  registration start --batch 9c8b7a6d --wait          go on with a batch
  registration start --restaurant 1a2b3c4d --config kai.json --dry-run
  registration start --restaurant 1a2b3c4d --config kai.json

--config registers one restaurant without gates: its JSON has the sections
account, restaurant, menu, website, payment, onboarding, steps_enabled. What it
leaves out is taken from the restaurant; --dry-run checks it and prints it whole,
so that a file with {} shows what would be registered. The same file again starts
nothing twice.

Then `registration watch BATCH`, and answer the gates in the Prefect UI or with
`registration answer`.
""",
    help_format="plaintext",
)
_IMPORTED = "; it is safe to import the file again"
_Flag = Parameter(negative="")


@dataclass(frozen=True)
class Started:
    """A batch and the flow run that works on it.

    `already` says that the flow run worked on the batch before. `halted` is the reason why the failure threshold halted
    the batch: no flow run starts new work in it until a person continues it.
    """

    batch_id: UUID
    name: str
    flow_run_id: UUID | None
    flow_run: str | None
    url: str | None
    already: bool
    halted: str | None = None


async def start_flows(context: CommandContext, batch_ids: Sequence[UUID]) -> list[Started]:
    """Start a flow run for each batch on which no process works.

    Raises RegistrationError that names every batch without a started run, and the command that starts it.
    """
    started: list[Started] = []
    with remarks().status("Starting …"):
        for batch_id in batch_ids:
            write_status.update(_status_message(batch_ids, len(started)))
            try:
                started.append(await _start(context, batch_id))
            except (TransientError, MisconfiguredInstallation) as error:
                raise type(error)(_not_started(batch_ids[len(started) :], error)) from error
        write_status.update(f"the batches were started: {', '.join(map(str, batch_ids))}")
    return started


async def _start(context: CommandContext, batch_id: UUID) -> Started:
    lease = await lease_of(context.database, context.organisation_id, batch_id)
    async with context.database.transaction(context.organisation_id) as transaction:
        batch = await read_batch(transaction, batch_id)
    # Imported here because Prefect's client takes seconds to import; wrong input is reported before.
    from tasks.batch_runs import run_url, start_run

    if lease.live:
        url = run_url(lease.flow_run_id) if lease.flow_run_id else None
        return Started(batch_id, batch.name, lease.flow_run_id, None, url, already=True)
    run = await start_run(context.organisation_id, batch_id, batch.name, lease.flow_run_id)
    return Started(batch_id, batch.name, run.id, run.name, run.url, already=False)


def _not_started(batch_ids: Sequence[UUID], error: RegistrationError) -> str:
    commands = " and ".join(f"`registration start --batch {batch_id}`" for batch_id in batch_ids)
    return f"{error.message}; the batches are stored, but no flow run works on them yet: go on with {commands}"


def _status_message(batch_ids: Sequence[UUID], started: int) -> str:
    """The message of a program that is interrupted while it starts the batches."""
    not_started = ", ".join(map(str, batch_ids[started:]))
    progress = f"the batches stay: {started} of {len(batch_ids)} started"
    return f"{progress}; it is safe to run `registration start --batch ID` for each other batch: {not_started}"


def print_started(started: list[Started]) -> None:
    """Print each batch with its flow run and the command that watches it, or with the reason why it is halted."""
    console = output()
    for batch in started:
        console.print(f"\nbatch     {batch.batch_id}  {batch.name}", markup=False, soft_wrap=True)
        if batch.halted is not None:
            text = f"{batch.halted}: its open restaurants wait until `registration continue {str(batch.batch_id)[:8]}`"
            console.print(f"halted    {text}", markup=False, soft_wrap=True)
            continue
        if batch.already:
            console.print(f"flow run  {batch.flow_run_id} works on it and reads the changes by itself", soft_wrap=True)
        else:
            console.print(f"flow run  {batch.flow_run}", markup=False, soft_wrap=True)
        if batch.url:
            console.print(f"watch     {batch.url}", soft_wrap=True)
        console.print(f"          registration watch {str(batch.batch_id)[:8]}")


@dataclass(frozen=True)
class ContinuedBatch:
    """A batch with newly written data; `started` is None if a process works on it, which reads the data by itself."""

    batch_id: UUID
    started: Started | None


async def continue_work(context: CommandContext, batch_id: UUID, *, live: bool) -> Started | None:
    """Start a run, unless a live run reads the written data within a second, or the batch is halted.

    Raises RegistrationError, with the next command, if the Prefect server is unreachable; written data stay.
    """
    if (halted := await _halted(context, batch_id)) is not None:
        return halted
    return None if live else (await start_flows(context, (batch_id,)))[0]


async def _halted(context: CommandContext, batch_id: UUID) -> Started | None:
    async with context.database.transaction(context.organisation_id) as transaction:
        batch = await read_batch(transaction, batch_id)
    if not batch.is_halted:
        return None
    return Started(batch_id, batch.name, None, None, None, already=False, halted=batch.halted_reason)


async def continue_all(context: CommandContext, batches: Iterable[Freed]) -> list[ContinuedBatch]:
    """Start a run for each batch without a process, and return the result of each batch."""
    live = {batch.batch_id: batch.live for batch in batches}
    halted = {batch_id: batch for batch_id in live if (batch := await _halted(context, batch_id)) is not None}
    waiting = [batch_id for batch_id in live if not live[batch_id] and batch_id not in halted]
    started = {run.batch_id: run for run in await start_flows(context, waiting)} if waiting else {}
    return [ContinuedBatch(batch_id, (halted | started).get(batch_id)) for batch_id in live]


def continuation_document(started: Started | None, *, live: bool = True) -> dict[str, Any]:
    """The continuation of a batch as JSON; `live` says whether a process works on it if no run was started."""
    if started is not None and started.halted is not None:
        return {"worked_on": False, "started": None, "halted": started.halted}
    return {"worked_on": started.already if started else live, "started": asdict(started) if started else None}


def print_continuation(started: Started | None) -> None:
    """Print what continues the batch: the live run, or the started one."""
    if started is None:
        output().print("the running flow reads it by itself")
    else:
        print_started([started])


def print_freed(freed: Iterable[ContinuedBatch]) -> None:
    """Print the other batches that continue because the shared account is resolved."""
    for batch in freed:
        output().print(f"\nbatch {batch.batch_id}, in which a restaurant waited for the same account, goes on too:")
        print_continuation(batch.started)


@app.default
async def start(
    *,
    restaurants: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    csv: Path | None = None,
    batch: str | None = None,
    restaurant: str | None = None,
    config: Path | None = None,
    dry_run: Annotated[bool, _Flag] = False,
    name: str | None = None,
    max_parallel: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    confirm_queries: Annotated[bool, _Flag] = False,
    split: Annotated[bool, _Flag] = False,
    wait: Annotated[bool, _Flag] = False,
    by: By = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Start a batch of restaurants, of a CSV file, or of one configured restaurant; or go on with an existing batch.

    Args:
        restaurants: The restaurants' ids, separated by commas.
        csv: A file as for `registration import`; nothing starts if any row is invalid.
        batch: Go on with this batch.
        restaurant: The id of one restaurant that is registered with a ready configuration, without gates.
        config: The configuration of that restaurant, a JSON file.
        dry_run: Check the configuration and print it whole; nothing is changed or started.
        name: The name of the new batch. Default: Batch DATE (N restaurants).
        max_parallel: The largest number of restaurants that are set up at once. Default: no limit.
        confirm_queries: Let a person confirm name, street and city before the first search of the register.
        split: Open several batches for more than 50 restaurants.
        wait: Wait until the batch has ended (exit code 0, or 1 if a restaurant failed) or waits for people only (3).
        by: The person who starts a new batch, for the record.
        organisation: The organisation of the restaurants. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    options = batch_options(name=name, max_parallel=max_parallel, confirm_queries=confirm_queries)
    request = StartRequest(restaurants, csv, batch, restaurant, config, options, split, dry_run)
    request.check()
    actor = actor_name(by)
    async with open_context(organisation) as context:
        if request.config is not None:
            await check_platform()
            configured = await open_with_config(context, request, actor)
            if dry_run or not as_json:
                print_configured(configured, dry_run=dry_run)
            if dry_run:
                return DONE
            batch_ids: tuple[UUID, ...] = (configured.batch_id,)
        else:
            batch_ids = await _batches(context, request, actor, quiet=as_json)
        started = await start_flows(context, batch_ids)
        if as_json:
            print_json([asdict(batch_started) for batch_started in started])
        else:
            print_started(started)
        return await _wait(context, batch_ids, remarks() if as_json else output()) if wait else DONE


async def _batches(context: CommandContext, request: StartRequest, actor: str, *, quiet: bool) -> tuple[UUID, ...]:
    """The named batch, or new batches, which are opened before Prefect is imported, so that errors come at once."""
    if request.batch is not None:
        return (await context.batch_id(request.batch),)
    await check_platform()
    chosen = (
        await _imported(context, request, request.csv, quiet=quiet) if request.csv else await _named(context, request)
    )
    request.check_size(len(chosen))
    new = NewBatch(restaurant_ids=chosen, created_by=actor, options=request.options)
    return await uninterrupted(_open_batches(context, new))


async def _open_batches(context: CommandContext, new: NewBatch) -> tuple[UUID, ...]:
    write_status.update("batches may have been opened, none was started: `registration batches` lists them")
    batch_ids = await open_batches(context.database, context.organisation_id, new)
    commands = ", ".join(f"`registration start --batch {batch_id}`" for batch_id in batch_ids)
    write_status.update(f"the batches are opened, none was started: {commands}")
    return batch_ids


async def _named(context: CommandContext, request: StartRequest) -> tuple[UUID, ...]:
    typed = [restaurant for part in request.restaurants or () for restaurant in part.split(",") if restaurant.strip()]
    return tuple([(await context.find(restaurant, Kind.RESTAURANT))[1] for restaurant in typed])


async def _imported(context: CommandContext, request: StartRequest, csv: Path, *, quiet: bool) -> tuple[UUID, ...]:
    file = read_csv(csv, skip_invalid=False)
    request.check_size(len(file.rows))
    imported = await uninterrupted(_import_with_status(context, file))
    if not quiet:
        print_imported(imported)
    return tuple(restaurant.id for restaurant in imported if restaurant.id is not None)


async def _import_with_status(context: CommandContext, file: CsvImport) -> tuple[Imported, ...]:
    write_status.update(f"all restaurants are imported or none, no batch was opened{_IMPORTED}")
    imported = await import_rows(context, file)
    write_status.update(f"{len(imported)} restaurants are imported, no batch was opened{_IMPORTED}")
    return imported


async def _wait(context: CommandContext, batch_ids: tuple[UUID, ...], console: Console) -> int:
    from interfaces.cli.commands.watch import watch_until

    return max([await watch_until(context, batch_id, console, when_waiting=True) for batch_id in batch_ids])
