"""Ctrl-C at a hundred random moments: the program ends, prints what was written, and restores the terminal."""

import asyncio
import os
import random
import re
import signal
import socket
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.forked_programs import ForkedProgram, ForkServer, fork_server
from tests.interfaces.cli.waiting_batches import batch_at_company_gate

pytestmark = pytest.mark.slow

_PRESSES = 100
_KEYS = ("a", "2", "y")
"""Accept the first question's recommended answer, answer the second, and write both."""
_FEW, _LONGEST_MOMENT = 200, 2.0
_HANG_OF_HALF = 20.0
"""Seconds. The promise is 2 on a usual machine; a program that waits for the silent server takes longer than this."""
_ASKS = "quit:"
_SO_MANY = (0, 1, 2, 3, 3, 3, 3, 3)
_AGAIN = """
delete from registration_decisions where organisation_id = '{0}';
update registration_job_steps set status = 'action_required' where organisation_id = '{0}' and step_number = 3;
update registration_job_steps set status = 'pending' where organisation_id = '{0}' and step_number = 4;
"""
_COMMANDS = ("answer", "answer", "answer", "watch", "start")


@pytest.fixture
def silent_server() -> Generator[str]:
    """The address of a server that accepts every connection and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/api"


@dataclass
class RandomInterrupter:
    """Runs programs and presses Ctrl-C at random moments."""

    registration: Commands
    everything: AsyncConnection
    server: ForkServer
    chance: random.Random
    batch_id: UUID
    most: dict[str, int] = field(default_factory=dict[str, int])
    seconds: list[float] = field(default_factory=list[float])

    async def press(self) -> None:
        """Start a program, press Ctrl-C at a random moment, and check its output and its writes."""
        command = self.chance.choice(_COMMANDS)
        arguments = ("start", "--wait", "--batch", self.batch_id) if command == "start" else (command, self.batch_id)
        async with self.server.run_at_terminal(*arguments, TERM="xterm") as program:
            keys = _KEYS[: self.chance.choice(_SO_MANY)] if command == "answer" else ()
            program.press("".join(f"{key}\n" for key in keys))
            await self._moment(command, program, len(keys))
            program.press("\x03")
            pressed = time.monotonic()
            code = await program.exit_code()
            self.seconds.append(time.monotonic() - pressed)
            assert program.terminal_is_restored(), program.output
            self._check(program.output, code, await self._written())
            await self._wait_again()

    async def _moment(self, command: str, program: ForkedProgram, keys: int) -> None:
        """Wait for a random amount of output, up to the most that this command has ever printed, or for its silence."""
        most = self.most.get(command, _FEW)
        words, deadline = self.chance.randint(0, most + _FEW), time.monotonic() + _LONGEST_MOMENT
        while len(program.output) < words and program.output.count(_ASKS) <= keys and time.monotonic() < deadline:
            if program.has_ended:
                break
            await asyncio.sleep(0.002)
        await asyncio.sleep(self.chance.choice((0, 0, 0.01, 0.02)))
        self.most[command] = max(most, len(program.output))

    def _check(self, output: str, code: int, written: int) -> None:
        if "interrupted; " not in output:
            # The program had ended before the interrupt.
            assert code == 0, output
            assert "2 accepted, 0 refused" in output
            assert written == 2
        else:
            assert code == 130, output
            report = re.search(r"interrupted; (?:(\d+) (?:of 2 )?answers were written)?(.*? may be)?", output)
            assert report is not None
            assert written - int(report[1] or 0) in ((0, 1) if report[2] else (0,)), output
        assert "Traceback" not in output

    async def _wait_again(self) -> None:
        """Reset the rows, as if no question was answered."""
        for again in filter(str.strip, _AGAIN.format(self.registration.organisation_id).split(";")):
            await self.everything.execute(text(again))

    async def _written(self) -> int:
        [row] = await self.registration.query("select count(*) as count from registration_decisions")
        return int(row["count"])


async def test_ctrl_c_at_any_moment(registration: Commands, everything: AsyncConnection, silent_server: str) -> None:
    """While a program asks, writes, watches or starts: the exit code is 130, and its message about answers is true.

    The variable SEED repeats the random moments of an earlier run.
    """
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    sys.stdout.write(f"SEED={seed}\n")
    batch = await batch_at_company_gate(registration, "1000001", None)
    async with fork_server(PREFECT_API_URL=silent_server) as prepared:
        interrupter = RandomInterrupter(registration, everything, prepared, random.Random(seed), batch.batch_id)
        for _ in range(_PRESSES):
            await interrupter.press()
    assert sorted(interrupter.seconds)[_PRESSES // 2] < _HANG_OF_HALF


async def test_every_other_way_to_interrupt(registration: Commands) -> None:
    """A termination, a closed terminal and Ctrl-D end a prompt and a watch as Ctrl-C does."""
    batch_id = (await batch_at_company_gate(registration, "1000001", None)).batch_id
    async with fork_server() as prepared:
        for command, sign, asked in (("answer", _ASKS, 3), ("watch", "waits", 130)):
            for way, codes in ((_terminated, {143}), (ForkedProgram.hang_up, {129, asked}), (_ctrl_d, {asked})):
                async with prepared.run_at_terminal(command, batch_id, TERM="xterm") as program:
                    await program.wait_for(sign)
                    way(program)
                    assert await program.exit_code() in codes, (command, way, program.output)
                    if way is not ForkedProgram.hang_up:
                        assert "nothing was written" in program.output
                        assert program.terminal_is_restored()


def _terminated(program: ForkedProgram) -> None:
    os.kill(program.pid, signal.SIGTERM)


def _ctrl_d(program: ForkedProgram) -> None:
    program.press("\x04")
