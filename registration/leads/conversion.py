"""Converts leads: all leads of a request and their batches in one transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError

from registration.batches.opening import check_defaults
from registration.database.session import Database, Transaction
from registration.errors import Refused
from registration.leads.batches import open_batches_of, opened_before, room_for
from registration.leads.mapping import MappedLead, map_lead
from registration.leads.models import MOST_LEADS, ConversionRequest, LeadData
from registration.leads.outcome import AlreadyConverted, Conversion, Converted, NotConverted
from registration.leads.queries import lock_leads, mark_converted, qualified_leads, still_qualified
from registration.restaurants.importing import check_organisation, free_slugs, slug
from registration.restaurants.queries import insert_restaurant, lock_imports, taken_slugs

Outcome = Converted | AlreadyConverted | NotConverted


async def convert_leads(
    database: Database, organisation_id: UUID, request: ConversionRequest, *, dry_run: bool = False
) -> Conversion:
    """Create restaurants from leads and, if requested, batches of the new restaurants.

    A lead that cannot be converted is returned with the reason and does not stop the others; a lead that was converted
    before is returned unchanged. After a crash nothing is written, and a repeated request converts the remaining leads.
    A batch that is to start is marked as started when it is opened, so that recovery starts it if this process dies.

    Raises Refused, NotFound and DatabaseUnavailable; nothing is changed then.
    """
    _check(request)
    async with database.transaction(organisation_id) as transaction:
        await check_organisation(transaction)
        # Imports choose among the same slugs, so a conversion takes their lock.
        await lock_imports(transaction)
        before = await opened_before(transaction, request.run_id)
        lead_ids = await _lead_ids(transaction, request)
        conversion = _Conversion(transaction, request, dry_run=dry_run)
        await conversion.run(lead_ids, await room_for(transaction, request))
        converted = conversion.result()
        if request.batch is None or dry_run:
            return converted
        return await open_batches_of(transaction, request, request.batch, converted, before)


def _check(request: ConversionRequest) -> None:
    if request.lead_ids is not None and request.scrape_job_id is not None:
        raise Refused("say which leads either by their ids or by their scrape job, not both")
    if request.lead_ids is not None and not 1 <= len(request.lead_ids) <= MOST_LEADS:
        raise Refused(f"name 1 to {MOST_LEADS} leads, not {len(request.lead_ids)}")
    if request.batch is not None:
        check_defaults(request.batch.options)


async def _lead_ids(transaction: Transaction, request: ConversionRequest) -> tuple[UUID, ...]:
    if request.lead_ids is not None:
        return tuple(dict.fromkeys(request.lead_ids))
    return await qualified_leads(transaction, request.scrape_job_id, MOST_LEADS)


class _Conversion:
    """A conversion in progress: the outcomes so far, and the slugs in use."""

    def __init__(self, transaction: Transaction, request: ConversionRequest, *, dry_run: bool) -> None:
        self._transaction = transaction
        self._request = request
        self._dry_run = dry_run
        self._slugs: set[str] = set()
        self._converted: list[Converted] = []
        self._already: list[AlreadyConverted] = []
        self._failed: list[NotConverted] = []
        self._left_over = 0

    async def run(self, lead_ids: Sequence[UUID], room: int) -> None:
        """Convert the leads in order until `room` restaurants are created."""
        leads = await lock_leads(self._transaction, lead_ids)
        if self._request.lead_ids is None:
            # The leads were selected before they were locked: some may be disqualified or converted by now.
            lead_ids = await still_qualified(self._transaction, lead_ids)
        self._slugs = await taken_slugs(self._transaction)
        for lead_id in lead_ids:
            if len(self._converted) >= room:
                self._left_over += 1
            else:
                self._note(await self._convert(lead_id, leads.get(lead_id)))

    def result(self) -> Conversion:
        return Conversion(tuple(self._converted), tuple(self._already), tuple(self._failed), left=self._left_over)

    def _note(self, outcome: Outcome) -> None:
        match outcome:
            case Converted():
                self._converted.append(outcome)
            case AlreadyConverted():
                self._already.append(outcome)
            case NotConverted():
                self._failed.append(outcome)

    async def _convert(self, lead_id: UUID, lead: LeadData | None) -> Outcome:
        if lead is None:
            return NotConverted(lead_id, None, "there is no such lead in this organisation; check its id")
        name = lead.restaurant_name.strip()
        if lead.converted_to_restaurant_id is not None:
            return AlreadyConverted(
                lead_id, name, lead.converted_to_restaurant_id, lead.converted_at, lead.converted_by
            )
        try:
            mapped = map_lead(lead, self._request.address_source)
            restaurant_id = None if self._dry_run else await self._write(lead, mapped)
        except Refused as refused:
            return NotConverted(lead_id, name or None, refused.message)
        except (DataError, IntegrityError, InternalError) as error:
            return NotConverted(lead_id, name or None, f"the database refused it: {_first_line(error)}")
        return Converted(lead_id, mapped.name, restaurant_id, mapped.remarks)

    async def _write(self, lead: LeadData, mapped: MappedLead) -> UUID:
        """Insert the restaurant and mark the lead, both or neither."""
        async with self._transaction.savepoint():
            restaurant_id = await self._insert(mapped)
            if not await mark_converted(self._transaction, lead.id, restaurant_id, self._request.by):
                raise Refused("the lead was changed concurrently; try again")
            return restaurant_id

    async def _insert(self, mapped: MappedLead) -> UUID:
        for free in free_slugs(slug(mapped.name, self._transaction.organisation_id), self._slugs):
            self._slugs.add(free)
            values = mapped.columns | {"organisation_id": self._transaction.organisation_id, "slug": free}
            if restaurant_id := await insert_restaurant(self._transaction, values):
                return restaurant_id
        raise AssertionError("there is always another free slug")


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
