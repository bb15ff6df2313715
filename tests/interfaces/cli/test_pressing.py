"""Ctrl-C at a hundred random moments: the program ends, says what was written, and leaves the terminal as it was."""

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
from tests.interfaces.cli.gates import at_company_gate
from tests.interfaces.cli.nursery import Nursery, Pressed, nursery

pytestmark = pytest.mark.slow

_PRESSES = 100
_KEYS = ("a", "2", "y")
"""Takes the first as it is recommended, answers the second, and writes both."""
_FEW, _LONGEST_MOMENT = 200, 2.0
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
    """The address of a server that takes every connection and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/api"


@dataclass
class Presser:
    """Somebody who presses Ctrl-C, now at this moment and now at that one."""

    registration: Commands
    everything: AsyncConnection
    nursery: Nursery
    chance: random.Random
    batch_id: UUID
    most: dict[str, int] = field(default_factory=dict[str, int])
    seconds: list[float] = field(default_factory=list[float])

    async def press(self) -> None:
        """Begin a program, press at some moment, and see what it leaves."""
        command = self.chance.choice(_COMMANDS)
        arguments = ("start", "--wait", "--batch", self.batch_id) if command == "start" else (command, self.batch_id)
        async with self.nursery.at_terminal(*arguments, TERM="xterm") as program:
            keys = _KEYS[: self.chance.choice(_SO_MANY)] if command == "answer" else ()
            program.press("".join(f"{key}\n" for key in keys))
            await self._moment(command, program, len(keys))
            program.press("\x03")
            pressed = time.monotonic()
            code = await program.ended()
            self.seconds.append(time.monotonic() - pressed)
            assert program.sane(), program.said
            self._check(program.said, code, await self._written())
            await self._wait_again()

    async def _moment(self, command: str, program: Pressed, keys: int) -> None:
        """When it has said so much, of all that such a command has ever said, or says no more, or a little later."""
        most = self.most.get(command, _FEW)
        words, deadline = self.chance.randint(0, most + _FEW), time.monotonic() + _LONGEST_MOMENT
        while len(program.said) < words and program.said.count(_ASKS) <= keys and time.monotonic() < deadline:
            if program.gone:
                break
            await asyncio.sleep(0.002)
        await asyncio.sleep(self.chance.choice((0, 0, 0.01, 0.02)))
        self.most[command] = max(most, len(program.said))

    def _check(self, said: str, code: int, written: int) -> None:
        if "interrupted; " not in said:
            # It had come to its end before.
            assert code == 0, said
            assert "2 accepted, 0 refused" in said
            assert written == 2
        else:
            assert code == 130, said
            told = re.search(r"interrupted; (?:(\d+) (?:of 2 )?answers were written)?(.*? may be)?", said)
            assert told is not None
            assert written - int(told[1] or 0) in ((0, 1) if told[2] else (0,)), said
        assert "Traceback" not in said

    async def _wait_again(self) -> None:
        """As if nobody had answered."""
        for again in filter(str.strip, _AGAIN.format(self.registration.organisation_id).split(";")):
            await self.everything.execute(text(again))

    async def _written(self) -> int:
        [row] = await self.registration.query("select count(*) as count from registration_decisions")
        return int(row["count"])


async def test_ctrl_c_at_any_moment(registration: Commands, everything: AsyncConnection, silent_server: str) -> None:
    """While it asks, writes, watches and starts: the exit code is 130, and what it says of the answers is true.

    SEED=… presses at the same moments again.
    """
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))
    sys.stdout.write(f"SEED={seed}\n")
    batch = await at_company_gate(registration, "1000001", None)
    async with nursery(PREFECT_API_URL=silent_server) as prepared:
        presser = Presser(registration, everything, prepared, random.Random(seed), batch.batch_id)
        for _ in range(_PRESSES):
            await presser.press()
    assert sorted(presser.seconds)[_PRESSES // 2] < 2


async def test_every_other_way_to_leave(registration: Commands) -> None:
    """A termination, a closed terminal and Ctrl-D are as good as Ctrl-C, when asked and when watching."""
    batch_id = (await at_company_gate(registration, "1000001", None)).batch_id
    async with nursery() as prepared:
        for command, sign, asked in (("answer", _ASKS, 3), ("watch", "waits", 130)):
            for way, codes in ((_terminated, {143}), (Pressed.hang_up, {129, asked}), (_ctrl_d, {asked})):
                async with prepared.at_terminal(command, batch_id, TERM="xterm") as program:
                    await program.until(sign)
                    way(program)
                    assert await program.ended() in codes, (command, way, program.said)
                    if way is not Pressed.hang_up:
                        assert "nothing was written" in program.said
                        assert program.sane()


def _terminated(program: Pressed) -> None:
    os.kill(program.pid, signal.SIGTERM)


def _ctrl_d(program: Pressed) -> None:
    program.press("\x04")
