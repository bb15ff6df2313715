"""Fetching a browser: one line of output, and the log of the commands only if all ways fail."""

import sys
from pathlib import Path

import pytest

from dev.stack.browser import Way, fetch

FAILS = Way("a download", [sys.executable, "-c", "raise OSError('getaddrinfo')"])


async def test_a_download_that_is_not_reachable_is_quiet_where_another_way_helps(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log has the stack trace, and the output does not refer to the log."""
    browser, log = tmp_path / "browser", tmp_path / "log"
    installs = Way("the system's packages", ["touch", str(browser)])

    async def usable() -> bool:
        return browser.exists()

    assert await fetch([FAILS, installs], usable, log)
    output, wrong = capfd.readouterr()
    assert output == "Fetching a browser (once, 1 to 10 minutes): a download, else the system's packages …\n"
    assert wrong == ""
    assert "getaddrinfo" in log.read_text()


async def test_the_log_is_named_if_no_way_helps(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The message has the alternatives."""

    async def usable() -> bool:
        return False

    assert not await fetch([FAILS], usable, tmp_path / "log")
    output, wrong = capfd.readouterr()
    assert output.count("\n") == 1
    assert wrong.splitlines()[-1] == f"The output of all attempts is in {tmp_path / 'log'}"
    assert "Traceback" not in wrong
