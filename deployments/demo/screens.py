"""Showing a batch while it runs: a live table on a terminal, plain lines elsewhere."""

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from textwrap import shorten
from uuid import UUID

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from registration.cli.live import batch_table, now
from registration.reporting import current_step, sub_steps_done, waits_for
from registration.states import JobStatus
from registration.steps import STEPS
from registration.store.snapshot import BatchView, JobView
from registration.sub_steps import SUB_STEPS

_SECONDS_BETWEEN_LINES = 2.0
_LONGEST_LINE = 160


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
        """One line with the time; `text` may have markup."""
        self.console.print(f"[bright_black]{self.elapsed:4.0f} s[/]  {text}", soft_wrap=True)

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
    """A file or a pipe: a line when something changed, at most every two seconds, and one for each end."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._last, self._last_at = "", float("-inf")
        self._told: set[UUID] = set()

    def show(self, view: BatchView) -> None:
        for job in view.jobs.values():
            if job.status.ended and job.id not in self._told:
                self._told.add(job.id)
                self.say(escape(f"{job.restaurant}: {shorten(now(job).plain, _LONGEST_LINE)}"))
        standing = _standing(view)
        if standing != self._last and self.elapsed - self._last_at >= _SECONDS_BETWEEN_LINES:
            self._last, self._last_at = standing, self.elapsed
            self.say(standing)


def screen_for(console: Console) -> Screen:
    """The right one for where the output goes."""
    return LiveScreen(console) if console.is_terminal else LineScreen(console)


def _standing(view: BatchView) -> str:
    places = Counter(map(_place, view.jobs.values()))
    told = ", ".join(f"{count} {place}" for place, count in sorted(places.items()))
    done = sum(map(sub_steps_done, view.jobs.values()))
    return f"{told}; sub-steps done: {done} of {len(SUB_STEPS) * len(view.jobs)}"


def _place(job: JobView) -> str:
    if job.status.ended or job.status is JobStatus.PENDING:
        return job.status.replace("_", " ")
    waiting = waits_for(job)
    return f"waiting at {waiting}" if waiting else f"in {STEPS[current_step(job)].name}"
