"""Deleting leads that nobody wants to convert: all that are named, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from registration.database.session import Database, Transaction
from registration.errors import NotFound, Refused
from registration.leads.models import MOST_LEADS
from registration.leads.queries import delete_locked, deleted_before, lock_leads
from registration.workflow.transition_queries import Attribution, record

LEAD_DELETED = "lead deleted"
"""The event of one deleted lead, by which a repeated request knows it."""


@dataclass(frozen=True)
class DeletedLeads:
    """The leads that a request has deleted, and those that were deleted before."""

    deleted: tuple[UUID, ...]
    already: tuple[UUID, ...]


async def delete_leads(
    database: Database, organisation_id: UUID, lead_ids: Sequence[UUID], attribution: Attribution
) -> DeletedLeads:
    """Delete leads, with an event for each; a lead that was deleted before stays deleted and is no error.

    Raises NotFound for an unknown lead and for one of another organisation. Raises Refused for a converted lead, whose
    restaurant may be in a batch, and for one that another table of the platform needs. Nothing is deleted then.
    """
    named = tuple(dict.fromkeys(lead_ids))
    if not 1 <= len(named) <= MOST_LEADS:
        raise Refused(f"name 1 to {MOST_LEADS} leads, not {len(named)}")
    async with database.transaction(organisation_id) as transaction:
        leads = await lock_leads(transaction, named)
        missing = [lead_id for lead_id in named if lead_id not in leads]
        already = await deleted_before(transaction, LEAD_DELETED, missing) if missing else set[UUID]()
        if unknown := [lead_id for lead_id in missing if lead_id not in already]:
            raise NotFound(f"there is no lead {unknown[0]} in this organisation", code="LEAD_NOT_FOUND")
        converted = {
            f"lead_ids/{lead_ids.index(lead_id)}": f"{lead.restaurant_name} is a restaurant already"
            for lead_id, lead in leads.items()
            if lead.converted_to_restaurant_id is not None
        }
        if converted:
            raise Refused(
                "; ".join(converted.values()),
                code="INVALID_STATUS",
                hint="leave out the converted leads",
                fields=converted,
            )
        deleted = tuple(lead_id for lead_id in named if lead_id in leads)
        await _delete(transaction, deleted)
        for lead_id in deleted:
            data = {"lead_id": str(lead_id), "name": leads[lead_id].restaurant_name}
            await record(transaction, LEAD_DELETED, attribution, data=data)
    return DeletedLeads(deleted, tuple(lead_id for lead_id in missing if lead_id in already))


async def _delete(transaction: Transaction, lead_ids: Sequence[UUID]) -> None:
    try:
        await delete_locked(transaction, lead_ids)
    except IntegrityError:
        raise Refused(
            "another table of the platform needs one of the leads",
            code="INVALID_STATUS",
            hint="delete it on the platform",
        ) from None
