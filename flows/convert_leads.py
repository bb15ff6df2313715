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
    chosen_leads,
)
from registration.errors import MisconfiguredInstallation, PersonMustAct, Refused
from registration.leads.models import AddressSource, BatchOfLeads, ConversionAsked
from tasks.context import own_run
from tasks.leads import convert, report, start


async def convert_and_start(organisation_id: UUID, asked: ConversionAsked) -> State[None]:
    """Carry out a conversion. It ends Failed only if no lead could be converted and some should have been.

    Raises PersonMustAct for what cannot be done at all.
    """
    run = own_run()
    done = await convert(organisation_id, asked)
    started: dict[UUID, UUID] = {}
    try:
        for batch in done.batches if asked.batch and asked.batch.start else ():
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
    if none could or nothing can be done at all.

    Args:
        organisation_id: The id of the organisation whose leads these are.
        lead_ids: Paste the ids of up to 1000 leads, separated by lines, blanks or commas. One that was converted before
            is told and left alone.
        scrape_job_id: Instead of leads: every qualified lead of this scrape job that is not converted yet.
        and_then: A batch has up to 50 restaurants; of more, several are made. Only what was really converted is in it.
        address_source: Whose address a restaurant gets; auto is Uber Eats', else Google's.
        extractions_executed_on_creation: Menus and branding are being extracted already; step 1 starts none and only
            follows them.
        options: For the new batches; all of it may stay as it is.
        converted_by: Who converts them, kept with each lead.
    """
    try:
        leads = chosen_leads(lead_ids)
        if (leads is None) == (scrape_job_id == ""):
            raise Refused("say which leads: either their ids or a scrape job")
        batch = BatchOfLeads(
            start=and_then is Then.START_BATCH,
            extractions_executed_on_creation=extractions_executed_on_creation,
            options=options.batch_options(),
        )
        asked = ConversionAsked(
            lead_ids=leads,
            scrape_job_id=scrape_job_id or None,
            address_source=address_source,
            by=converted_by,
            batch=None if and_then is Then.ONLY_CONVERT else batch,
            run_id=own_run().id,
        )
        return await convert_and_start(organisation_id, asked)
    except PersonMustAct as refused:
        return Failed(message=refused.message)
