"""Ends a program by Ctrl-C, a termination or a closed terminal: at any moment, and within two seconds."""

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

from interfaces.cli.process.interrupted import WriteStatus, write_status
from interfaces.cli.process.terminal import TerminalState, write_at_once

Result = TypeVar("Result")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIMIT = 1.5
"""Seconds in which an interrupted program ends by itself."""


class Interrupted(Exception):
    """The program was interrupted and has printed its message; `code` is the exit code by convention."""

    def __init__(self, number: int) -> None:
        self.code = 128 + number
        super().__init__(signal.Signals(number).name)


@contextmanager
def exit_when_terminal_closes() -> Generator[None]:
    """End the program silently, as SIGHUP does, if its terminal is closed: a message could not be read."""
    try:
        yield
    except OSError as error:
        if not is_closed_terminal(error):
            raise
        os._exit(128 + signal.SIGHUP)


def is_closed_terminal(error: BaseException) -> bool:
    """Whether the error comes from a closed terminal."""
    return isinstance(error, OSError) and error.errno == errno.EIO


class Interrupts:
    """Ends a program at a signal, whatever the program is doing.

    The interpreter handles signals only between two bytecode steps: a signal that arrives as the event loop begins to
    wait would be handled at the next event. Therefore a thread reads each signal at once and cancels the program's
    task. If the task has not ended in time, or the program is importing or exiting, the thread ends the process.
    """

    def __init__(self, program: str = "registration", limit: float = LIMIT, status: WriteStatus = write_status) -> None:
        self._program = program
        self._limit = limit
        self._status = status
        self._terminal = TerminalState()
        self._lock = threading.Lock()
        self._report_lock = threading.Lock()
        self._reported = False
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        self._number: int | None = None
        self.before_forced_exit: Callable[[], None] = lambda: None
        """Called by the thread before it ends the process."""

    def listen(self) -> None:
        """Handle signals from now on; to be called by the main thread.

        A signal that is ignored, as by `nohup`, stays ignored. A signal that the parent process blocked is unblocked.
        """
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _handled_by_thread)
        threading.Thread(target=self._end_at_signal, args=(read_end,), name="interrupts", daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def run(self, main: Coroutine[Any, Any, Result]) -> Result:
        """The result of `main`. Raises Interrupted if a signal arrived before `main` ended and cleaned up."""
        try:
            with asyncio.Runner() as runner:
                result = runner.run(self._run_interruptibly(main))
        except (asyncio.CancelledError, Exception) as error:
            if self._number is None:
                raise
            raise Interrupted(self._number) from error
        if self._number is not None:
            raise Interrupted(self._number)
        return result

    def exit_if_interrupted(self) -> None:
        """End the program if a signal arrived, after its message is printed; return if none arrived."""
        if self._number is not None:
            self._report_once()
            os._exit(128 + self._number)

    async def _run_interruptibly(self, main: Coroutine[Any, Any, Result]) -> Result:
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
                self._report_once()

    def _end_at_signal(self, read_end: int) -> None:
        """The body of the thread: act on the first signal, ignore later ones."""
        while (number := os.read(read_end, 1)[0]) not in SIGNALS:
            continue
        with self._lock:
            self._number = number
            running = self._running
        if running is not None:
            loop, task = running
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(task.cancel)
                time.sleep(self._limit)
        # During the sleep the program ends by itself. A program that is still here has exceeded the limit, or ran no
        # task that needs to clean up.
        with suppress(Exception):
            self.before_forced_exit()
        self._report_once()
        os._exit(128 + number)

    def _report_once(self) -> None:
        """Print the message once; return when it is printed, also by another thread. The method never blocks."""
        with self._report_lock:
            if self._reported:
                return
            self._reported = True
            self._terminal.restore()
            write_at_once(2, f"\n{self._program}: interrupted; {self._status.message}\n".encode())


def _handled_by_thread(number: int, frame: FrameType | None) -> None:
    """Replaces the interpreter's default handler and does nothing: the thread acts on the signal."""
