"""Restaurants: the list, one in detail, and its images where they are stored in the database."""

import base64
import binascii
import re
from typing import Annotated
from urllib.parse import unquote_to_bytes
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from interfaces.api.answers import TaggedRoute, paginate
from interfaces.api.auth import Caller, Viewer
from interfaces.api.models.jobs import Job, RestaurantActiveJob, RestaurantJobs
from interfaces.api.models.restaurants import Restaurant, RestaurantAnswer, RestaurantList, RestaurantRow
from interfaces.api.problems import not_found
from interfaces.api.routes.parameters import MOST_ROWS, CommaList, Offset, Search, stripped, words
from interfaces.api.shown_jobs import shown_jobs
from registration.batches.detail_queries import read_jobs_of_restaurant
from registration.restaurants.detail_queries import read_image, shown_restaurant
from registration.restaurants.images import image_kind
from registration.restaurants.list_queries import RestaurantFilter, list_restaurants
from registration.restaurants.models import ImageName

router = APIRouter(prefix="/restaurants", tags=["restaurants"], route_class=TaggedRoute)

_DATA = re.compile(r"data:image/(?P<kind>[a-z0-9.+-]+)(?:;[a-z0-9=-]+)*?(?P<base64>;base64)?,", re.IGNORECASE)
_SAFE = {"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "inline"}


@router.get("", operation_id="Restaurants")
async def restaurants(
    request: Request,
    caller: Viewer,
    *,
    search: Search = None,
    city: CommaList = None,
    cuisine: CommaList = None,
    registered: bool | None = None,
    active: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
    offset: Offset = 0,
) -> RestaurantList:
    """The restaurants by name: all, those the platform has (`registered`), those in a batch that runs (`active`)."""
    only = RestaurantFilter(
        search=stripped(search), cities=words(city), cuisines=words(cuisine), registered=registered, active=active
    )
    async with caller.reading() as transaction:
        found, total = await list_restaurants(transaction, only, limit=limit, offset=offset)
    pagination = paginate(request, total, limit, offset)
    return RestaurantList(restaurants=list(map(RestaurantRow.of, found)), total_count=total, pagination=pagination)


@router.get("/{restaurant_id}/details", include_in_schema=False)
@router.get("/{restaurant_id}", operation_id="Restaurant")
async def restaurant(restaurant_id: UUID, caller: Viewer) -> RestaurantAnswer:
    """A restaurant with its menus; its images are addresses."""
    async with caller.reading() as transaction:
        found = await shown_restaurant(transaction, restaurant_id)
    return RestaurantAnswer(restaurant=Restaurant.of(found))


@router.get("/{restaurant_id}/registration-jobs", operation_id="RestaurantJobs")
async def jobs(restaurant_id: UUID, caller: Viewer) -> RestaurantJobs:
    """The registrations of a restaurant, newest first."""
    return RestaurantJobs(jobs=await _jobs(caller, restaurant_id))


@router.get("/{restaurant_id}/registration-jobs/active", operation_id="RestaurantActiveJob")
async def active_job(restaurant_id: UUID, caller: Viewer) -> RestaurantActiveJob:
    """The registration of a restaurant that has not ended."""
    found = (job for job in await _jobs(caller, restaurant_id) if job.outcome is None)
    return RestaurantActiveJob(job=next(found, None))


async def _jobs(caller: Caller, restaurant_id: UUID) -> list[Job]:
    async with caller.reading() as transaction:
        await shown_restaurant(transaction, restaurant_id)
        stored = await read_jobs_of_restaurant(transaction, restaurant_id)
        return await shown_jobs(transaction, stored, slim=True)


@router.get(
    "/{restaurant_id}/images/{name}",
    operation_id="RestaurantImage",
    response_class=Response,
    responses={200: {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def image(restaurant_id: UUID, name: str, caller: Viewer) -> Response:
    """An image that is stored in the database; one that is stored as an address is not fetched for anybody."""
    if name not in list(ImageName):
        raise not_found("IMAGE_NOT_FOUND")
    async with caller.reading() as transaction:
        stored = await read_image(transaction, restaurant_id, ImageName(name))
    found = _decoded(stored or "")
    if found is None:
        raise not_found("IMAGE_NOT_FOUND")
    kind, content = found
    return Response(content, media_type=kind, headers=_SAFE)


def _decoded(stored: str) -> tuple[str, bytes] | None:
    """The kind of the image, by its first bytes, and the image; None where it is no picture (SVG can hold scripts)."""
    head = _DATA.match(stored)
    if head is None:
        return None
    try:
        rest = stored[head.end() :]
        content = base64.b64decode(rest) if head["base64"] else unquote_to_bytes(rest)
    except binascii.Error:
        return None
    kind = image_kind(content)
    return (kind, content) if kind else None
