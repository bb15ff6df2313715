"""What a request must bring before anybody works on it: the key, the organisation, a proper body."""

import hmac
import json
from typing import cast
from uuid import UUID

from fastapi import Request
from pydantic import SecretStr, ValidationError

from sandbox.refusals import Refusal
from sandbox.rows import Restaurant, restaurant_by_id, restaurant_by_menu
from sandbox.telling.bodies import MenuBody, RestaurantBody
from sandbox.telling.wire import Part
from sandbox.world import World


def organisation_of(request: Request, service_key: SecretStr) -> UUID:
    """The organisation that asks; raises Refusal 401 without the service key, 400 without an organisation."""
    key = request.headers.get("X-Service-Key", "")
    if not hmac.compare_digest(key.encode(), service_key.get_secret_value().encode()):
        raise Refusal(401, "Missing or wrong X-Service-Key")
    try:
        return UUID(request.headers.get("X-Organisation-ID", ""))
    except ValueError:
        raise Refusal(400, "X-Organisation-ID is missing or not a uuid") from None


async def body_of(request: Request, model: type[Part]) -> Part:
    """The body with the parts of the path; raises Refusal 400 that names every bad field and repeats no value."""
    try:
        sent: object = json.loads(await request.body() or b"{}")
    except ValueError:
        raise Refusal(400, "The body is not JSON") from None
    if not isinstance(sent, dict):
        raise Refusal(400, "The body is not a JSON object")
    fields = cast(dict[str, object], sent) | request.path_params
    try:
        return model.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        reasons = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems)
        raise Refusal(400, f"Invalid request: {reasons}") from None


async def restaurant_of(world: World, organisation_id: UUID, body: Part) -> Restaurant:
    """The restaurant that a body is about; raises Refusal 404."""
    if isinstance(body, RestaurantBody):
        return await restaurant_by_id(world.database, organisation_id, body.restaurant_id)
    if isinstance(body, MenuBody):
        return await restaurant_by_menu(world.database, organisation_id, body.menu_id)
    raise TypeError(f"{type(body).__name__} tells no restaurant")
