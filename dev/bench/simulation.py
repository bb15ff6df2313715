"""The shortest possible step 6 of a batch: the real graph, queues and latencies, without overhead (pure)."""

import heapq
import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dev.stack.sandbox_control import PretendedPlatform
from registration.workflow.sub_steps import SUB_STEPS, SubStep, SubStepName

Seconds = Mapping[SubStepName, float]
"""Duration of each sub-step for one restaurant, from its request to its end."""


@dataclass(frozen=True)
class Queues:
    """Seconds between two account creations, and the number of concurrent browser-heavy requests (0 is no limit)."""

    account_spacing: float = 0.0
    browser_slots: int = 0


def polled(seconds: float, every: float) -> float:
    """Time at which work of `seconds` is seen as done, polled at the start and then every `every` seconds."""
    return math.ceil(seconds / every) * every if every else seconds


def makespan(restaurants: Sequence[Seconds], queues: Queues) -> float:
    """Seconds from the common start of all restaurants to the end of the last sub-step."""
    return _Simulation(restaurants, queues).run()


class _Simulation:
    """First come, first served in both queues; simultaneous requests are served in the batch's order."""

    def __init__(self, restaurants: Sequence[Seconds], queues: Queues) -> None:
        self._restaurants = restaurants
        self._queues = queues
        self._now = 0.0
        self._next_account = 0.0
        self._free = queues.browser_slots or math.inf
        self._waiting: deque[tuple[int, SubStep]] = deque()
        self._ends: list[tuple[float, int, SubStepName]] = []
        self._ended: list[set[SubStepName]] = [set() for _ in restaurants]

    def run(self) -> float:
        """The end time of the last sub-step."""
        for number in range(len(self._restaurants)):
            self._begin(number, {row.name for row in SUB_STEPS.values() if not row.needs})
        while self._ends:
            self._now, number, name = heapq.heappop(self._ends)
            self._ended[number].add(name)
            if SUB_STEPS[name].browser:
                self._free += 1
            self._begin(number, {row.name for row in SUB_STEPS.values() if name in row.needs})
        return self._now

    def _begin(self, number: int, candidates: set[SubStepName]) -> None:
        """Queue the sub-steps that became ready, then assign the free slots."""
        for row in SUB_STEPS.values():
            if row.name in candidates and self._ended[number].issuperset(row.needs):
                if row.browser:
                    self._waiting.append((number, row))
                else:
                    self._start(number, row, self._turn() if row.name is SubStepName.CLOUDWAITRESS_ACCOUNT else 0.0)
        while self._waiting and self._free >= 1:
            self._free -= 1
            self._start(*self._waiting.popleft())

    def _turn(self) -> float:
        """Seconds until the next account creation is allowed; takes that turn."""
        start = max(self._now, self._next_account)
        self._next_account = start + self._queues.account_spacing
        return start - self._now

    def _start(self, number: int, row: SubStep, wait: float = 0.0) -> None:
        seconds = self._restaurants[number][row.name]
        heapq.heappush(self._ends, (self._now + wait + seconds, number, row.name))


_IMAGES_WORK = "images-upload"


async def seconds_of_each(platform: PretendedPlatform, external_ids: Sequence[str], poll_every: float) -> list[Seconds]:
    """Duration of each sub-step for each restaurant with the sandbox's present behaviour, including polling."""
    return [_of_twelve(await platform.latencies_of(external_id), poll_every) for external_id in external_ids]


def _of_twelve(endpoints: Mapping[str, float], poll_every: float) -> Seconds:
    seconds = {row.name: endpoints[row.endpoint] for row in SUB_STEPS.values()}
    seconds[SubStepName.UPLOAD_IMAGES] += polled(endpoints[_IMAGES_WORK], poll_every)
    return seconds
