"""`registration convert-leads`: converts leads to restaurants and, if asked, opens batches of them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter

from interfaces.cli.commands.start import Started, print_started, start_flows
from interfaces.cli.output import add_rows, output, print_json, remarks, table
from interfaces.cli.process.streams import DONE, FAILED
from interfaces.cli.session import AsJson, By, CommandContext, Organisation, actor_name, check_platform, open_context
from registration.batches.opening import batch_options
from registration.errors import Refused
from registration.leads.conversion import convert_leads
from registration.leads.models import AddressSource, BatchOfLeads, ConversionRequest
from registration.leads.outcome import Conversion
from registration.workflow.lookup_queries import Kind

app = App(
    "convert-leads",
    help_epilogue="""
A lead that cannot be converted is listed with the reason; the other leads are
converted. A lead that was converted before is listed and not changed: it is safe
to repeat the command, which converts only the leads that are left.

Examples:
  registration convert-leads --scrape-job 9c8b7a6d --dry-run
  registration convert-leads --scrape-job 9c8b7a6d --start
  registration convert-leads 1a2b3c4d 5e6f7a8b --address-source google
  registration convert-leads 1a2b3c4d,5e6f7a8b --no-start --name "Henderson"
""",
    help_format="plaintext",
)
_Flag = Parameter(negative="")


def conversion_document(conversion: Conversion, started: list[Started], *, dry_run: bool) -> dict[str, Any]:
    """The outcome of each lead, the new batches and their flow runs, as JSON."""
    summary = {
        "total": len(conversion.converted) + len(conversion.already) + len(conversion.failed),
        "converted": len(conversion.converted),
        "already_converted": len(conversion.already),
        "failed": len(conversion.failed),
    }
    return {
        "dry_run": dry_run,
        "summary": summary,
        "converted": [asdict(lead) for lead in conversion.converted],
        "already_converted": [asdict(lead) for lead in conversion.already],
        "failed": [asdict(lead) for lead in conversion.failed],
        "batches": [asdict(batch) for batch in conversion.batches],
        "started": [asdict(run) for run in started],
    }


def print_conversion(conversion: Conversion, request: ConversionRequest, *, dry_run: bool) -> None:
    """Print a row per lead, the reasons of failures, the remarks, and the batches with the command that starts each."""
    console = output()
    outcome = "would be converted" if dry_run else "converted"
    rows: list[tuple[object, ...]] = [
        (lead.lead_id, lead.name, outcome, lead.restaurant_id) for lead in conversion.converted
    ]
    rows += [(lead.lead_id, lead.name, "already converted", lead.restaurant_id) for lead in conversion.already]
    rows += [(lead.lead_id, lead.name, "not converted", None) for lead in conversion.failed]
    console.print(add_rows(table("lead", "restaurant", "", "restaurant's id"), rows))
    for lead in conversion.failed:
        console.print(f"{lead.name or lead.lead_id}: {lead.reason}", style="red", markup=False, soft_wrap=True)
    for lead in conversion.converted:
        for remark in lead.remarks:
            console.print(f"{lead.name}: {remark}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"\n{'dry run, nothing was changed: ' if dry_run else ''}{conversion.line}")
    if request.batch is not None and not request.batch.start:
        for batch in conversion.batches:
            console.print(f"\nbatch     {batch.id}  {batch.name}", markup=False, soft_wrap=True)
            console.print(f"          registration start --batch {str(batch.id)[:8]}")


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
    """Convert leads to restaurants. Exit code 1 if a lead could not be converted.

    Args:
        leads: The leads' ids, or their first 8 characters, separated by blanks or commas.
        scrape_job: Convert every qualified lead of this scrape job that is not converted yet, instead of named leads.
        start: Open a batch of the new restaurants (several batches for more than 50) and start it; --no-start opens
            the batch without starting it. With neither option no batch is opened.
        address_source: The source of the restaurant's address; auto takes Uber Eats' address, else Google's.
        name: The name of the batch. Default: Batch DATE (N restaurants).
        extractions_executed: Menus and branding are being extracted already; step 1 only follows the extractions.
        dry_run: List the leads that would be converted, and change nothing.
        by: The person who converts, for the record.
        organisation: The organisation of the leads. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    selection = LeadSelection(leads, scrape_job)
    selection.check()
    if start is None and (name is not None or extractions_executed):
        raise Refused("--name and --extractions-executed are for a batch: say --start or --no-start as well")
    batch = _batch(start, name, extractions_executed) if start is not None else None
    async with open_context(organisation) as context:
        request = ConversionRequest(
            lead_ids=await selection.lead_ids(context),
            scrape_job_id=await selection.scrape_job_id(context),
            address_source=address_source,
            by=actor_name(by),
            batch=batch,
        )
        return await _convert(context, request, dry_run=dry_run, as_json=as_json)


def _batch(start: bool, name: str | None, extractions_executed: bool) -> BatchOfLeads:
    options = batch_options(name=name)
    return BatchOfLeads(start=start, extractions_executed_on_creation=extractions_executed, options=options)


@dataclass(frozen=True)
class LeadSelection:
    """The leads that the command line names: ids as they were typed, or a scrape job."""

    typed: tuple[str, ...]
    scrape_job: str | None

    def check(self) -> None:
        """Raises Refused unless either leads or a scrape job are named."""
        if bool(self._ids) == (self.scrape_job is not None):
            raise Refused("say which leads: their ids, or --scrape-job ID")

    async def lead_ids(self, context: CommandContext) -> tuple[UUID, ...] | None:
        """Complete ids as they were typed; the beginning of an id must be that of a lead. Raises NotFound, Refused."""
        return tuple([await lead_id(context, typed) for typed in self._ids]) or None

    async def scrape_job_id(self, context: CommandContext) -> UUID | None:
        """The scrape job that is named, if any. Raises NotFound, Refused."""
        return (await context.find(self.scrape_job, Kind.SCRAPE_JOB))[1] if self.scrape_job is not None else None

    @property
    def _ids(self) -> list[str]:
        return split_ids(self.typed)


def split_ids(typed: Iterable[str]) -> list[str]:
    """The ids that were typed, separated by blanks or commas."""
    return [one.strip() for part in typed for one in part.split(",") if one.strip()]


async def lead_id(context: CommandContext, typed: str) -> UUID:
    """A complete id as it was typed; the beginning of an id must be that of a lead. Raises NotFound, Refused."""
    try:
        return UUID(typed)
    except ValueError:
        return (await context.find(typed, Kind.LEAD))[1]


async def _convert(context: CommandContext, request: ConversionRequest, *, dry_run: bool, as_json: bool) -> int:
    to_start = request.batch is not None and request.batch.start and not dry_run
    if to_start:
        await check_platform()
    with remarks().status("Converting …"):
        conversion = await convert_leads(context.database, context.organisation_id, request, dry_run=dry_run)
    started: list[Started] = []
    try:
        if to_start:
            started = await start_flows(context, [batch.id for batch in conversion.batches])
    finally:
        # Print the conversion also when the Prefect server is unreachable: the conversion is committed.
        if as_json:
            print_json(conversion_document(conversion, started, dry_run=dry_run))
        else:
            print_conversion(conversion, request, dry_run=dry_run)
    if not as_json:
        print_started(started)
    return FAILED if conversion.failed else DONE
