"""Child processes that never outlive their parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from dev.stack.errors import NotInTime, ProcessEnded
from dev.stack.service_user import ServiceUser
from dev.stack.waiting import until

_PR_SET_PDEATHSIG = 1
_PATIENCE_WHEN_URGED = 0.5


@dataclass(frozen=True)
class Child:
    """One running program: the leader of its own process group, with its own log; `again` restarts it."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    farewell: signal.Signals
    again: Callable[[], "Child"] = field(repr=False)
    _killed: Event = field(default_factory=Event, repr=False)

    @property
    def pid(self) -> int:
        """The process id, which is the id of the group too."""
        return self.popen.pid

    def ended(self) -> bool:
        """Whether the program has ended."""
        return self.popen.poll() is not None

    def check(self) -> None:
        """Raise ProcessEnded if the program has ended."""
        code = self.popen.poll()
        if code is not None:
            raise ProcessEnded(self.name, code, self.log)

    async def finish(self, limit: float) -> None:
        """Wait up to `limit` seconds for a clean end. Raises ProcessEnded on a code other than 0, NotInTime."""
        await until(self.ended, f"{self.name} to end", limit)
        if self.popen.returncode != 0:
            raise ProcessEnded(self.name, self.popen.returncode, self.log)

    async def stop(self, patience: float = 10, urged: signal.Signals | None = None) -> None:
        """Ask the whole group to end, wait `patience` seconds, then kill the rest.

        Before the kill the group gets the signal `urged`, if there is one, and half a second to react.
        """
        try:
            for sent, limit in ((self.farewell, patience), (urged, _PATIENCE_WHEN_URGED)):
                if sent is not None and not self.ended():
                    self._send(sent)
                    with contextlib.suppress(NotInTime):
                        await until(self.ended, f"{self.name} to stop", limit)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill the whole group at once; only once, since its number may belong to another process afterwards."""
        if self._killed.is_set():
            return
        self._send(signal.SIGKILL)
        self.popen.wait()
        self._killed.set()

    def _send(self, sent: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, sent)


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    user: ServiceUser | None = None,
    farewell: signal.Signals = signal.SIGTERM,
) -> Child:
    """Start a program in a process group of its own, so that a Ctrl-C in the terminal reaches only us.

    Must be called from a thread that lives as long as the program: on Linux the kernel sends `farewell` to the program
    when that thread ends, even by SIGKILL.
    """

    def again() -> Child:
        return start(name, command, log=log, environment=environment, folder=folder, user=user, farewell=farewell)

    with log.open("ab") as output:
        popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=die_with_parent(farewell),  # noqa: PLW1509 (two system calls, no memory: no lock is needed)
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    return Child(name, popen, log, farewell, again)


def die_with_parent(farewell: signal.Signals = signal.SIGKILL) -> Callable[[], None] | None:
    """A function for the child before its program starts: on Linux it requests this signal for our death; else None."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        # A change of user would clear the request; Popen runs this after it.
        prctl(_PR_SET_PDEATHSIG, farewell)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
