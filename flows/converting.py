"""What the flows that convert leads share: convert, start, report, and end as it went."""

from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from registration.errors import MisconfiguredInstallation
from registration.models.conversion import ConversionAsked
from tasks.leads import convert, start
from tasks.leads_report import report
from tasks.resources import own_run


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
