"""`registration start`: makes a batch, or takes an existing one, and starts the flow that works on it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console

from registration.batches import batch_options
from registration.cli.desk import AsJson, Desk, Organisation, open_desk, person
from registration.cli.exit_codes import DONE
from registration.cli.importing import print_imported, read_csv, take_in
from registration.cli.platform import check_platform
from registration.cli.printing import output, print_json, remarks
from registration.cli.standing import standing, uninterrupted
from registration.cli.starting import print_started, start_flows
from registration.csv_import import CsvImport
from registration.errors import Refused
from registration.imports import Imported
from registration.models.batch import MOST_RESTAURANTS, BatchOptions, NewBatch
from registration.splitting import open_batches
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
    async with open_desk(organisation) as desk:
        batch_ids = await _batches(desk, asked, quiet=as_json)
        started = await start_flows(desk, batch_ids)
        if as_json:
            print_json([asdict(one) for one in started])
        else:
            print_started(started)
        return await _wait(desk, batch_ids, remarks() if as_json else output()) if wait else DONE


async def _batches(desk: Desk, asked: Asked, *, quiet: bool) -> tuple[UUID, ...]:
    """The batch that was named, or new ones: in the database first, so that bad input is said at once."""
    if asked.batch is not None:
        return (await desk.batch_id(asked.batch),)
    await check_platform()
    chosen = await _imported(desk, asked, asked.csv, quiet=quiet) if asked.csv else await _named(desk, asked)
    asked.check_size(len(chosen))
    new = NewBatch(restaurant_ids=chosen, created_by=person(), options=asked.options)
    return await uninterrupted(_opened(desk, new))


async def _opened(desk: Desk, new: NewBatch) -> tuple[UUID, ...]:
    standing.now("batches may have been made, none was started: `registration batches` shows them")
    batch_ids = await open_batches(desk.database, desk.organisation_id, new)
    again = ", ".join(f"`registration start --batch {one}`" for one in batch_ids)
    standing.now(f"the batches are there, none was started: {again}")
    return batch_ids


async def _named(desk: Desk, asked: Asked) -> tuple[UUID, ...]:
    typed = [one for part in asked.restaurants or () for one in part.split(",") if one.strip()]
    return tuple([(await desk.find(one, Kind.RESTAURANT))[1] for one in typed])


async def _imported(desk: Desk, asked: Asked, csv: Path, *, quiet: bool) -> tuple[UUID, ...]:
    read = read_csv(csv, skip_invalid=False)
    asked.check_size(len(read.rows))
    imported = await uninterrupted(_taken_in(desk, read))
    if not quiet:
        print_imported(imported)
    return tuple(one.id for one in imported if one.id is not None)


async def _taken_in(desk: Desk, read: CsvImport) -> tuple[Imported, ...]:
    standing.now(f"the restaurants are imported all or none, no batch was made{_IMPORTED}")
    imported = await take_in(desk, read)
    standing.now(f"{len(imported)} restaurants are imported, no batch was made{_IMPORTED}")
    return imported


async def _wait(desk: Desk, batch_ids: tuple[UUID, ...], console: Console) -> int:
    from registration.cli.watch import watch_until

    return max([await watch_until(desk, batch_id, console, when_waiting=True) for batch_id in batch_ids])
