"""What `registration start` is asked to start, and a batch of one restaurant with a ready configuration."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from pydantic import JsonValue
from rich.text import Text

from interfaces.cli.output import output, print_json
from interfaces.cli.process.interrupted import uninterrupted, write_status
from interfaces.cli.session import CommandContext
from registration.batches.models import MOST_RESTAURANTS, BatchOptions, NewBatch
from registration.errors import BadFile, Refused
from registration.kit.documents import read_bytes, read_json
from registration.operations.configured import Configured, open_configured
from registration.workflow.lookup_queries import Kind

_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class StartRequest:
    """The arguments of the command: exactly one of restaurants, a file, a batch, and a restaurant with its
    configuration; `options` are for new batches.
    """

    restaurants: list[str] | None
    csv: Path | None
    batch: str | None
    restaurant: str | None
    config: Path | None
    options: BatchOptions
    split: bool
    dry_run: bool

    def check(self) -> None:
        """Raises Refused for options that contradict each other."""
        if sum(value is not None for value in (self.restaurants, self.csv, self.batch, self.restaurant)) != 1:
            raise _wrong(
                "say what to start: one of --restaurants ID,…, --csv FILE and --batch ID, "
                "or --restaurant ID --config FILE"
            )
        if self.batch is not None and (self.options != BatchOptions() or self.split):
            raise _wrong("--name, --max-parallel, --confirm-queries and --split are for new batches, not with --batch")
        if (self.restaurant is None) != (self.config is None):
            raise _wrong("--restaurant ID and --config FILE go together; without a configuration say --restaurants ID")
        if self.dry_run and self.config is None:
            raise _wrong("--dry-run is for --restaurant ID --config FILE")
        named = BatchOptions(name=self.options.name)
        if self.config is not None and (self.split or self.options != named):
            raise _wrong("--max-parallel, --confirm-queries and --split are not for --restaurant")

    def check_size(self, count: int) -> None:
        """Raises Refused for more restaurants than one batch may have, unless `split` is set."""
        if count > MOST_RESTAURANTS and not self.split:
            raise Refused(
                f"these are {count} restaurants, a batch has at most {MOST_RESTAURANTS}: "
                "say --split to open several batches, or name fewer"
            )


def _wrong(message: str) -> Refused:
    return Refused(message, code="INVALID_REQUEST")


async def open_with_config(context: CommandContext, request: StartRequest, actor: str) -> Configured:
    """The batch of one restaurant with its configuration; the same file again finds the same batch."""
    assert request.restaurant is not None
    assert request.config is not None
    given = _read_config(request.config)
    _, restaurant_id = await context.find(request.restaurant, Kind.RESTAURANT)
    new = NewBatch(
        restaurant_ids=(restaurant_id,),
        created_by=actor,
        created_by_run=_run_of(context.organisation_id, restaurant_id, given),
        options=request.options,
    )
    write_status.update("the batch was opened or not, it was not started: it is safe to say the same again")
    return await uninterrupted(
        open_configured(context.database, context.organisation_id, new, given, dry_run=request.dry_run)
    )


def print_configured(configured: Configured, *, dry_run: bool) -> None:
    """Print the configuration of a dry run as JSON; else the restaurant, and whether it was started before."""
    if dry_run:
        print_json(configured.config.model_dump(mode="json"))
        return
    name, job = configured.restaurant, str(configured.job_id)[:8]
    if not configured.already:
        output().print(Text(f"{name} is registered with this configuration; job {job}"), soft_wrap=True)
        return
    status = configured.status.replace("_", " ")
    again = f"; `registration retry {job}` reopens what failed" if configured.status.ended else ""
    output().print(Text(f"{name} was started with this configuration before and is {status}{again}"), soft_wrap=True)


def _read_config(file: Path) -> JsonValue:
    try:
        return read_json(read_bytes(file, _MOST_BYTES))
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}", hint="name a JSON file") from error
    except ValueError as error:
        raise BadFile(f"{file} is not JSON: {error}", hint="`--dry-run` prints a whole configuration") from None


def _run_of(organisation_id: UUID, restaurant_id: UUID, given: JsonValue) -> UUID:
    """The same restaurant with the same configuration has the same id."""
    content = json.dumps(given, sort_keys=True)
    return uuid5(organisation_id, f"{restaurant_id}:{hashlib.sha256(content.encode()).hexdigest()}")
