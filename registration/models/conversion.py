"""A conversion of leads as it is asked for."""

from uuid import UUID

from pydantic import Field

from registration.models.batch import BatchOptions
from registration.models.lead import AddressSource
from registration.models.values import Line, Value

MOST_LEADS = 1000


class BatchOfLeads(Value):
    """The batches that the converted restaurants are to be in, 50 in each; `most` is how many batches at most
    that the same one opens in a night.

    With `start` they are to be worked on at once. `extractions_executed_on_creation`: menus and branding are being
    extracted already, so step 1 only follows them.
    """

    start: bool = False
    extractions_executed_on_creation: bool = False
    most: int | None = Field(default=None, ge=1)
    options: BatchOptions = BatchOptions()


class ConversionAsked(Value):
    """Which leads are to become restaurants: those named, else the qualified ones, of one scrape job or of all.

    No `batch`: they are only converted. `run_id` is the flow run that asks: it opens its batches once, however often it
    is run.
    """

    lead_ids: tuple[UUID, ...] | None = None
    scrape_job_id: UUID | None = None
    address_source: AddressSource = AddressSource.AUTO
    by: Line
    batch: BatchOfLeads | None = None
    run_id: UUID | None = None
