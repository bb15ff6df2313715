"""Ctrl-C at any moment: the program ends, says what was written, and leaves the terminal as it was."""

import asyncio
import signal
import subprocess
import sys

import pytest

from tests.waiting import HANG

BETWEEN_TWO_STEPS = """
import asyncio, signal, sys, threading, time
from interfaces.cli.process.interrupts import Interrupted, Interrupts

def press():
    time.sleep(0.2)  # until the loop waits: its thread is not the one that gets the signal
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

async def main():
    threading.Thread(target=press, daemon=True).start()
    await asyncio.Event().wait()

interrupts = Interrupts("kai")
interrupts.listen()
try:
    interrupts.run(main())
except Interrupted as interrupted:
    sys.exit(interrupted.code)
"""

DEAF = """
import sys, time
from interfaces.cli.process.interrupts import Interrupts

async def main():
    print("deaf", flush=True)
    time.sleep(600)

interrupts = Interrupts("kai", limit=0.2)
interrupts.listen()
interrupts.run(main())
"""

LEAVING = """
import os, signal, sys, threading
from interfaces.cli.process.interrupts import Interrupts

saying = threading.Event()

class Slow:
    @property
    def words(self):
        saying.set()
        sys.stdin.readline()
        return "two answers were written"

interrupts = Interrupts("kai", told=Slow())
interrupts.listen()
os.kill(os.getpid(), signal.SIGINT)
saying.wait()
print("leaving", flush=True)
interrupts.leave()
"""


def test_a_signal_that_does_not_wake_the_loop_is_heard() -> None:
    """As one that comes just before the loop begins to wait."""
    ended = subprocess.run(
        [sys.executable, "-c", BETWEEN_TWO_STEPS], capture_output=True, text=True, timeout=HANG, check=False
    )
    assert ended.returncode == 130
    assert ended.stderr == "\nkai: interrupted; nothing was written\n"


@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
async def test_what_does_not_listen_is_ended(sent: signal.Signals, code: int) -> None:
    """A call that blocks the loop, as a long import."""
    deaf = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEAF), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert deaf.stdout
    await deaf.stdout.readline()
    deaf.send_signal(sent)
    _, said = await asyncio.wait_for(deaf.communicate(), HANG)
    assert (deaf.returncode, said.decode()) == (code, "\nkai: interrupted; nothing was written\n")


async def test_a_program_that_ends_meanwhile_lets_the_thread_finish_its_sentence() -> None:
    """The command has just ended: its own thread leaves while that of the interrupts says how things stand."""
    leaving = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LEAVING),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert leaving.stdout
    assert await leaving.stdout.readline() == b"leaving\n"
    _, error = await asyncio.wait_for(leaving.communicate(b"\n"), HANG)
    assert (leaving.returncode, error.decode()) == (130, "\nkai: interrupted; two answers were written\n")
