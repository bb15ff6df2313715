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
    """Register a folder of log files, whose ends are shown if a test fails within the block."""
    _FOLDERS.append(folder)
    try:
        yield
    finally:
        _FOLDERS.remove(folder)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember the start time of the test."""
    item.stash[_BEGAN] = time.time()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the ends of the logs to the report of a failed setup, test or teardown."""
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
