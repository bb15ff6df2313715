"""The state of one sandbox process: memory, database, faults, behaviour, background work."""

import asyncio
import math
import time
from collections.abc import Coroutine
from uuid import UUID

from dev.sandbox.calls import CallLog
from dev.sandbox.connections import Connections
from dev.sandbox.database import Database
from dev.sandbox.faults import WORK_KINDS, Fault, FaultBook, Kind, seeded_troubles
from dev.sandbox.jobs import Job
from dev.sandbox.journal import Journal
from dev.sandbox.latency import load_profile
from dev.sandbox.names import Endpoint
from dev.sandbox.register.directory import Directory
from dev.sandbox.rows import Restaurant
from dev.sandbox.settings import Behaviour, BehaviourChange, SandboxSettings
from dev.sandbox.state import PlatformState

HANG_SECONDS = 3600.0
_USUAL_REASON = "The page could not be read: it asked for a human"
GRACE_SECONDS = 0.2
GRACE_SHARE = 0.2


class AccountSpacing:
    """The ordering system's rule: an organisation opens one account at a time, with a pause between two.

    Inferred: the platform's source has no such rule (commit 3d2ff03 of 19 January 2026); its own batch service makes a
    pause because of the ordering system.
    """

    def __init__(self) -> None:
        self._last: dict[UUID, float] = {}

    def claim(self, organisation_id: UUID, spacing_seconds: float) -> bool:
        """Start an account creation; False if the last one was too recent.

        A small tolerance covers network jitter: a request that was sent on time may arrive early relative to a late
        predecessor.
        """
        now = time.monotonic()
        passed = now - self._last.get(organisation_id, -math.inf)
        if passed < spacing_seconds - min(GRACE_SECONDS, GRACE_SHARE * spacing_seconds):
            return False
        self._last[organisation_id] = now
        return True


class World:
    """The state behind all endpoints of the sandbox."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.behaviour = Behaviour.at_start(settings)
        self.profile = load_profile(self.behaviour.profile)
        self.database = Database(settings.database_url.get_secret_value())
        self._journal = Journal(settings.state_file)
        self.state = PlatformState(self._journal.read())
        self.faults = FaultBook()
        self.calls = CallLog()
        self.spacing = AccountSpacing()
        self.connections = Connections()
        self.directory = Directory.load()
        self.jobs: dict[str, Job] = {}
        self._work: set[asyncio.Task[None]] = set()
        for fault in seeded_troubles() if settings.troubles else []:
            self.faults.add(fault)

    def behave(self, change: BehaviourChange) -> None:
        """Change the behaviour from now on; raises UnknownProfile, and then changes nothing."""
        behaviour = change.applied_to(self.behaviour)
        self.profile = load_profile(behaviour.profile)
        self.behaviour = behaviour

    def seconds(self, endpoint: Endpoint, latency_key: str) -> float:
        """Real seconds that an endpoint takes for a restaurant."""
        return self.scaled(self.profile.seconds_for(endpoint, latency_key) / self.behaviour.speed)

    def scaled(self, seconds: float) -> float:
        """Convert seconds of the unscaled clock to real seconds."""
        return seconds * self.behaviour.time_scale

    def add_fault(self, fault: Fault) -> None:
        """Put a fault in force."""
        self.faults.add(fault, math.inf if fault.lasts is None else self.scaled(fault.lasts))

    def fault_seconds(self, fault: Fault | None, default: float = 0) -> float:
        """The duration of a fault in real seconds."""
        return self.scaled(default if fault is None or fault.seconds is None else fault.seconds)

    def go_on(self, work: Coroutine[None, None, None]) -> None:
        """Run work in the background after its request was answered."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def remember(self, restaurant_id: UUID) -> None:
        """Append the state of a restaurant to the journal, if there is a journal."""
        self._journal.note(restaurant_id, self.state.of(restaurant_id))

    def forget(self) -> None:
        """Forget everything, like a new platform."""
        self.state = PlatformState({})
        self.jobs.clear()
        self._journal.rewrite({})

    def reset_effects(self) -> None:
        """Reset the counts; accounts and restaurants stay."""
        self.state.reset_effects()
        self._journal.rewrite(self.state.restaurants)

    async def close(self) -> None:
        """Cancel background work and close the connections."""
        for task in list(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self.database.close()


async def work_on(world: World, restaurant: Restaurant, work: Endpoint) -> str | None:
    """Wait as long as the extraction of a menu or of branding takes; return the reason if it failed.

    Durations and error texts are invented.
    """
    fault = world.faults.take(restaurant.names, work, WORK_KINDS)
    default = HANG_SECONDS if fault and fault.kind is Kind.HANG else 0
    await asyncio.sleep(world.seconds(work, restaurant.latency_key) + world.fault_seconds(fault, default))
    if fault is None or fault.kind is Kind.SLOW:
        return None
    return fault.message or _USUAL_REASON
