"""The platform's addresses, each with the endpoint that serves it."""

from fastapi import APIRouter

from sandbox.platform.dispatch import Dispatch
from sandbox.platform.endpoints import ROUTES
from sandbox.world import World


def platform_router(world: World) -> APIRouter:
    """All endpoints of the platform."""
    router = APIRouter(tags=["platform"])
    for route in ROUTES:
        endpoint = Dispatch(world, route)
        router.add_api_route(route.path, endpoint, methods=[route.method], name=route.name, summary=route.contract)
    return router
