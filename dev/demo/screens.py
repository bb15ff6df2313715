"""Display of a running batch: a live table on a terminal, plain lines elsewhere."""

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from textwrap import shorten
from uuid import UUID

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from interfaces.cli.escaping import EscapingConsole
from interfaces.cli.rendering.live import batch_table, current_state
from registration.reporting.summary import current_step, sub_steps_done
from registration.states import JobStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS

_SECONDS_BETWEEN_LINES, _SLOWING = 4.0, 0.4
"""Shortest pause between two lines of progress, and longest as a share of the time so far.

On a slow machine the lines come at longer intervals, so that all of them fit one screen.
"""
_WIDTH = 80
_TIME = 8
"""Width of the time at the start of a line."""


class Screen(ABC):
    """The display of the demo; times count from its creation."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """Print a text with the time; `text` may have markup. Errors of a closed terminal are ignored."""
        lines = Text.from_markup(text).wrap(self.console, max(1, self.console.width - _TIME))
        with suppress(OSError):
            for number, line in enumerate(lines):
                line.rstrip()
                self.console.print(Text.assemble(self._time() if not number else " " * _TIME, line), soft_wrap=True)

    def _time(self) -> Text:
        return Text(f"{f'{self.elapsed:.0f} s':>{_TIME - 2}}  ", style="bright_black")

    def link(self, address: str | None) -> None:
        """Print an address on its own unbroken line, so that it can be copied."""
        if address:
            with suppress(OSError):
                self.console.print(f"    {address}", markup=False, soft_wrap=True)

    @contextmanager
    def showing(self, name: str) -> Generator[None]:
        """A context in which the batch called `name` is shown."""
        self.say(f"{escape(name)} begins")
        yield

    @contextmanager
    def aside(self) -> Generator[None]:
        """A context in which the screen is free for a conversation."""
        yield

    @abstractmethod
    def show(self, view: BatchView) -> None:
        """Show the present state of the batch."""


class LiveScreen(Screen):
    """A terminal: one table, redrawn in place."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._name = ""
        self._live: Live | None = None

    @contextmanager
    def showing(self, name: str) -> Generator[None]:
        """A context with the live table; its last state stays on the terminal."""
        self._name = name
        with Live(console=self.console, auto_refresh=False, vertical_overflow="visible") as self._live:
            yield

    @contextmanager
    def aside(self) -> Generator[None]:
        """A context without the table, which is drawn below the conversation afterwards."""
        assert self._live is not None
        self._live.update(Text(""), refresh=True)
        self._live.stop()
        yield
        self._live.start()

    def show(self, view: BatchView) -> None:
        assert self._live is not None
        elapsed = Text(f"{self.elapsed:.0f} s", style="bright_black")
        self._live.update(Group("", batch_table(view, self._name), elapsed), refresh=True)


class LineScreen(Screen):
    """A file or a pipe: a line for each restaurant that ends without completing, and a summary from time to time."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._last, self._last_at = "", float("-inf")
        self._printed: set[UUID] = set()

    def show(self, view: BatchView) -> None:
        for job in view.jobs.values():
            if job.status.ended and job.status is not JobStatus.COMPLETED and job.id not in self._printed:
                self._printed.add(job.id)
                text = f"{job.restaurant}: {current_state(job).plain}"
                self.say(escape(shorten(text, self.console.width - _TIME, placeholder=" …")))
        progress = _progress(view)
        if view.open_jobs and progress != self._last and self._is_time():
            self._last, self._last_at = progress, self.elapsed
            self.say(progress)

    def _is_time(self) -> bool:
        return self.elapsed - self._last_at >= max(_SECONDS_BETWEEN_LINES, _SLOWING * self._last_at)


def console() -> Console:
    """The console of the standard output; a file or a pipe has no width of its own."""
    made = EscapingConsole(highlight=False)
    return made if made.is_terminal else EscapingConsole(highlight=False, width=_WIDTH)


def screen_for(console: Console) -> Screen:
    """The screen for a terminal, or for a file or pipe."""
    return LiveScreen(console) if console.is_terminal else LineScreen(console)


def _progress(view: BatchView) -> str:
    """Number of restaurants completed, and at each step in the order of the steps."""
    if all(job.status is JobStatus.PENDING for job in view.jobs.values()):
        return "waiting for the worker to start the run"
    counts = Counter(sorted((_step(job), job.waits_for_people) for job in view.open_jobs))
    completed = sum(job.status is JobStatus.COMPLETED for job in view.jobs.values())
    parts = [f"{completed} completed"] if completed else []
    for (step, waits), count in counts.items():
        parts.append(f"{count} {'waiting at' if waits else 'in'} {STEPS[step].name}")
    done = sum(map(sub_steps_done, view.jobs.values()))
    return ", ".join(parts) + (f"; {done} of {len(SUB_STEPS) * len(view.jobs)} sub-steps done" if done else "")


def _step(job: JobView) -> Step:
    """The gate at which the job waits, if any: step 1 may still be running beside it."""
    return job.waiting_gate or current_step(job)
