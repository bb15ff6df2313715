"""`registration convert-leads`: converts leads to restaurants and, if asked, opens batches of them."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter

from interfaces.cli.commands.start import Started, print_started, start_flows
from interfaces.cli.output import add_rows, output, print_json, remarks, table
from interfaces.cli.process.streams import DONE, FAILED
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, check_platform, open_context, who
from registration.batches.opening import batch_options
from registration.errors import Refused
from registration.leads.conversion import convert_leads
from registration.leads.models import AddressSource, BatchOfLeads, ConversionAsked
from registration.leads.outcome import Conversion
from registration.workflow.lookup_queries import Kind


def conversion_document(done: Conversion, started: list[Started], *, dry_run: bool) -> dict[str, Any]:
    """For programs."""
    summary = {
        "total": len(done.converted) + len(done.already) + len(done.failed),
        "converted": len(done.converted),
        "already_converted": len(done.already),
        "failed": len(done.failed),
    }
    return {
        "dry_run": dry_run,
        "summary": summary,
        "converted": [asdict(one) for one in done.converted],
        "already_converted": [asdict(one) for one in done.already],
        "failed": [asdict(one) for one in done.failed],
        "batches": [asdict(one) for one in done.batches],
        "started": [asdict(one) for one in started],
    }


def print_conversion(done: Conversion, asked: ConversionAsked, *, dry_run: bool) -> None:
    """For people: a row per lead, what needs a look, and the batches."""
    console = output()
    became = "would be converted" if dry_run else "converted"
    rows: list[tuple[object, ...]] = [(one.lead_id, one.name, became, one.restaurant_id) for one in done.converted]
    rows += [(one.lead_id, one.name, "already converted", one.restaurant_id) for one in done.already]
    rows += [(one.lead_id, one.name, "not converted", None) for one in done.failed]
    console.print(add_rows(table("lead", "restaurant", "", "restaurant's id"), rows))
    for one in done.failed:
        console.print(f"{one.name or one.lead_id}: {one.reason}", style="red", markup=False, soft_wrap=True)
    for one in done.converted:
        for remark in one.remarks:
            console.print(f"{one.name}: {remark}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"\n{'dry run, nothing was changed: ' if dry_run else ''}{done.line}")
    if asked.batch is not None and not asked.batch.start:
        for batch in done.batches:
            console.print(f"\nbatch     {batch.id}  {batch.name}", markup=False, soft_wrap=True)
            console.print(f"          registration start --batch {str(batch.id)[:8]}")


app = App(
    "convert-leads",
    help_epilogue="""
A lead that cannot be converted is told with its reason and stops no other one.
One that was converted before is told and left alone: the same command again is
safe, and does only what is not done.

Examples:
  registration convert-leads --scrape-job 9c8b7a6d --dry-run
  registration convert-leads --scrape-job 9c8b7a6d --start
  registration convert-leads 1a2b3c4d 5e6f7a8b --address-source google
  registration convert-leads 1a2b3c4d,5e6f7a8b --no-start --name "Henderson"
""",
    help_format="plaintext",
)

_Flag = Parameter(negative="")


@app.default
async def convert(
    *leads: str,
    scrape_job: str | None = None,
    start: bool | None = None,
    address_source: AddressSource = AddressSource.AUTO,
    name: str | None = None,
    extractions_executed: Annotated[bool, _Flag] = False,
    dry_run: Annotated[bool, _Flag] = False,
    by: By = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Make restaurants of leads. Exit code 1 if one of them could not be converted.

    Args:
        leads: Their ids, or the first 8 characters, separated by blanks or commas.
        scrape_job: Instead: every qualified lead of this scrape job that is not converted yet.
        start: Open a batch of the new restaurants (several, if there are more than 50) and start it; --no-start only
            opens it. Neither: no batch.
        address_source: Whose address the restaurant gets: auto is Uber Eats', else Google's.
        name: What the batch is called. Default: Batch DATE (N restaurants).
        extractions_executed: Menus and branding are being extracted already; step 1 only follows.
        dry_run: Only say what would be converted.
        by: Who says so.
        organisation: Whose leads. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    chosen = Chosen(leads, scrape_job)
    chosen.check()
    if start is None and (name is not None or extractions_executed):
        raise Refused("--name and --extractions-executed are for a batch: say --start or --no-start as well")
    batch = _batch(start, name, extractions_executed) if start is not None else None
    async with open_context(organisation) as context:
        asked = ConversionAsked(
            lead_ids=await chosen.lead_ids(context),
            scrape_job_id=await chosen.scrape_job_id(context),
            address_source=address_source,
            by=who(by),
            batch=batch,
        )
        return await _convert(context, asked, dry_run=dry_run, as_json=as_json)


def _batch(start: bool, name: str | None, extractions_executed: bool) -> BatchOfLeads:
    options = batch_options(name=name)
    return BatchOfLeads(start=start, extractions_executed_on_creation=extractions_executed, options=options)


@dataclass(frozen=True)
class Chosen:
    """Which leads, as they were typed."""

    typed: tuple[str, ...]
    scrape_job: str | None

    def check(self) -> None:
        """Raises Refused unless it is leads or a scrape job."""
        if bool(self._ids) == (self.scrape_job is not None):
            raise Refused("say which leads: their ids, or --scrape-job ID")

    async def lead_ids(self, context: CommandContext) -> tuple[UUID, ...] | None:
        """Whole ids as they are, also unknown ones; of a beginning the lead must be there. Raises NotFound, Refused."""
        return tuple([await _lead_id(context, one) for one in self._ids]) or None

    async def scrape_job_id(self, context: CommandContext) -> UUID | None:
        """Raises NotFound, Refused."""
        return (await context.find(self.scrape_job, Kind.SCRAPE_JOB))[1] if self.scrape_job is not None else None

    @property
    def _ids(self) -> list[str]:
        return [one.strip() for part in self.typed for one in part.split(",") if one.strip()]


async def _lead_id(context: CommandContext, typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return (await context.find(typed, Kind.LEAD))[1]


async def _convert(context: CommandContext, asked: ConversionAsked, *, dry_run: bool, as_json: bool) -> int:
    to_start = asked.batch is not None and asked.batch.start and not dry_run
    if to_start:
        await check_platform()
    with remarks().status("Converting …"):
        done = await convert_leads(context.database, context.organisation_id, asked, dry_run=dry_run)
    started: list[Started] = []
    try:
        if to_start:
            started = await start_flows(context, [batch.id for batch in done.batches])
    finally:
        # Also when the Prefect server is away: what was converted is converted.
        if as_json:
            print_json(conversion_document(done, started, dry_run=dry_run))
        else:
            print_conversion(done, asked, dry_run=dry_run)
    if not as_json:
        print_started(started)
    return FAILED if done.failed else DONE
