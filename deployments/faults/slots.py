"""Browser slots that are held when the Prefect server, or the process that holds them, is killed."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from prefect.client.orchestration import PrefectClient

from deployments.faults.clock import FAST
from deployments.faults.finishing import finish, settled, verdict
from deployments.faults.lab import Lab
from deployments.faults.trial import Trial
from deployments.faults.verdicts import Verdict
from deployments.local.prepared_batches import PreparedBatch
from deployments.local.pretended_platform import AT_ONCE, Latencies
from deployments.server.limits import BROWSER_LIMIT, provide_browser_limit

_RESTAURANTS, _SLOTS, _USUAL_SLOTS = 4, 2, 10
_LATENCIES = Latencies("realistic")
_SETTINGS = {"REGISTRATION_BROWSER_LIMIT": str(_SLOTS)}
_LIMIT = 300.0
_GIVEN_BACK_LIMIT = 120.0
"""A lease of a slot lasts a minute, and the server looks for those that have passed now and then."""


async def _server_killed(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    async with _two_slots(lab) as client:
        batch = await lab.batch(_RESTAURANTS)
        await lab.platform.behave(_LATENCIES)
        async with lab.process([batch], FAST, _SETTINGS) as process:
            await _held(client)
            lab.servers.prefect.kill()
            await asyncio.sleep(2)
            await lab.servers.prefect.start_again()
            await settled(lab, [batch], process, time.monotonic() + _LIMIT)
        return dict.fromkeys(cases, await _ended(lab, client, batch))


async def _process_killed(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    async with _two_slots(lab) as client:
        batch = await lab.batch(_RESTAURANTS)
        await lab.platform.behave(_LATENCIES)
        async with lab.process([batch], FAST, _SETTINGS):
            await _held(client)
        return dict.fromkeys(cases, await _ended(lab, client, batch))


@asynccontextmanager
async def _two_slots(lab: Lab) -> AsyncGenerator[PrefectClient]:
    async with PrefectClient(lab.stack.addresses.prefect_api_url or "") as client:
        await provide_browser_limit(client, _SLOTS)
        try:
            yield client
        finally:
            await lab.platform.behave(AT_ONCE)
            await provide_browser_limit(client, _USUAL_SLOTS)


async def _ended(lab: Lab, client: PrefectClient, batch: PreparedBatch) -> Verdict:
    """All is completed within the two slots, and both are given back."""
    await finish(lab, [batch], settings=_SETTINGS, limit=_LIMIT)
    found = await verdict(lab, batch)
    try:
        await _slots(client, lambda active: active == 0, _GIVEN_BACK_LIMIT)
    except TimeoutError:
        return found + Verdict(stuck=("a browser slot was never given back",))
    return found


async def _held(client: PrefectClient) -> None:
    await _slots(client, lambda active: active == _SLOTS, _LIMIT)


async def _slots(client: PrefectClient, wanted: Callable[[int], bool], limit: float) -> None:
    """Wait until so many slots are taken. Raises TimeoutError."""
    async with asyncio.timeout(limit):
        while not wanted((await client.read_global_concurrency_limit_by_name(BROWSER_LIMIT)).active_slots):
            await asyncio.sleep(0.2)


TRIALS = (
    Trial(("slots/server-killed",), _server_killed, alone=True),
    Trial(("slots/process-killed",), _process_killed, alone=True),
)
