"""Editing restaurants: by their own id, and by the job at whose gate a person sees what is wrong."""

from uuid import UUID

from fastapi import APIRouter

from interfaces.api.auth import Caller, Operator
from interfaces.api.models.base import FieldProblem
from interfaces.api.models.edits import EditAsked, RestaurantEdited
from interfaces.api.models.restaurants import Restaurant
from interfaces.api.problems import first_of
from interfaces.api.runs import go_on
from registration.batches.detail_queries import read_job_detail
from registration.kit.values import reason_text
from registration.operations.edit_restaurant import edit_restaurant, read_edit
from registration.restaurants.detail_queries import shown_restaurant
from registration.restaurants.image_download import download_image, is_web_address
from registration.restaurants.images import GivenImage
from registration.restaurants.models import ImageName

job_router = APIRouter(tags=["restaurants"])
router = APIRouter(prefix="/restaurants", tags=["restaurants"])


@job_router.patch("/{job_id}/restaurant", operation_id="SaveRestaurantFromConfig")
async def edit_of_job(job_id: UUID, asked: EditAsked, caller: Operator) -> RestaurantEdited:
    """Correct the restaurant of a job."""
    async with caller.reading() as transaction:
        restaurant_id = (await read_job_detail(transaction, job_id)).restaurant_id
    return await _edit(caller, restaurant_id, asked)


@router.patch("/{restaurant_id}/workflow", include_in_schema=False)
@router.patch("/{restaurant_id}", operation_id="EditRestaurant")
async def edit(restaurant_id: UUID, asked: EditAsked, caller: Operator) -> RestaurantEdited:
    """Correct fields and images of a restaurant; the change is recorded with person and reason."""
    async with caller.reading() as transaction:
        await shown_restaurant(transaction, restaurant_id)
    return await _edit(caller, restaurant_id, asked)


async def _edit(caller: Caller, restaurant_id: UUID, asked: EditAsked) -> RestaurantEdited:
    try:
        fields = read_edit(asked.fields())
    except ValueError as error:
        wrong = FieldProblem(pointer="/opening_hours", reason=reason_text(error))
        raise first_of([wrong], status=422, code="INVALID_FIELDS") from None
    images = {name: await _image(name, address) for name, address in asked.images.items()}
    key = (caller.database, caller.organisation_id, restaurant_id)
    edited = await edit_restaurant(*key, fields, caller.attribution(asked.why), images)
    worked_on = False
    if edited.asked_anew is not None and edited.batch_id is not None:
        worked_on = (await go_on(caller, edited.batch_id)).worked_on
    async with caller.reading() as transaction:
        shown = Restaurant.of(await shown_restaurant(transaction, restaurant_id))
    said = f"changed: {', '.join(edited.changes)}" if edited.changes else "nothing was to be changed"
    later = "; the registration that runs uses the confirmed values" if edited.confirmed else ""
    return RestaurantEdited(
        restaurant=shown,
        message=f"{said}{later}",
        changed=list(edited.changes),
        ignored=asked.ignored,
        asked_anew=edited.asked_anew,
        batch_id=edited.batch_id,
        worked_on=worked_on,
    )


async def _image(name: ImageName, address: str | None) -> GivenImage | None:
    """The image at a public address. Raises Refused, and ProblemError for what is no address."""
    if address is None:
        return None
    if not is_web_address(address):
        wrong = FieldProblem(pointer=f"/{name}", reason="an image is given by an address that begins with https://")
        raise first_of([wrong], status=422, code="INVALID_FIELDS")
    return await download_image(address)
