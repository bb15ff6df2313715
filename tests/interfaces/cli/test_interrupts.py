"""Ctrl-C at any moment: the program ends, prints what was written, and restores the terminal."""

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
    time.sleep(0.2)  # until the loop waits; this thread gets the signal, not the loop's
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

printing = threading.Event()

class SlowStatus:
    @property
    def message(self):
        printing.set()
        sys.stdin.readline()
        return "two answers were written"

interrupts = Interrupts("kai", status=SlowStatus())
interrupts.listen()
os.kill(os.getpid(), signal.SIGINT)
printing.wait()
print("leaving", flush=True)
interrupts.exit_if_interrupted()
"""


def test_a_signal_that_does_not_wake_the_loop_ends_the_program() -> None:
    """Such as a signal that arrives just before the loop begins to wait."""
    ended = subprocess.run(
        [sys.executable, "-c", BETWEEN_TWO_STEPS], capture_output=True, text=True, timeout=HANG, check=False
    )
    assert ended.returncode == 130
    assert ended.stderr == "\nkai: interrupted; nothing was written\n"


@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
async def test_a_blocked_loop_is_ended_by_the_thread(sent: signal.Signals, code: int) -> None:
    """The loop is blocked by a call, such as a long import."""
    deaf = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEAF), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert deaf.stdout
    await deaf.stdout.readline()
    deaf.send_signal(sent)
    _, result = await asyncio.wait_for(deaf.communicate(), HANG)
    assert (deaf.returncode, result.decode()) == (code, "\nkai: interrupted; nothing was written\n")


async def test_an_ending_program_waits_for_the_threads_message() -> None:
    """The command has ended, and its main thread exits while the other thread prints."""
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
