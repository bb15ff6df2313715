"""`registration start`: makes a batch, or takes an existing one, and starts the flow that works on it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from registration.cli.desk import AsJson, Desk, Organisation, open_desk, person
from registration.cli.exit_codes import DONE
from registration.cli.importing import print_imported, read_csv, take_in
from registration.cli.platform import check_platform
from registration.cli.printing import output, print_json, remarks
from registration.door import lease_of
from registration.errors import Refused, RegistrationError
from registration.models.batch import MOST_RESTAURANTS, Batch, BatchOptions, NewBatch
from registration.splitting import open_batches
from registration.store.batches import read_batch
from registration.store.finding import Kind

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

_Flag = Parameter(negative="")


@dataclass(frozen=True)
class Started:
    """A batch and the flow run that works on it; `already` says that it was worked on before."""

    batch_id: UUID
    name: str
    flow_run_id: UUID | None
    flow_run: str | None
    url: str | None
    already: bool


@app.default
async def start(
    *,
    restaurants: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    csv: Path | None = None,
    batch: str | None = None,
    name: str | None = None,
    max_parallel: int | None = None,
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
    options = BatchOptions(name=name, max_parallel=_positive(max_parallel), confirm_queries=confirm_queries)
    if sum(given is not None for given in (restaurants, csv, batch)) != 1:
        raise Refused("say what to start: one of --restaurants ID,…, --csv FILE and --batch ID")
    if batch is not None and (options != BatchOptions() or split):
        raise Refused("--name, --max-parallel, --confirm-queries and --split are for new batches, not with --batch")
    async with open_desk(organisation) as desk:
        if batch is not None:
            batch_ids: tuple[UUID, ...] = (await desk.batch_id(batch),)
        else:
            await check_platform()
            chosen = await _chosen(desk, restaurants, csv, split=split, quiet=as_json)
            _check_size(len(chosen), split=split)
            new = NewBatch(restaurant_ids=chosen, created_by=person(), options=options)
            batch_ids = await open_batches(desk.database, desk.organisation_id, new)
        started = [await _start(desk, batch_id) for batch_id in batch_ids]
        if as_json:
            print_json([asdict(one) for one in started])
        else:
            _print(started)
        return await _wait(desk, batch_ids) if wait else DONE


def _positive(max_parallel: int | None) -> int | None:
    if max_parallel is not None and max_parallel < 1:
        raise Refused("--max-parallel is at least 1")
    return max_parallel


def _check_size(count: int, *, split: bool) -> None:
    if count > MOST_RESTAURANTS and not split:
        raise Refused(
            f"these are {count} restaurants, a batch has at most {MOST_RESTAURANTS}: "
            "say --split to make several batches, or name fewer"
        )


async def _chosen(
    desk: Desk, restaurants: list[str] | None, csv: Path | None, *, split: bool, quiet: bool
) -> tuple[UUID, ...]:
    if csv is None:
        typed = [one for part in restaurants or () for one in part.split(",") if one.strip()]
        return tuple([(await desk.find(one, Kind.RESTAURANT))[1] for one in typed])
    read = read_csv(csv, skip_invalid=False)
    _check_size(len(read.rows), split=split)
    imported = await take_in(desk, read)
    if not quiet:
        print_imported(imported)
    return tuple(one.id for one in imported if one.id is not None)


async def _start(desk: Desk, batch_id: UUID) -> Started:
    lease = await lease_of(desk.database, desk.organisation_id, batch_id)
    async with desk.database.transaction(desk.organisation_id) as connection:
        batch = await read_batch(connection, desk.organisation_id, batch_id)
    with remarks().status("Starting the flow …"):
        # Prefect's client takes seconds to import: what is wrong with the input is said before.
        from registration.cli.prefect_runs import run_url, start_run

        if lease.live:
            url = run_url(lease.flow_run_id) if lease.flow_run_id else None
            return Started(batch_id, batch.name, lease.flow_run_id, None, url, already=True)
        try:
            run = await start_run(desk.organisation_id, batch_id, batch.name)
        except RegistrationError as error:
            raise type(error)(_not_started(batch, error)) from error
    return Started(batch_id, batch.name, run.id, run.name, run.url, already=False)


def _not_started(batch: Batch, error: RegistrationError) -> str:
    return (
        f"{batch.name} ({batch.id}) is in the database, but its flow was not started: {error.message}; "
        f"then go on with `registration start --batch {batch.id}`"
    )


def _print(started: list[Started]) -> None:
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


async def _wait(desk: Desk, batch_ids: tuple[UUID, ...]) -> int:
    from registration.cli.watch import watch_until

    return max([await watch_until(desk, batch_id, when_waiting=True) for batch_id in batch_ids])
