"""The control endpoints of the sandbox: effects, calls, faults, late menus, behaviour, latencies."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dev.sandbox.calls import CallRecord
from dev.sandbox.effects import Effect
from dev.sandbox.faults import Fault, Kind
from dev.sandbox.late_menus import LateMenu, deliver
from dev.sandbox.latency import LatencyProfile, UnknownProfile, load_profile
from dev.sandbox.names import REGISTER, Endpoint
from dev.sandbox.platform.endpoints import ROUTES, cases_of
from dev.sandbox.records import Account, digest
from dev.sandbox.settings import Behaviour, BehaviourChange
from dev.sandbox.world import World

NOBODY = UUID(int=0)
"""The restaurant of accounts that belong to none of the organisation's restaurants."""


class ForeignAccount(BaseModel):
    """An account that was opened on the platform by another party before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation_id: UUID
    email: str
    password: SecretStr


class Play(BaseModel):
    """The next answer of an endpoint, named as in the contract, for a restaurant, an organisation or any caller."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: str
    case: str
    restaurant: str | None = None
    organisation: UUID | None = None
    times: int | None = Field(default=1, ge=1)
    acts: bool | None = None

    def fault(self) -> Fault:
        """The fault that plays the answer; raises HTTPException 422 if the endpoint has no such answer."""
        route = next((one for one in ROUTES if self.endpoint in (one.contract, one.name)), None)
        if route is None or self.case not in cases_of(route):
            raise HTTPException(422, f"{self.endpoint} has no answer {self.case!r}")
        whom = self.restaurant or (str(self.organisation) if self.organisation else "*")
        return Fault(
            restaurant=whom, endpoint=route.name, kind=Kind.PLAYS, times=self.times, case=self.case, acts=self.acts
        )


class RegisterOutage(BaseModel):
    """An outage of the register, in seconds of the unscaled clock; without them it lasts until it is ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float | None = Field(default=None, ge=0)


class Control:
    """The control endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def health(self) -> dict[str, bool]:
        """Return 200 while the process lives."""
        return {"ok": True}

    async def effects(self, organisation_id: UUID | None = None) -> list[Effect]:
        """The effects that happened, with count and time; of one organisation, or of all."""
        everything = self._world.state.effects()
        return [effect for effect in everything if organisation_id in (None, effect.organisation_id)]

    async def reset_effects(self) -> dict[str, bool]:
        """Reset the counts; accounts and restaurants stay."""
        self._world.reset_effects()
        return {"ok": True}

    async def calls(self, restaurant_id: Annotated[list[str] | None, Query()] = None) -> list[CallRecord]:
        """The requests that arrived, oldest first; of some restaurants, or of all."""
        return [call for call in self._world.calls.calls if not restaurant_id or call.restaurant_id in restaurant_id]

    async def forget(self) -> dict[str, bool]:
        """Forget everything, like a new platform: accounts, restaurants, counts."""
        self._world.forget()
        return {"ok": True}

    async def faults(self) -> list[Fault]:
        """The faults in force."""
        return self._world.faults.in_force()

    async def add_fault(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._world.add_fault(fault)
        return fault

    async def take_register_away(self, outage: RegisterOutage) -> dict[str, bool]:
        """Cut every connection to the register, website and API, for a time."""
        for endpoint in REGISTER:
            fault = Fault(restaurant="*", endpoint=endpoint, kind=Kind.CUT_BEFORE, lasts=outage.seconds)
            self._world.add_fault(fault)
        return {"ok": True}

    async def bring_register_back(self) -> dict[str, bool]:
        """End the outage of the register, and every other fault of it."""
        self._world.faults.clear(REGISTER)
        return {"ok": True}

    async def cases(self) -> dict[str, list[str]]:
        """The names of all answers, by endpoint as the contract names it."""
        return {route.contract: list(cases_of(route)) for route in ROUTES}

    async def play(self, play: Play) -> Fault:
        """Answer the next matching request with a case of the contract."""
        fault = play.fault()
        self._world.faults.add(fault)
        return fault

    async def clear_faults(self) -> dict[str, bool]:
        """Remove all faults."""
        self._world.faults.clear()
        return {"ok": True}

    async def release(self, name: str) -> dict[str, bool]:
        """Release all answers that are held under this name, now and from now on."""
        self._world.faults.hold(name).set()
        return {"ok": True}

    async def deliver_menu(self, menu: LateMenu) -> dict[str, UUID]:
        """Store a menu that the pipeline has not requested, or does not wait for any more."""
        return {"menu_id": await deliver(self._world, menu)}

    async def settings(self) -> Behaviour:
        """The present behaviour."""
        return self._world.behaviour

    async def change_settings(self, change: BehaviourChange) -> Behaviour:
        """Change the behaviour from now on."""
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

    async def latency_for(self, latency_key: str) -> dict[Endpoint, float]:
        """Real seconds per endpoint for a restaurant (external id, else id) with the present behaviour."""
        return {endpoint: self._world.seconds(endpoint, latency_key) for endpoint in Endpoint}

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
    router.add_api_route("/register-outage", control.take_register_away, methods=["POST"])
    router.add_api_route("/register-outage", control.bring_register_back, methods=["DELETE"])
    router.add_api_route("/cases", control.cases, methods=["GET"])
    router.add_api_route("/plays", control.play, methods=["POST"])
    router.add_api_route("/holds/{name}", control.release, methods=["DELETE"])
    router.add_api_route("/menus", control.deliver_menu, methods=["POST"])
    router.add_api_route("/settings", control.settings, methods=["GET"])
    router.add_api_route("/settings", control.change_settings, methods=["POST"])
    router.add_api_route("/latency/{profile}", control.latency, methods=["GET"])
    router.add_api_route("/latency-for/{latency_key}", control.latency_for, methods=["GET"])
    router.add_api_route("/accounts", control.add_account, methods=["POST"])
    return router
