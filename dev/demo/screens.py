"""Showing a batch while it runs: a live table on a terminal, plain lines elsewhere."""

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

from interfaces.cli.escaping import HarmlessConsole
from interfaces.cli.pages.live import batch_table, now
from registration.reporting.summary import current_step, sub_steps_done
from registration.states import JobStatus, StepStatus
from registration.workflow.snapshot import BatchView, JobView, waits_for
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS

_SECONDS_BETWEEN_LINES, _SLOWING = 4.0, 0.4
"""Shortest pause between two lines of progress, and longest as a share of the time so far.

On a slow machine the lines come at longer intervals, so that all of them fit one screen.
"""
_WIDTH = 80
_TIME = 8
"""What the time takes of a line."""


class Screen(ABC):
    """Where the demo tells what happens; times count from its making."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """A line with the time, or several beside it; `text` may have markup. A closed terminal hears nothing."""
        lines = Text.from_markup(text).wrap(self.console, max(1, self.console.width - _TIME))
        with suppress(OSError):
            for number, line in enumerate(lines):
                line.rstrip()
                self.console.print(Text.assemble(self._time() if not number else " " * _TIME, line), soft_wrap=True)

    def _time(self) -> Text:
        return Text(f"{f'{self.elapsed:.0f} s':>{_TIME - 2}}  ", style="bright_black")

    def link(self, address: str | None) -> None:
        """An address on a line of its own, which is never broken: it is to be copied."""
        if address:
            with suppress(OSError):
                self.console.print(f"    {address}", markup=False, soft_wrap=True)

    @contextmanager
    def showing(self, name: str) -> Generator[None]:
        """For as long as the batch called `name` is shown."""
        self.say(f"{escape(name)} begins")
        yield

    @contextmanager
    def aside(self) -> Generator[None]:
        """Keep the screen free for a conversation."""
        yield

    @abstractmethod
    def show(self, view: BatchView) -> None:
        """How the batch stands now."""


class LiveScreen(Screen):
    """A terminal: one table, drawn anew in its place."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._name = ""
        self._live: Live | None = None

    @contextmanager
    def showing(self, name: str) -> Generator[None]:
        """The last picture stays on the terminal."""
        self._name = name
        with Live(console=self.console, auto_refresh=False, vertical_overflow="visible") as self._live:
            yield

    @contextmanager
    def aside(self) -> Generator[None]:
        """The table makes room, and is drawn below the conversation afterwards."""
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
    """A file or a pipe: a line for each restaurant that ends, and now and then one for where the others are."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._last, self._last_at = "", float("-inf")
        self._told: set[UUID] = set()

    def show(self, view: BatchView) -> None:
        for job in view.jobs.values():
            if job.status.ended and job.id not in self._told:
                self._told.add(job.id)
                self.say(
                    escape(shorten(f"{job.restaurant}: {now(job).plain}", self.console.width - _TIME, placeholder=" …"))
                )
        standing = _standing(view)
        if view.open_jobs and standing != self._last and self._is_time():
            self._last, self._last_at = standing, self.elapsed
            self.say(standing)

    def _is_time(self) -> bool:
        return self.elapsed - self._last_at >= max(_SECONDS_BETWEEN_LINES, _SLOWING * self._last_at)


def console() -> Console:
    """Where the output goes; a file or a pipe has no width of its own."""
    made = HarmlessConsole(highlight=False)
    return made if made.is_terminal else HarmlessConsole(highlight=False, width=_WIDTH)


def screen_for(console: Console) -> Screen:
    """The right one for where the output goes."""
    return LiveScreen(console) if console.is_terminal else LineScreen(console)


def _standing(view: BatchView) -> str:
    """How many restaurants are at which step, in the order of the steps; nothing of those that have ended."""
    if all(job.status is JobStatus.PENDING for job in view.jobs.values()):
        return "waiting for the worker to take it up"
    places = Counter(sorted((_step(job), bool(waits_for(job))) for job in view.open_jobs))
    told = [f"{count} {'waiting at' if waits else 'in'} {STEPS[step].name}" for (step, waits), count in places.items()]
    done = sum(map(sub_steps_done, view.jobs.values()))
    return ", ".join(told) + (f"; {done} of {len(SUB_STEPS) * len(view.jobs)} sub-steps done" if done else "")


def _step(job: JobView) -> Step:
    """The gate at which it waits, if any: step 1 may still be running beside it."""
    waiting = (step for step in Step if job.steps[step].status is StepStatus.ACTION_REQUIRED)
    return next(waiting, current_step(job))
