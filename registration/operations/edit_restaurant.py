"""Editing a restaurant: validated as on import, recorded with person and reason, and asked anew where it matters.

One transaction: the lease and the job of an active batch are locked before the restaurant's row, so that an edit and a
process, or two edits, follow each other. An open question that depends on a changed value is asked anew.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from registration.database.session import Database, Transaction
from registration.errors import Refused
from registration.kit.values import read_edit_of
from registration.operations.asking_anew import ask_anew, questions_of
from registration.restaurants import edit_queries as store
from registration.restaurants.detail_queries import ShownRestaurant, read_image, shown_restaurant
from registration.restaurants.edit_queries import ActiveJob
from registration.restaurants.images import GivenImage
from registration.restaurants.models import ImageName, RestaurantEdit
from registration.restaurants.queries import learn_external_id, lock_imports, save_restaurant
from registration.workflow.lease_queries import lock_lease
from registration.workflow.step_queries import lock_steps
from registration.workflow.steps import GateName
from registration.workflow.transition_queries import Attribution, record

EDITABLE_IMAGES = tuple(name for name in ImageName if name is not ImageName.HOSTED_LOGO)
"""The platform writes the hosted logo itself."""


@dataclass(frozen=True)
class Change:
    """A value before and after; an image is described in words."""

    before: Any
    after: Any


@dataclass(frozen=True)
class EditedRestaurant:
    """What was changed; empty if the restaurant had these values before.

    `asked_anew` is the gate whose open question depends on a change, in the batch `batch_id`; `live`: a process works
    on that batch. `confirmed`: an active job has its configuration already, and registers the confirmed values.
    """

    restaurant_id: UUID
    restaurant: str
    changes: Mapping[str, Change] = field(default_factory=dict[str, Change])
    asked_anew: GateName | None = None
    batch_id: UUID | None = None
    live: bool = False
    confirmed: bool = False


class _OpenedMeanwhileError(Exception):
    """The restaurant's active job is another one than before the locks: begin again."""


def read_edit(fields: Mapping[str, object]) -> RestaurantEdit:
    """The changes as they were typed. Raises Refused with every invalid field; `details["fields"]` has the reasons."""
    return read_edit_of(RestaurantEdit, "the restaurant", fields)


async def edit_restaurant(
    database: Database,
    organisation_id: UUID,
    restaurant_id: UUID,
    edit: RestaurantEdit,
    attribution: Attribution,
    images: Mapping[ImageName, GivenImage | None] | None = None,
) -> EditedRestaurant:
    """Change fields and images (None removes one) of a restaurant, with an event; the same again changes nothing.

    Raises NotFound, and Refused if nothing is named, or another restaurant has the external id.
    """
    if not edit.model_fields_set and not images:
        raise Refused("no field is named", code="NOTHING_TO_CHANGE", hint="name the fields to change, and their values")
    while True:
        with suppress(_OpenedMeanwhileError):
            async with database.transaction(organisation_id) as transaction:
                return await _edit(transaction, restaurant_id, edit, images or {}, attribution)


async def _edit(
    transaction: Transaction,
    restaurant_id: UUID,
    edit: RestaurantEdit,
    images: Mapping[ImageName, GivenImage | None],
    attribution: Attribution,
) -> EditedRestaurant:
    if "external_id" in edit.model_fields_set:
        await lock_imports(transaction)
    job, live = await store.active_job(transaction, restaurant_id), False
    if job is not None:
        live = (await lock_lease(transaction, job.batch_id)).live
        await lock_steps(transaction, job.job_id)
    await store.lock_restaurant(transaction, restaurant_id)
    if await store.active_job(transaction, restaurant_id) != job:
        raise _OpenedMeanwhileError
    before = await shown_restaurant(transaction, restaurant_id)
    open_before = await questions_of(transaction, job.job_id) if job else None
    changes = await _save_fields(transaction, before, edit) | await _save_images(transaction, restaurant_id, images)
    if not changes:
        return EditedRestaurant(restaurant_id, before.name)
    await _record(transaction, before, job, changes, attribution)
    gate = await ask_anew(transaction, job.job_id, open_before, changes, attribution) if job and open_before else None
    confirmed = open_before is not None and open_before.confirmed
    batch_id = job.batch_id if job else None
    return EditedRestaurant(restaurant_id, before.name, changes, gate, batch_id, live, confirmed)


async def _save_fields(transaction: Transaction, before: ShownRestaurant, edit: RestaurantEdit) -> dict[str, Change]:
    values = edit.columns
    if "email" in values and "user_email" not in values and before.user_email == before.email:
        values["user_email"] = values["email"]
    changes = {
        name: Change(_plain(getattr(before, name)), value)
        for name, value in values.items()
        if (_plain(getattr(before, name)) or None) != (value or None)
    }
    await save_restaurant(transaction, before.id, {name: change.after for name, change in changes.items()})
    if "external_id" in edit.model_fields_set and edit.external_id != before.external_id:
        await _save_external_id(transaction, before, edit.external_id)
        changes["external_id"] = Change(before.external_id, edit.external_id)
    return changes


async def _save_external_id(transaction: Transaction, before: ShownRestaurant, external_id: str | None) -> None:
    if external_id is None:
        await store.forget_external_id(transaction, before.id)
        return
    if other := await store.other_restaurant_with(transaction, before.id, external_id):
        raise Refused(
            f"{other} has the external id {external_id}",
            code="EXTERNAL_ID_TAKEN",
            hint="an import knows a restaurant by its external id: give another one",
        )
    await learn_external_id(transaction, before.id, external_id)


async def _save_images(
    transaction: Transaction, restaurant_id: UUID, images: Mapping[ImageName, GivenImage | None]
) -> dict[str, Change]:
    changes = dict[str, Change]()
    for name, image in images.items():
        if name not in EDITABLE_IMAGES:
            raise Refused(
                f"{name} cannot be replaced",
                code="IMAGE_NOT_EDITABLE",
                hint=f"the images are {', '.join(EDITABLE_IMAGES)}",
            )
        stored, new = await read_image(transaction, restaurant_id, name), image.data_uri if image else None
        if (stored or None) != new:
            await save_restaurant(transaction, restaurant_id, {name: new})
            changes[name] = Change("an image" if stored else None, image.description if image else None)
    return changes


async def _record(
    transaction: Transaction,
    before: ShownRestaurant,
    job: ActiveJob | None,
    changes: Mapping[str, Change],
    attribution: Attribution,
) -> None:
    data = {
        "restaurant_id": str(before.id),
        "restaurant": before.name,
        "changes": {name: {"before": change.before, "after": change.after} for name, change in changes.items()},
    }
    what = f"restaurant edited: {', '.join(changes)}"
    await record(transaction, what[:_LONGEST], attribution, job_id=job.job_id if job else None, data=data)


_LONGEST = 250


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
