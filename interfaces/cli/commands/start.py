"""`registration start`: opens a batch, or takes an existing one, and starts a run for it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console

from interfaces.cli.commands.import_ import print_imported, read_csv, take_in
from interfaces.cli.output import output, print_json, remarks
from interfaces.cli.process.interrupted import standing, uninterrupted
from interfaces.cli.process.streams import DONE
from interfaces.cli.session import AsJson, CommandContext, Organisation, check_platform, open_context, person
from registration.batches.models import MOST_RESTAURANTS, BatchOptions, NewBatch
from registration.batches.opening import batch_options, open_batches
from registration.batches.queries import lease_of, read_batch
from registration.effects.account_waiting_queries import Freed
from registration.errors import MisconfiguredInstallation, Refused, RegistrationError, TransientError
from registration.restaurants.csv_import import CsvImport
from registration.restaurants.importing import Imported
from registration.workflow.lookup_queries import Kind


@dataclass(frozen=True)
class Started:
    """A batch and the flow run that works on it; `already` says that it was worked on before."""

    batch_id: UUID
    name: str
    flow_run_id: UUID | None
    flow_run: str | None
    url: str | None
    already: bool


async def start_flows(context: CommandContext, batch_ids: Sequence[UUID]) -> list[Started]:
    """Start the flow of each batch, unless a process works on it already.

    Raises RegistrationError that names every batch whose flow was not started, and how to go on with it.
    """
    started: list[Started] = []
    with remarks().status("Starting …"):
        for batch_id in batch_ids:
            standing.now(_standing(batch_ids, len(started)))
            try:
                started.append(await _start(context, batch_id))
            except (TransientError, MisconfiguredInstallation) as error:
                raise type(error)(_not_started(batch_ids[len(started) :], error)) from error
        standing.now(f"the batches were started: {', '.join(map(str, batch_ids))}")
    return started


async def _start(context: CommandContext, batch_id: UUID) -> Started:
    lease = await lease_of(context.database, context.organisation_id, batch_id)
    async with context.database.transaction(context.organisation_id) as connection:
        batch = await read_batch(connection, context.organisation_id, batch_id)
    # Prefect's client takes seconds to import: what is wrong with the input is said before.
    from tasks.batch_runs import run_url, start_run

    if lease.live:
        url = run_url(lease.flow_run_id) if lease.flow_run_id else None
        return Started(batch_id, batch.name, lease.flow_run_id, None, url, already=True)
    run = await start_run(context.organisation_id, batch_id, batch.name)
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


@dataclass(frozen=True)
class GoingOn:
    """A batch for which something was written; `started` is None if a process works on it, which sees it by itself."""

    batch_id: UUID
    started: Started | None


async def go_on(context: CommandContext, batch_id: UUID, *, live: bool) -> Started | None:
    """Start a run unless one is `live`, which sees within a second what was written.

    Raises RegistrationError, with how to go on, if the Prefect server cannot be reached: what was written stays.
    """
    return None if live else (await start_flows(context, (batch_id,)))[0]


async def all_go_on(context: CommandContext, batches: Iterable[Freed]) -> list[GoingOn]:
    """Start the batches that nobody works on, all at once; what happened to each batch."""
    told = list(batches)
    waiting = [one.batch_id for one in told if not one.live]
    started = {one.batch_id: one for one in await start_flows(context, waiting)} if waiting else {}
    return [GoingOn(one.batch_id, started.get(one.batch_id)) for one in told]


def going_on_document(started: Started | None, *, live: bool = True) -> dict[str, Any]:
    """Who goes on, for programs; `live`: without anything started, whether somebody works on it."""
    return {"worked_on": started.already if started else live, "started": asdict(started) if started else None}


def print_going_on(started: Started | None) -> None:
    """Who goes on, for people."""
    if started is None:
        output().print("the running flow picks it up by itself")
    else:
        print_started([started])


def print_freed(freed: Iterable[GoingOn]) -> None:
    """Other batches in which somebody goes on because of it."""
    for one in freed:
        output().print(f"\nbatch {one.batch_id}, in which a restaurant waited for the same account, goes on too:")
        print_going_on(one.started)


app = App(
    "start",
    help_epilogue="""
Examples:
  registration start --csv restaurants.csv            import, then register
  registration start --csv all.csv --split            batches of at most 50
  registration start --restaurants 1a2b3c4d,5e6f7a8b --name "November"
  registration start --batch 9c8b7a6d --wait          do what is not done

