"""The process that runs batches in whole-flow tests, and the rows that it leaves."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.waiting import HANG


@dataclass(frozen=True)
class Ended:
    """How a run of register-batch ended."""

    run_id: UUID
    type: str
    name: str
    message: str


@dataclass(frozen=True)
class Run:
    """A run of register-batch that was started."""

    future: asyncio.Future[Ended]

    async def ended(self, limit: float = HANG) -> Ended:
        """The end of the run; fails after `limit` seconds."""
        async with asyncio.timeout(limit):
            return await asyncio.shield(self.future)


@dataclass
class Host:
    """A process that runs register-batch; see tests/flows/host.py."""

    process: asyncio.subprocess.Process
    log: Path
    waiting: dict[int, asyncio.Future[Ended]] = field(default_factory=dict[int, asyncio.Future[Ended]])

    def start(self, organisation_id: UUID, **parameters: Any) -> Run:
        """Start a run."""
        number = len(self.waiting)
        ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self.waiting[number] = ended
        order = {"id": number, "parameters": {"organisation_id": organisation_id, **parameters}}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order, default=str).encode() + b"\n")
        return Run(ended)

    async def run(self, organisation_id: UUID, **parameters: Any) -> Ended:
        """Run to the end."""
        return await self.start(organisation_id, **parameters).ended()

    async def listen(self) -> None:
        """Pass on the messages of the process until it ends; waiting tests then fail."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            said = json.loads(line)
            ended = Ended(UUID(said["run_id"]), said["type"], said["name"], said["message"] or "")
            self.waiting[said["id"]].set_result(ended)
        for future in self.waiting.values():
            future.cancel("the process of the runs has ended")

    async def kill(self) -> None:
        """Send SIGKILL to the process."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def host(environment: Mapping[str, str], log: Path) -> AsyncGenerator[Host]:
    """Start a process for runs; it ends with the context."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.flows.host"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=output,
            env=dict(environment),
        )
    started = Host(process, log)
    listening = asyncio.create_task(started.listen())
    try:
        yield started
    finally:
        if process.returncode is None and process.stdin is not None:
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                await started.kill()
        await listening
