"""Queries about the question that stops itemTags: the dishes of the menu, what a person was asked, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.configuration.allergens import Contradiction, Dish
from registration.database.session import Transaction
from registration.states import SubStepStatus

_DISHES = text(
    """
    select i.name, coalesce(left(i.description, 2000), '') as description,
        coalesce(array_remove(i.tags, null), '{}') as tags
    from menu_items i join menus m on m.id = i.menu_id join restaurants r on r.id = m.restaurant_id
    where m.id = :menu and r.organisation_id = :organisation order by i.name, i.id
    """
)
_READ = text(
    """
    select u.job_id, r.name as restaurant, u.status, u.needs_person, u.sent_at is not null as sent,
        coalesce(u.asked, '[]') as asked, u.approved, (
            select count(*) + 1 from registration_decisions d
            where d.job_id = u.job_id and d.gate = 'item-tags' and d.accepted) as visit
    from registration_sub_steps u
    join registration_jobs j on j.id = u.job_id
    join restaurants r on r.id = j.restaurant_id
    where u.job_id = any(:jobs) and u.name = 'itemTags' and u.organisation_id = :organisation
    """
)
_ASK = text(
    """
    update registration_sub_steps set needs_person = true, asked = :asked, approved = false, error_message = :message,
        updated_at = clock_timestamp()
    where job_id = :job and name = 'itemTags' and organisation_id = :organisation and status = 'pending'
    """
).bindparams(bindparam("asked", type_=JSONB))
_APPROVE = text(
    """
    update registration_sub_steps set needs_person = false, approved = true, error_message = null,
        updated_at = clock_timestamp()
    where job_id = :job and name = 'itemTags' and organisation_id = :organisation and status = 'pending'
    """
)


@dataclass(frozen=True)
class TagsQuestion:
    """The sub-step as far as the question needs it; `asked` is what a person was asked last, `approved` the answer.

    `visit` is the number of the question that is open, or would be the next one.
    """

    restaurant: str
    status: SubStepStatus
    waits: bool
    sent: bool
    asked: tuple[Contradiction, ...]
    approved: bool
    visit: int

    @property
    def is_open(self) -> bool:
        """True if a person has to decide now; nothing was sent."""
        return self.status is SubStepStatus.PENDING and self.waits

    def allows(self, found: Sequence[Contradiction]) -> bool:
        """True if a person wants the tags set in spite of all these contradictions."""
        return self.approved and set(found) <= set(self.asked)


async def read_dishes(transaction: Transaction, menu_id: UUID) -> tuple[Dish, ...]:
    """The dishes of a menu of this organisation, by name."""
    rows = await transaction.execute(_DISHES, {"menu": menu_id, "organisation": transaction.organisation_id})
    return tuple(Dish(row.name, row.description, tuple(row.tags)) for row in rows)


async def read_question(transaction: Transaction, job_id: UUID) -> TagsQuestion:
    """The question as it is now; called when the row is locked, if something is decided on it."""
    return (await read_questions(transaction, [job_id]))[job_id]


async def read_questions(transaction: Transaction, job_ids: list[UUID]) -> dict[UUID, TagsQuestion]:
    """The question of each of these jobs."""
    rows = await transaction.execute(_READ, {"jobs": job_ids, "organisation": transaction.organisation_id})
    return {row.job_id: _question(row) for row in rows}


def _question(row: Any) -> TagsQuestion:
    return TagsQuestion(
        restaurant=row.restaurant,
        status=SubStepStatus(row.status),
        waits=row.needs_person,
        sent=row.sent,
        asked=tuple(Contradiction.read(one) for one in row.asked),
        approved=row.approved,
        visit=row.visit,
    )


async def ask_about_tags(transaction: Transaction, job_id: UUID, found: Sequence[Contradiction], message: str) -> None:
    """Have the pending sub-step wait for a person."""
    parameters = {"job": job_id, "organisation": transaction.organisation_id, "message": message}
    await transaction.execute(_ASK, parameters | {"asked": [one.stored for one in found]})


async def approve_tags(transaction: Transaction, job_id: UUID) -> None:
    """Let the pending sub-step go on with what was asked."""
    await transaction.execute(_APPROVE, {"job": job_id, "organisation": transaction.organisation_id})
