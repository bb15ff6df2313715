"""The end of a program by Ctrl-C, a termination or a closed terminal: at every moment, and within two seconds."""

import asyncio
import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from interfaces.cli.process.interrupted import Standing, standing
from interfaces.cli.process.terminal import TerminalState, write_at_once

Result = TypeVar("Result")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIMIT = 1.5
"""Seconds in which an interrupted program ends by itself."""


class Interrupted(Exception):
    """The program was interrupted, and has said so; `code` is its exit code by convention."""

    def __init__(self, number: int) -> None:
        self.code = 128 + number
        super().__init__(signal.Signals(number).name)


@contextmanager
def until_the_terminal_closes() -> Generator[None]:
    """End the program without a word if its terminal is closed, as SIGHUP would: nobody reads what it says."""
    try:
        yield
    except OSError as error:
        if not is_closed_terminal(error):
            raise
        os._exit(128 + signal.SIGHUP)


def is_closed_terminal(error: BaseException) -> bool:
    """Whether the error is that of a terminal which is gone."""
    return isinstance(error, OSError) and error.errno == errno.EIO


class Interrupts:
    """Has a program end by a signal, whatever it is doing.

    The interpreter looks at signals between two steps only: one that comes as the event loop begins to wait would be
    noticed when something else happens. So a thread of its own hears of each signal at once and cancels the program's
    task. What has not ended in time, or cannot be cancelled since it is imported or ends already, is ended from there.
    """

    def __init__(self, program: str = "registration", limit: float = LIMIT, told: Standing = standing) -> None:
        self._program = program
        self._limit = limit
        self._told = told
        self._terminal = TerminalState()
        self._lock = threading.Lock()
        self._saying = threading.Lock()
        self._said = False
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        self._number: int | None = None
        self.by_force: Callable[[], None] = lambda: None
        """What is done before the program is ended from outside: nothing waits for it longer than it takes."""

    def listen(self) -> None:
        """From now on; to be called by the main thread. What is ignored, as by `nohup`, stays ignored.

        What whoever started the program held back is let through.
        """
        hearing, telling = os.pipe()
        os.set_blocking(telling, False)
        signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
        for each in SIGNALS:
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, _left_to_the_thread)
        threading.Thread(target=self._hear, args=(hearing,), name="interrupts", daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def run(self, main: Coroutine[Any, Any, Result]) -> Result:
        """What `main` returns. Raises Interrupted if a signal came before its end, after its own cleaning up."""
        try:
            with asyncio.Runner() as runner:
                result = runner.run(self._watched(main))
        except (asyncio.CancelledError, Exception) as error:
            if self._number is None:
                raise
            raise Interrupted(self._number) from error
        if self._number is not None:
            raise Interrupted(self._number)
        return result

    def leave(self) -> None:
        """End the program if a signal came, once it has said so; return if none did."""
        if self._number is not None:
            self._say()
            os._exit(128 + self._number)

    async def _watched(self, main: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.current_task()
        assert task is not None
        with self._lock:
            self._running = (asyncio.get_running_loop(), task)
            if self._number is not None:
                task.cancel()
        try:
            return await main
        finally:
            with self._lock:
                self._running = None
                interrupted = self._number is not None
            if interrupted:
                with suppress(OSError):
                    sys.stdout.flush()
                self._say()

    def _hear(self, hearing: int) -> None:
        """The thread: the first signal counts, others change nothing."""
        while (number := os.read(hearing, 1)[0]) not in SIGNALS:
            continue
        with self._lock:
            self._number = number
            running = self._running
        if running is not None:
            loop, task = running
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(task.cancel)
                time.sleep(self._limit)
        # The program goes on to its own end meanwhile; what comes here has taken too long, or was doing nothing that
        # needs to be ended with care.
        with suppress(Exception):
            self.by_force()
        self._say()
        os._exit(128 + number)

    def _say(self) -> None:
        """How things stand, once; return when it has been said, also by another thread. Nothing in it waits."""
        with self._saying:
            if self._said:
                return
            self._said = True
            self._terminal.restore()
            write_at_once(2, f"\n{self._program}: interrupted; {self._told.words}\n".encode())


def _left_to_the_thread(number: int, frame: FrameType | None) -> None:
    """The interpreter needs something to call."""
