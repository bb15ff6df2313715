"""Importing restaurants from a CSV text."""

from typing import Any

from fastapi import APIRouter, Request

from interfaces.api.auth import Operator
from interfaces.api.idempotency import IdempotencyKey, KeyedRoute
from interfaces.api.models.base import FieldProblem
from interfaces.api.models.imports import RestaurantsImported
from interfaces.api.problems import ProblemError, first_of
from registration.restaurants.csv_import import read_restaurants
from registration.restaurants.importing import import_restaurants

router = APIRouter(prefix="/restaurants", tags=["restaurants"], route_class=KeyedRoute)
_KINDS = ("text/csv", "text/plain")
_CONTENT: dict[str, Any] = {kind: {"schema": {"type": "string"}} for kind in _KINDS}


@router.post(
    "/import",
    operation_id="ImportRestaurants",
    openapi_extra={"requestBody": {"required": True, "content": _CONTENT}},
)
async def import_list(
    request: Request, caller: Operator, key: IdempotencyKey, *, dry_run: bool = False, skip_invalid: bool = False
) -> RestaurantsImported:
    """Import restaurants, all or none; a restaurant that is there stays as it is, so a repetition makes none twice.

    The text is CSV with the columns of `registration import`, or cells pasted from a spreadsheet.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _KINDS:
        raise ProblemError(415, "NOT_ACCEPTABLE", f"a list comes as {' or '.join(_KINDS)}")
    try:
        read = read_restaurants((await request.body()).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ProblemError(422, "BAD_FILE", "the text is not UTF-8") from None
    if read.errors and not (skip_invalid and read.rows):
        cells = [f"/line {one.line}" + (f"/{one.column}" if one.column else "") for one in read.errors]
        wrong = [FieldProblem(pointer=cell, reason=one.what) for cell, one in zip(cells, read.errors, strict=True)]
        raise first_of(wrong, status=422, code="BAD_FILE")
    rows = await import_restaurants(caller.database, caller.organisation_id, read.rows, dry_run=dry_run)
    return RestaurantsImported.of(rows, read.errors, read.remarks, dry_run=dry_run)
