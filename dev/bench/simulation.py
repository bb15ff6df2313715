"""The shortest possible step 6 of batches: the real graph, queues and latencies, without overhead (pure)."""

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Hashable, Mapping, Sequence
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


@dataclass(frozen=True)
class Load:
    """Restaurants of one organisation that start step 6 together, `start` seconds after the clock of the simulation.

    Each organisation has an account queue of its own; the browser slots are for all.
    """

    restaurants: Sequence[Seconds]
    organisation: Hashable = None
    start: float = 0.0


def makespan(restaurants: Sequence[Seconds], queues: Queues) -> float:
    """Seconds from the common start of all restaurants to the end of the last sub-step."""
    return makespan_of([Load(restaurants)], queues)


def makespan_of(loads: Sequence[Load], queues: Queues) -> float:
    """Seconds from the first start to the end of the last sub-step."""
    return _Simulation(loads, queues).run() - min(load.start for load in loads)


_START = ""
"""In place of a sub-step: the start of a restaurant."""


class _Simulation:
    """First come, first served in both queues; simultaneous requests are served in the order of the restaurants."""

    def __init__(self, loads: Sequence[Load], queues: Queues) -> None:
        each = [(seconds, load) for load in loads for seconds in load.restaurants]
        self._restaurants = [seconds for seconds, _ in each]
        self._organisations = [load.organisation for _, load in each]
        self._queues = queues
        self._now = 0.0
        self._next_account: defaultdict[Hashable, float] = defaultdict(float)
        self._free = queues.browser_slots or math.inf
        self._waiting: deque[tuple[int, SubStep]] = deque()
        self._ends: list[tuple[float, int, str]] = [
            (load.start, number, _START) for number, (_, load) in enumerate(each)
        ]
        heapq.heapify(self._ends)
        self._ended: list[set[SubStepName]] = [set() for _ in each]

    def run(self) -> float:
        """The end time of the last sub-step."""
        while self._ends:
            self._now, number, name = heapq.heappop(self._ends)
            if name == _START:
                self._begin(number, {row.name for row in SUB_STEPS.values() if not row.needs})
            else:
                self._end(number, SubStepName(name))
        return self._now

    def _end(self, number: int, name: SubStepName) -> None:
        self._ended[number].add(name)
        if SUB_STEPS[name].browser:
            self._free += 1
        self._begin(number, {row.name for row in SUB_STEPS.values() if name in row.needs})

    def _begin(self, number: int, candidates: set[SubStepName]) -> None:
        """Queue the sub-steps that became ready, then assign the free slots."""
        for row in SUB_STEPS.values():
            if row.name in candidates and self._ended[number].issuperset(row.needs):
                if row.browser:
                    self._waiting.append((number, row))
                else:
                    spaced = row.name is SubStepName.CLOUDWAITRESS_ACCOUNT
                    self._start(number, row, self._turn(self._organisations[number]) if spaced else 0.0)
        while self._waiting and self._free >= 1:
            self._free -= 1
            self._start(*self._waiting.popleft())

    def _turn(self, organisation: Hashable) -> float:
        """Seconds until the next account creation of the organisation is allowed; takes that turn."""
        start = max(self._now, self._next_account[organisation])
        self._next_account[organisation] = start + self._queues.account_spacing
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
