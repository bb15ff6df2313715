"""Every night: takes the qualified leads, oldest first, converts them, and opens batches of their restaurants."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.convert_leads import convert_and_start
from flows.parameters import NO_OPTIONS, Address, BatchesANight, ExtractionsExecuted, Options, Organisation, Start
from registration.errors import PersonMustAct
from registration.leads.models import AddressSource, BatchOfLeads, ConversionRequest
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
    """Take in qualified leads that are not converted yet. A run that is run again keeps to its limit.

    It ends Completed, also if there is nothing to do; PartlyConverted if some leads could not be converted; and Failed
    with the reason if none could. Such leads take no place in a batch, and every night's report lists them until they
    are corrected.

    Args:
        organisation_id: The id of the organisation whose leads are taken.
        batches_a_night: At most this many batches of up to 50 restaurants, whichever run opens them; the remaining
            leads wait for the next night.
        start: Start the batches that are opened; else a person starts them with `registration start --batch ID`.
        address_source: The source of a restaurant's address; auto is Uber Eats, else Google.
        extractions_executed_on_creation: Menus and branding are being extracted already; step 1 starts no extraction
            and only follows the running ones.
        options: For the new batches; every option may keep its default.
    """
    batch = BatchOfLeads(
        start=start,
        extractions_executed_on_creation=extractions_executed_on_creation,
        most=batches_a_night,
        options=options.batch_options(),
    )
    request = ConversionRequest(address_source=address_source, by="intake", batch=batch, run_id=own_run().id)
    try:
        return await convert_and_start(organisation_id, request)
    except PersonMustAct as refused:
        return Failed(message=refused.message)
