"""`python -m dev.stack.browser`: provide a browser that Playwright can drive."""

import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dev.stack.errors import NotInTime
from dev.stack.interrupts import run_interruptible
from dev.stack.processes import start
from dev.stack.waiting import until
from registration.companies.website.browser_launch import start_browser
from registration.errors import BrowserCrashed, MisconfiguredInstallation

NO_BROWSER = "no browser can be driven here; `make browser` tries to get one"
_NONE = """\
No browser could be installed. Only reading the companies register's website needs
one: install Chromium with your system's packages, or run `make browser` where
Playwright can download it; or set REGISTRATION_REGISTER_DRIVER=http, which is
enough as long as the website's pages need no scripts."""
_MINUTES = 10


async def usable_browser() -> bool:
    """True if a browser can be started here."""
    try:
        browser = await start_browser()
    except (BrowserCrashed, MisconfiguredInstallation):
        return False
    await browser.end()
    return True


async def driver() -> Literal["browser", "http"]:
    """The driver for the register's website on this machine: a browser, else plain HTTP."""
    return "browser" if await usable_browser() else "http"


@dataclass(frozen=True)
class Way:
    """A way to get a browser: its name for messages, and its command."""

    name: str
    command: Sequence[str]


async def fetch(ways: Sequence[Way], usable: Callable[[], Awaitable[bool]], log: Path) -> bool:
    """Try one way after the other until there is a `usable` browser; print the result in one line.

    The output of the commands goes to the log, which is named only if all ways failed.
    """
    tried = ", else ".join(way.name for way in ways)
    print(f"Fetching a browser (once, 1 to {_MINUTES} minutes): {tried} …", flush=True)
    log.unlink(missing_ok=True)
    for way in ways:
        await _run(way, log)
        if await usable():
            return True
    print(f"{_NONE}\nThe output of all attempts is in {log}", file=sys.stderr)
    return False


async def _run(way: Way, log: Path) -> None:
    """Run to the end, whatever the exit code; a command over its time is killed."""
    child = start("browser", way.command, log=log, environment=os.environ, folder=log.parent)
    try:
        with suppress(NotInTime):
            await until(child.ended, way.name, 60.0 * _MINUTES)
    finally:
        child.kill()


def _ways() -> list[Way]:
    """The ways, cheapest first."""
    ways = [Way("playwright install", [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"])]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = "apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell"
        ways.append(Way("apt-get install", ["sh", "-c", install]))
    return ways


async def _main() -> int:
    if await usable_browser() or await fetch(_ways(), usable_browser, Path(sys.prefix) / "browser.log"):
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(run_interruptible(_main(), "make browser"))
