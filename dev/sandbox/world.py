"""Everything that one sandbox process holds: memory, database, faults, behaviour, background work."""

import asyncio
from collections.abc import Coroutine
from uuid import UUID

from dev.sandbox.calls import CallLog
from dev.sandbox.connections import Connections
from dev.sandbox.database import Database
from dev.sandbox.faults import Fault, FaultBook, seeded_troubles
from dev.sandbox.jobs import Job
from dev.sandbox.journal import Journal
from dev.sandbox.latency import load_profile
from dev.sandbox.names import Endpoint
from dev.sandbox.register.directory import Directory
from dev.sandbox.settings import Behaviour, BehaviourChange, SandboxSettings
from dev.sandbox.spacing import AccountSpacing
from dev.sandbox.state import PlatformState

HANG_SECONDS = 3600.0


class World:
    """The other side, pretended."""

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
        """Change the behaviour from now on; raises UnknownProfile and changes nothing then."""
        behaviour = change.applied_to(self.behaviour)
        self.profile = load_profile(behaviour.profile)
        self.behaviour = behaviour

    def seconds(self, endpoint: Endpoint, who: str) -> float:
        """Real seconds that something takes for a restaurant."""
        return self.scaled(self.profile.seconds_for(endpoint, who) / self.behaviour.speed)

    def scaled(self, seconds: float) -> float:
        """Seconds of the unscaled clock in real seconds."""
        return seconds * self.behaviour.time_scale

    def fault_seconds(self, fault: Fault | None, default: float = 0) -> float:
        """Real seconds that a fault asks for."""
        return self.scaled(default if fault is None or fault.seconds is None else fault.seconds)

    def go_on(self, work: Coroutine[None, None, None]) -> None:
        """Work on in the background after a call was answered."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def remember(self, restaurant_id: UUID) -> None:
        """Keep what is known of a restaurant, if it shall outlive the process."""
        self._journal.note(restaurant_id, self.state.of(restaurant_id))

    def forget(self) -> None:
        """Forget what was done, as if the platform were new."""
        self.state = PlatformState({})
        self.jobs.clear()
        self._journal.rewrite({})

    def reset_effects(self) -> None:
        """Begin to count anew; what was done stays done."""
        self.state.reset_effects()
        self._journal.rewrite(self.state.restaurants)

    async def close(self) -> None:
        """Give up background work and close the connections."""
        for task in list(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        await self.database.close()
