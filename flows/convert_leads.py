"""The flow that converts leads to restaurants and, if asked, opens and starts batches of them."""

from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.parameters import (
    NO_OPTIONS,
    Address,
    AndThen,
    By,
    ExtractionsExecuted,
    Leads,
    Options,
    Organisation,
    ScrapeJob,
    Then,
    parse_leads,
)
from registration.errors import MisconfiguredInstallation, PersonMustAct, Refused
from registration.leads.models import AddressSource, BatchOfLeads, ConversionRequest
from tasks.context import own_run
from tasks.leads import convert, report, start


async def convert_and_start(organisation_id: UUID, request: ConversionRequest) -> State[None]:
    """Convert leads and start the batches. The run ends Failed only if no lead was converted and at least one failed.

    Raises PersonMustAct if the request cannot be carried out at all.
    """
    run = own_run()
    done = await convert(organisation_id, request)
    started: dict[UUID, UUID] = {}
    try:
        for batch in done.batches if request.batch and request.batch.start else ():
            started[batch.id] = await start(organisation_id, batch)
    except MisconfiguredInstallation as error:
        return Failed(message=f"{await report(organisation_id, run, done, started)}; {error.message}")
    message = await report(organisation_id, run, done, started)
    if done.failed and not done.converted:
        return Failed(message=message)
    return Completed(name="PartlyConverted" if done.failed else None, message=message)


@flow(name="convert-leads", flow_run_name="Lead conversion", description=__doc__, retries=0, persist_result=False)
async def convert_leads(
    organisation_id: Organisation,
    lead_ids: Leads = "",
    scrape_job_id: ScrapeJob = "",
    and_then: AndThen = Then.ONLY_CONVERT,
    address_source: Address = AddressSource.AUTO,
    extractions_executed_on_creation: ExtractionsExecuted = False,
    options: Options = NO_OPTIONS,
    converted_by: By = "prefect",
) -> State[None]:
    """Convert leads. Running it again is always safe and does only what is not done yet.

    It ends Completed if all went well, PartlyConverted if some leads could not be converted, and Failed with the reason
    if no lead could be converted or the request cannot be carried out at all.

    Args:
        organisation_id: The id of the organisation whose leads these are.
        lead_ids: Paste the ids of up to 1000 leads, separated by lines, blanks or commas. A lead that was converted
            before is listed in the report and not changed.
        scrape_job_id: Instead of leads: every qualified lead of this scrape job that is not converted yet.
        and_then: A batch has up to 50 restaurants; more restaurants make several batches. They contain only leads that
            were converted.
        address_source: The source of a restaurant's address; auto is Uber Eats, else Google.
        extractions_executed_on_creation: Menus and branding are being extracted already; step 1 starts no extraction
            and only follows the running ones.
        options: For the new batches; every option may keep its default.
        converted_by: Your name; it is stored with each lead.
    """
    try:
        leads = parse_leads(lead_ids)
        if (leads is None) == (scrape_job_id == ""):
            raise Refused("say which leads: either their ids or a scrape job")
        batch = BatchOfLeads(
            start=and_then is Then.START_BATCH,
            extractions_executed_on_creation=extractions_executed_on_creation,
            options=options.batch_options(),
        )
        request = ConversionRequest(
            lead_ids=leads,
            scrape_job_id=scrape_job_id or None,
            address_source=address_source,
            by=converted_by,
            batch=None if and_then is Then.ONLY_CONVERT else batch,
            run_id=own_run().id,
        )
        return await convert_and_start(organisation_id, request)
    except PersonMustAct as refused:
        return Failed(message=refused.message)
