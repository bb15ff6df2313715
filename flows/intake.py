"""Every night: takes the qualified leads, oldest first, converts them, and opens batches of their restaurants."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.convert_leads import convert_and_start
from flows.parameters import NO_OPTIONS, Address, BatchesANight, ExtractionsExecuted, Options, Organisation, Start
from registration.errors import PersonMustAct
from registration.leads.models import AddressSource, BatchOfLeads, ConversionAsked
from tasks.context import own_run


@flow(name="intake", flow_run_name="Intake", description=__doc__, retries=0, persist_result=False)
async def intake(
    organisation_id: Organisation,
    batches_a_night: BatchesANight = 1,
    start: Start = True,
    address_source: Address = AddressSource.AUTO,
    extractions_executed_on_creation: ExtractionsExecuted = False,
    options: Options = NO_OPTIONS,
) -> State[None]:
    """Take in what is qualified and not converted yet. A run that is run again keeps to its limit.

    It ends Completed, also with nothing to do, as PartlyConverted if some leads could not be converted, and Failed with
    the reason if none could. Those take no place in a batch, and are told every night until somebody puts them right.

    Args:
        organisation_id: The id of the organisation whose leads are taken.
        batches_a_night: At most so many batches of up to 50 restaurants, whichever run opens them; the leads after them
            wait for the next night.
        start: Start the batches that are opened; else somebody starts them with `registration start --batch ID`.
        address_source: Whose address a restaurant gets; auto is Uber Eats', else Google's.
        extractions_executed_on_creation: Menus and branding are being extracted already; step 1 starts none and only
            follows them.
        options: For the new batches; all of it may stay as it is.
    """
    batch = BatchOfLeads(
        start=start,
        extractions_executed_on_creation=extractions_executed_on_creation,
        most=batches_a_night,
        options=options.batch_options(),
    )
    asked = ConversionAsked(address_source=address_source, by="intake", batch=batch, run_id=own_run().id)
    try:
        return await convert_and_start(organisation_id, asked)
    except PersonMustAct as refused:
        return Failed(message=refused.message)
