"""What a test or a benchmark may ask of the sandbox itself: effects, calls, faults, behaviour, latencies."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dev.sandbox.calls import CallRecord
from dev.sandbox.effects import Effect
from dev.sandbox.faults import Fault, Kind
from dev.sandbox.latency import LatencyProfile, UnknownProfile, load_profile
from dev.sandbox.names import Endpoint
from dev.sandbox.platform.endpoints import ROUTES, cases_of
from dev.sandbox.records import Account, digest
from dev.sandbox.settings import Behaviour, BehaviourChange
from dev.sandbox.world import World

NOBODY = UUID(int=0)
"""The restaurant of accounts that belong to none of ours."""


class ForeignAccount(BaseModel):
    """An account that somebody else opened on the platform before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation_id: UUID
    email: str
    password: SecretStr


class Play(BaseModel):
    """The next answer of an endpoint, named as in the contract; for a restaurant, an organisation, or whoever asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: str
    case: str
    restaurant: str | None = None
    organisation: UUID | None = None
    times: int | None = Field(default=1, ge=1)
    acts: bool | None = None

    def fault(self) -> Fault:
        """What the platform is told; raises HTTPException 422 if it has no such answer."""
        route = next((one for one in ROUTES if self.endpoint in (one.contract, one.name)), None)
        if route is None or self.case not in cases_of(route):
            raise HTTPException(422, f"{self.endpoint} has no answer {self.case!r}")
        whom = self.restaurant or (str(self.organisation) if self.organisation else "*")
        return Fault(
            restaurant=whom, endpoint=route.name, kind=Kind.PLAYS, times=self.times, case=self.case, acts=self.acts
        )


class Control:
    """The sandbox's own endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def health(self) -> dict[str, bool]:
        """It lives."""
        return {"ok": True}

    async def effects(self, organisation_id: UUID | None = None) -> list[Effect]:
        """What was really done, how often and when; of one organisation, or of all."""
        everything = self._world.state.effects()
        return [one for one in everything if organisation_id in (None, one.organisation_id)]

    async def reset_effects(self) -> dict[str, bool]:
        """Begin to count anew; what was done stays done."""
        self._world.reset_effects()
        return {"ok": True}

    async def calls(self, restaurant_id: Annotated[list[str] | None, Query()] = None) -> list[CallRecord]:
        """The calls that arrived, oldest first; of some restaurants, or all."""
        return [one for one in self._world.calls.calls if not restaurant_id or one.restaurant_id in restaurant_id]

    async def forget(self) -> dict[str, bool]:
        """Be a new platform: no accounts, no restaurants, no counts."""
        self._world.forget()
        return {"ok": True}

    async def faults(self) -> list[Fault]:
        """The faults in force."""
        return self._world.faults.faults

    async def add_fault(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._world.faults.add(fault)
        return fault

    async def cases(self) -> dict[str, list[str]]:
        """The names of all answers, by endpoint as the contract names it."""
        return {route.contract: list(cases_of(route)) for route in ROUTES}

    async def play(self, play: Play) -> Fault:
        """Answer as a case of the contract says, next time."""
        fault = play.fault()
        self._world.faults.add(fault)
        return fault

    async def clear_faults(self) -> dict[str, bool]:
        """Behave again."""
        self._world.faults.faults.clear()
        return {"ok": True}

    async def release(self, name: str) -> dict[str, bool]:
        """Let answers go on that are held under this name, now and from now on."""
        self._world.faults.hold(name).set()
        return {"ok": True}

    async def settings(self) -> Behaviour:
        """How it behaves."""
        return self._world.behaviour

    async def change_settings(self, change: BehaviourChange) -> Behaviour:
        """Behave otherwise from now on."""
        try:
            self._world.behave(change)
        except UnknownProfile as error:
            raise HTTPException(400, str(error)) from error
        return self._world.behaviour

    async def latency(self, profile: str) -> LatencyProfile:
        """A latency profile of the data file."""
        try:
            return load_profile(profile)
        except UnknownProfile as error:
            raise HTTPException(404, str(error)) from error

    async def latency_for(self, who: str) -> dict[Endpoint, float]:
        """Real seconds per endpoint for a restaurant (external id, else id) as it behaves now."""
        return {endpoint: self._world.seconds(endpoint, who) for endpoint in Endpoint}

    async def add_account(self, foreign: ForeignAccount) -> dict[str, UUID]:
        """Put an account on the platform that none of the callers opened."""
        account = Account(
            account_id=uuid4(),
            organisation_id=foreign.organisation_id,
            restaurant_id=NOBODY,
            email=foreign.email,
            password_digest=digest(foreign.password),
        )
        self._world.state.of(account.restaurant_id).accounts.append(account)
        self._world.remember(account.restaurant_id)
        return {"account_id": account.account_id}


def control_router(world: World) -> APIRouter:
    """The sandbox's own endpoints under /sandbox."""
    control = Control(world)
    router = APIRouter(prefix="/sandbox", tags=["sandbox"])
    router.add_api_route("/health", control.health, methods=["GET"])
    router.add_api_route("/effects", control.effects, methods=["GET"])
    router.add_api_route("/effects", control.reset_effects, methods=["DELETE"])
    router.add_api_route("/calls", control.calls, methods=["GET"])
    router.add_api_route("/state", control.forget, methods=["DELETE"])
    router.add_api_route("/faults", control.faults, methods=["GET"])
    router.add_api_route("/faults", control.add_fault, methods=["POST"])
    router.add_api_route("/faults", control.clear_faults, methods=["DELETE"])
    router.add_api_route("/cases", control.cases, methods=["GET"])
    router.add_api_route("/plays", control.play, methods=["POST"])
    router.add_api_route("/holds/{name}", control.release, methods=["DELETE"])
    router.add_api_route("/settings", control.settings, methods=["GET"])
    router.add_api_route("/settings", control.change_settings, methods=["POST"])
    router.add_api_route("/latency/{profile}", control.latency, methods=["GET"])
    router.add_api_route("/latency-for/{who}", control.latency_for, methods=["GET"])
    router.add_api_route("/accounts", control.add_account, methods=["POST"])
    return router
