"""Having a browser: one line while it is fetched, and what the tools say only for who must look."""

import sys
from pathlib import Path

import pytest

from dev.stack.browser import Way, fetch

FAILS = Way("a download", [sys.executable, "-c", "raise OSError('getaddrinfo')"])


async def test_a_download_that_is_not_reachable_is_quiet_where_another_way_helps(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its stack trace is in the log, and nobody is sent there."""
    browser, log = tmp_path / "browser", tmp_path / "log"
    installs = Way("the system's packages", ["touch", str(browser)])

    async def usable() -> bool:
        return browser.exists()

    assert await fetch([FAILS, installs], usable, log)
    said, wrong = capfd.readouterr()
    assert said == "Fetching a browser (once, 1 to 10 minutes): a download, else the system's packages …\n"
    assert wrong == ""
    assert "getaddrinfo" in log.read_text()


async def test_the_log_is_named_if_no_way_helps(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With what can be done instead."""

    async def usable() -> bool:
        return False

    assert not await fetch([FAILS], usable, tmp_path / "log")
    said, wrong = capfd.readouterr()
    assert said.count("\n") == 1
    assert wrong.splitlines()[-1] == f"What was tried is in {tmp_path / 'log'}"
    assert "Traceback" not in wrong
