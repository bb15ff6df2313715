"""Leads become restaurants and, if asked, batches that are started or wait to be."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.converting import convert_and_start
from flows.lead_parameters import Address, AndThen, By, ExtractionsExecuted, Leads, ScrapeJob, Then, chosen_leads
from flows.quick_run import NO_OPTIONS, Options, Organisation
from registration.errors import PersonMustAct, Refused
from registration.models.conversion import BatchOfLeads, ConversionAsked
from registration.models.lead import AddressSource
from tasks.resources import own_run


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