Then `registration watch BATCH`, and answer the gates in the Prefect UI or with
`registration answer`.
""",
    help_format="plaintext",
)

_IMPORTED = "; what is imported again is known again"
_Flag = Parameter(negative="")


@dataclass(frozen=True)
class Asked:
    """What is to be started: exactly one of restaurants, a file and a batch; `options` are for new batches."""

    restaurants: list[str] | None
    csv: Path | None
    batch: str | None
    options: BatchOptions
    split: bool

    def check(self) -> None:
        """Raises Refused for what does not fit together."""
        if sum(given is not None for given in (self.restaurants, self.csv, self.batch)) != 1:
            raise Refused("say what to start: one of --restaurants ID,…, --csv FILE and --batch ID")
        if self.batch is not None and (self.options != BatchOptions() or self.split):
            raise Refused("--name, --max-parallel, --confirm-queries and --split are for new batches, not with --batch")

    def check_size(self, count: int) -> None:
        """Raises Refused for more restaurants than one batch may have, unless they are to be split."""
        if count > MOST_RESTAURANTS and not self.split:
            raise Refused(
                f"these are {count} restaurants, a batch has at most {MOST_RESTAURANTS}: "
                "say --split to make several batches, or name fewer"
            )


@app.default
async def start(
    *,
    restaurants: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    csv: Path | None = None,
    batch: str | None = None,
    name: str | None = None,
    max_parallel: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    confirm_queries: Annotated[bool, _Flag] = False,
    split: Annotated[bool, _Flag] = False,
    wait: Annotated[bool, _Flag] = False,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Start a batch: of restaurants, of a CSV file (imported first), or go on with an existing one.

    Args:
        restaurants: Their ids, separated by commas.
        csv: A file as for `registration import`; nothing starts if any row is bad.
        batch: Go on with this batch.
        name: What the new batch is called. Default: Batch DATE (N restaurants).
        max_parallel: How many restaurants are set up at once. Default: no limit.
        confirm_queries: Confirm name, street and city before the first search of the companies register.
        split: Make several batches if there are more than 50 restaurants.
        wait: Stay until the batch has ended (exit code 0, or 1 if something failed) or waits for a person only (3).
        organisation: Whose restaurants. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    options = batch_options(name=name, max_parallel=max_parallel, confirm_queries=confirm_queries)
    asked = Asked(restaurants, csv, batch, options, split)
    asked.check()
    async with open_context(organisation) as context:
        batch_ids = await _batches(context, asked, quiet=as_json)
        started = await start_flows(context, batch_ids)
        if as_json:
            print_json([asdict(one) for one in started])
        else:
            print_started(started)
        return await _wait(context, batch_ids, remarks() if as_json else output()) if wait else DONE


async def _batches(context: CommandContext, asked: Asked, *, quiet: bool) -> tuple[UUID, ...]:
    """The batch that was named, or new ones: in the database first, so that bad input is said at once."""
    if asked.batch is not None:
        return (await context.batch_id(asked.batch),)
    await check_platform()
    chosen = await _imported(context, asked, asked.csv, quiet=quiet) if asked.csv else await _named(context, asked)
    asked.check_size(len(chosen))
    new = NewBatch(restaurant_ids=chosen, created_by=person(), options=asked.options)
    return await uninterrupted(_opened(context, new))


async def _opened(context: CommandContext, new: NewBatch) -> tuple[UUID, ...]:
    standing.now("batches may have been made, none was started: `registration batches` shows them")
    batch_ids = await open_batches(context.database, context.organisation_id, new)
    again = ", ".join(f"`registration start --batch {one}`" for one in batch_ids)
    standing.now(f"the batches are there, none was started: {again}")
    return batch_ids


async def _named(context: CommandContext, asked: Asked) -> tuple[UUID, ...]:
    typed = [one for part in asked.restaurants or () for one in part.split(",") if one.strip()]
    return tuple([(await context.find(one, Kind.RESTAURANT))[1] for one in typed])


async def _imported(context: CommandContext, asked: Asked, csv: Path, *, quiet: bool) -> tuple[UUID, ...]:
    read = read_csv(csv, skip_invalid=False)
    asked.check_size(len(read.rows))
    imported = await uninterrupted(_taken_in(context, read))
    if not quiet:
        print_imported(imported)
    return tuple(one.id for one in imported if one.id is not None)


async def _taken_in(context: CommandContext, read: CsvImport) -> tuple[Imported, ...]:
    standing.now(f"the restaurants are imported all or none, no batch was made{_IMPORTED}")
    imported = await take_in(context, read)
    standing.now(f"{len(imported)} restaurants are imported, no batch was made{_IMPORTED}")
    return imported


async def _wait(context: CommandContext, batch_ids: tuple[UUID, ...], console: Console) -> int:
    from interfaces.cli.commands.watch import watch_until

    return max([await watch_until(context, batch_id, console, when_waiting=True) for batch_id in batch_ids])
