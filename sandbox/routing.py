"""The platform's addresses: each leads to the platform as it is built, or to the kinder one while that is asked for."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sandbox.platform.dispatch import Dispatch
from sandbox.platform.endpoints import ROUTES
from sandbox.telling.dispatch import Dispatch as TellingDispatch
from sandbox.telling.endpoints import SERVED
from sandbox.world import World


@dataclass(frozen=True)
class _Switch:
    world: World
    platform: Dispatch
    telling: TellingDispatch | None

    async def __call__(self, request: Request) -> Response:
        """A case that is to be played is always the platform's as it is built."""
        if self.telling and self.world.behaviour.tells and not await self.platform.plays(request):
            return await self.telling(request)
        return await self.platform(request)


def platform_router(world: World) -> APIRouter:
    """All endpoints of the platform."""
    router = APIRouter(tags=["platform"])
    telling = {served.name: TellingDispatch(world, served) for served in SERVED}
    for route in ROUTES:
        switch = _Switch(world, Dispatch(world, route), telling.get(route.name))
        router.add_api_route(route.path, switch, methods=[route.method], name=route.name, summary=route.contract)
    return router
