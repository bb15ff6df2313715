"""Time until a batch is taken over after kill -9 of its process, without a person's help; twice in a row."""

import asyncio
import signal
import time
from contextlib import suppress

import psutil
from prefect.client.orchestration import PrefectClient

from dev.bench.harness import NO_QUEUES, Bench
from dev.bench.report import Aim, Part, Reached
from dev.bench.setups import workers
from dev.gate_forms.client import GateForms, OpenGate
from dev.stack.sandbox_control import AT_ONCE
from tasks.batch_runs import create_run, deployment_of_batches

_KILLS = 2
_RESTAURANTS = 3
_LIMIT = 300.0
_START_SECONDS = 10.0


async def _run(bench: Bench) -> Reached:
    batch = await bench.prepare(AT_ONCE, decided=False, restaurants=_RESTAURANTS)
    # Waiting times are those of an installation, whatever the benchmark's time scale is.
    async with workers(bench, NO_QUEUES | {"REGISTRATION_TIME_SCALE": "1"}), _client(bench) as client:
        gate_forms = GateForms(client, batch.batch_id)
        await create_run(client, await deployment_of_batches(client), batch.organisation_id, batch.batch_id)
        gate, seconds = await _another_gate(gate_forms, before=None), list[float]()
        for _ in range(_KILLS):
            begun = time.monotonic()
            _kill()
            gate = await _another_gate(gate_forms, before=gate)
            seconds.append(time.monotonic() - begun)
    times = " and ".join(f"{second:.0f} s" for second in seconds)
    return Reached(
        {"longest_s": max(seconds), "kills": float(len(seconds))},
        f"{times} until the new process asks again; lease 60 s, schedule 60 s, start of a process",
    )


def _kill() -> None:
    """Kill every process that a worker of the stack has started for a flow."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "prefect.engine" in process.cmdline():
                process.send_signal(signal.SIGKILL)


async def _another_gate(gate_forms: GateForms, before: OpenGate | None) -> OpenGate:
    """The open gate that asks about all restaurants, once it is another gate than before."""
    async with asyncio.timeout(_LIMIT):
        while True:
            for gate in await gate_forms.open_gates():
                if len(gate.questions) == _RESTAURANTS and (before is None or gate.run_id != before.run_id):
                    return gate
            await asyncio.sleep(0.2)


def _client(bench: Bench) -> PrefectClient:
    return PrefectClient(bench.stack.addresses.prefect_api_url or "")


PART = Part(
    "recovery",
    "kill -9 of a batch's process → its gate asks again",
    Aim("longest_s", 120 + _START_SECONDS, " s"),
    _run,
    minutes=5,
)
