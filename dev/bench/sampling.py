"""CPU time of a process by layer: the main thread's stack is sampled every few milliseconds of CPU time."""

import signal
import time
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

PROJECT: Final = str(Path(__file__).resolve().parents[2])
_EVERY = 0.005
_OWN = ("flows", "tasks", "blocks", "registration")
_REPORTING = frozenset(
    f"{PROJECT}/{place}.py"
    for place in (
        "tasks/reporting/reporter",
        "tasks/reporting/artifacts",
        "tasks/reporting/narrator",
        "registration/reporting/summary",
        "registration/reporting/narration",
        "registration/reporting/summary",
    )
)
"""Files whose work shows a batch to people."""

DATABASE, HTTP, PREFECT, OURS = "sqlalchemy and psycopg", "httpx", "prefect", "ours"
LOOP, THREADS = "event loop", "other threads"
_LAYERS = {
    "sqlalchemy": DATABASE,
    "psycopg": DATABASE,
    "psycopg_binary": DATABASE,
    "httpx": HTTP,
    "httpcore": HTTP,
    "h11": HTTP,
    "prefect": PREFECT,
}


class Sampler:
    """Counts CPU seconds of the process by layer; all other threads are counted as one layer.

    `reporting` are the seconds, of any layer, that were spent on showing a batch to people.
    """

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.reporting = 0.0
        self._thread = self._process = 0.0

    @contextmanager
    def sampling(self) -> Generator[None]:
        """Sample until the end of the block; only on the main thread."""
        self._thread, self._process = time.thread_time(), time.process_time()
        before = signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _sample(self, _signal: int, frame: FrameType | None) -> None:
        thread, process = time.thread_time(), time.process_time()
        here, everywhere = thread - self._thread, process - self._process
        self._thread, self._process = thread, process
        files = tuple(_files(frame))
        self.seconds[layer_of(iter(files))] += here
        self.reporting += here if reports(files) else 0.0
        self.seconds[THREADS] += max(0.0, everywhere - here)


def reports(files: Iterable[str]) -> bool:
    """True if a stack belongs to work that shows a batch to people."""
    return not _REPORTING.isdisjoint(files)


def layer_of(files: Iterator[str]) -> str:
    """The layer of a stack, given its files from the innermost call outwards.

    The work of a library counts for the innermost layer that called it: httpx is a layer of its own only if we called
    it.
    """
    lent = None
    for file in files:
        layer = _layer(file)
        if layer in (DATABASE, PREFECT):
            return layer
        if layer == HTTP:
            lent = HTTP
        elif layer == OURS:
            return lent or OURS
    return lent or LOOP


def shares(seconds: Mapping[str, float]) -> dict[str, float]:
    """Each layer's share of the whole, largest first."""
    whole = sum(seconds.values()) or 1.0
    return {layer: part / whole for layer, part in sorted(seconds.items(), key=lambda one: -one[1])}


def _files(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back


def _layer(file: str) -> str | None:
    _, found, library = file.rpartition("/site-packages/")
    if found:
        return _LAYERS.get(library.partition("/")[0].removesuffix(".py"))
    inside = file.removeprefix(PROJECT + "/")
    return OURS if inside != file and inside.partition("/")[0] in _OWN else None
