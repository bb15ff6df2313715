"""Converting leads: all of them and their batches in one transaction, so that nothing is ever half done."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.opening import check_defaults
from registration.database.session import Database
from registration.errors import Refused
from registration.leads.batches import open_batches_of, opened_before, room_for
from registration.leads.mapping import MappedLead, map_lead
from registration.leads.models import MOST_LEADS, ConversionAsked, LeadData
from registration.leads.outcome import AlreadyConverted, Conversion, Converted, NotConverted
from registration.leads.queries import lock_leads, mark_converted, qualified_leads, still_qualified
from registration.restaurants.importing import check_organisation, free_slugs, slug
from registration.restaurants.queries import insert_restaurant, lock_imports, taken_slugs

Outcome = Converted | AlreadyConverted | NotConverted


async def convert_leads(
    database: Database, organisation_id: UUID, asked: ConversionAsked, *, dry_run: bool = False
) -> Conversion:
    """Make restaurants of leads and, if asked, batches of the restaurants that were really made.

    A lead that cannot be converted is told with its reason and stops no other one; one that became a restaurant before
    is told and left alone. A process that dies leaves everything as it was; running again does what is not done. A
    batch that is to start counts as started when it is opened: recovery starts it if nobody else does.
    Raises Refused and NotFound for what cannot be done at all, DatabaseUnavailable; nothing is changed then.
    """
    _check(asked)
    async with database.transaction(organisation_id) as connection:
        await check_organisation(connection, organisation_id)
        # Also imports wait: they choose among the same slugs.
        await lock_imports(connection, organisation_id)
        before = await opened_before(connection, organisation_id, asked.run_id)
        lead_ids = await _lead_ids(connection, organisation_id, asked)
        converting = _Converting(connection, organisation_id, asked, dry_run=dry_run)
        await converting.take(lead_ids, await room_for(connection, organisation_id, asked))
        made = converting.conversion()
        if asked.batch is None or dry_run:
            return made
        return await open_batches_of(connection, organisation_id, asked, asked.batch, made, before)


def _check(asked: ConversionAsked) -> None:
    if asked.lead_ids is not None and asked.scrape_job_id is not None:
        raise Refused("say which leads either by their ids or by their scrape job, not both")
    if asked.lead_ids is not None and not 1 <= len(asked.lead_ids) <= MOST_LEADS:
        raise Refused(f"name 1 to {MOST_LEADS} leads, not {len(asked.lead_ids)}")
    if asked.batch is not None:
        check_defaults(asked.batch.options)


async def _lead_ids(connection: AsyncConnection, organisation_id: UUID, asked: ConversionAsked) -> tuple[UUID, ...]:
    if asked.lead_ids is not None:
        return tuple(dict.fromkeys(asked.lead_ids))
    return await qualified_leads(connection, organisation_id, asked.scrape_job_id, MOST_LEADS)


class _Converting:
    """A conversion under way: what became of each lead so far, and the slugs that are taken."""

    def __init__(
        self, connection: AsyncConnection, organisation_id: UUID, asked: ConversionAsked, *, dry_run: bool
    ) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self._asked = asked
        self._dry_run = dry_run
        self._slugs: set[str] = set()
        self._converted: list[Converted] = []
        self._already: list[AlreadyConverted] = []
        self._failed: list[NotConverted] = []
        self._left = 0

    async def take(self, lead_ids: Sequence[UUID], room: int) -> None:
        """Convert one after the other, until `room` restaurants are made."""
        leads = await lock_leads(self._connection, self._organisation_id, lead_ids)
        if self._asked.lead_ids is None:
            # They were chosen before the lock: one may have been disqualified, or converted, meanwhile.
            lead_ids = await still_qualified(self._connection, self._organisation_id, lead_ids)
        self._slugs = await taken_slugs(self._connection, self._organisation_id)
        for lead_id in lead_ids:
            if len(self._converted) >= room:
                self._left += 1
            else:
                self._note(await self._convert(lead_id, leads.get(lead_id)))

    def conversion(self) -> Conversion:
        return Conversion(tuple(self._converted), tuple(self._already), tuple(self._failed), left=self._left)

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
            mapped = map_lead(lead, self._asked.address_source)
            made = None if self._dry_run else await self._write(lead, mapped)
        except Refused as refused:
            return NotConverted(lead_id, name or None, refused.message)
        except (DataError, IntegrityError, InternalError) as error:
            return NotConverted(lead_id, name or None, f"the database refused it: {_first_line(error)}")
        return Converted(lead_id, mapped.name, made, mapped.remarks)

    async def _write(self, lead: LeadData, mapped: MappedLead) -> UUID:
        """Both rows or none of them."""
        async with self._connection.begin_nested():
            restaurant_id = await self._insert(mapped)
            if not await mark_converted(
                self._connection, self._organisation_id, lead.id, restaurant_id, self._asked.by
            ):
                raise Refused("somebody else changed it at this moment; try again")
            return restaurant_id

    async def _insert(self, mapped: MappedLead) -> UUID:
        for free in free_slugs(slug(mapped.name, self._organisation_id), self._slugs):
            self._slugs.add(free)
            values = mapped.columns | {"organisation_id": self._organisation_id, "slug": free}
            if made := await insert_restaurant(self._connection, values):
                return made
        raise AssertionError("there is always another free slug")


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
