"""A failing test shows the end of the logs that were written while it ran."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_LINES = 40
_FOLDERS: list[Path] = []
_BEGAN = pytest.StashKey[float]()


@contextmanager
def logs_in(folder: Path) -> Generator[None]:
    """Servers and processes write their logs into the folder; they are shown if a test fails meanwhile."""
    _FOLDERS.append(folder)
    try:
        yield
    finally:
        _FOLDERS.remove(folder)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember when the test began."""
    item.stash[_BEGAN] = time.time()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the logs to the report of whatever failed: the test, what it needed, or what came after it."""
    report = yield
    if report.failed:
        for log in _written_since(item.stash.get(_BEGAN, 0.0)):
            report.sections.append((f"end of {log.name}, {report.when}", _end(log)))
    return report


def _written_since(moment: float) -> Iterator[Path]:
    for folder in _FOLDERS:
        for log in sorted({*folder.glob("*.log"), *folder.glob("*/*.log")}):
            if log.stat().st_mtime >= moment and log.stat().st_size:
                yield log


def _end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LINES:])
