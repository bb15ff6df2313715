"""What each page of the console costs the server, and how large it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final
from uuid import UUID

import httpx

_TIMES: Final = 10
_ALWAYS: Final = ("/", "/batches", "/restaurants", "/import", "/leads", "/notices", "/accounts", "/settings", "/health")


@dataclass(frozen=True)
class PageCost:
    """The median milliseconds from a request to the end of its answer, and its size as sent, compressed."""

    milliseconds: float
    kilobytes: float

    def __str__(self) -> str:
        return f"{self.milliseconds:.0f} ms {self.kilobytes:.0f} kB"


def of_batch(batch_id: UUID, job_id: UUID) -> Mapping[str, str]:
    """The addresses of all pages for an administrator, by the names under which they are reported."""
    named = {"batch": f"/batches/{batch_id}", "restaurant": f"/jobs/{job_id}"}
    return {path.strip("/") or "inbox": path for path in _ALWAYS} | named


async def page_cost(client: httpx.AsyncClient, path: str) -> PageCost:
    """The cost of a page; a first request, which fills caches, does not count."""
    answer = (await client.get(path)).raise_for_status()
    took: list[float] = []
    for _ in range(_TIMES):
        began = perf_counter()
        answer = (await client.get(path)).raise_for_status()
        took.append(1000 * (perf_counter() - began))
    return PageCost(median(took), int(answer.headers["Content-Length"]) / 1000)
