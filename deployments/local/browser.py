"""`python -m deployments.local.browser`: have a browser that Playwright can drive."""

import asyncio
import os
import shutil
import sys
from typing import Literal

from registration.clients.browser_launch import start_browser
from registration.errors import BrowserCrashed, MisconfiguredInstallation

NO_BROWSER = "no browser can be driven here; `make browser` tries to get one"
_LIMIT = 600.0


async def usable_browser() -> bool:
    """Whether a browser can be started here."""
    try:
        browser = await start_browser()
    except (BrowserCrashed, MisconfiguredInstallation):
        return False
    await browser.end()
    return True


async def driver() -> Literal["browser", "http"]:
    """What can read the register's website on this machine."""
    return "browser" if await usable_browser() else "http"


def _ways() -> list[list[str]]:
    """The commands that may bring a browser, cheapest first."""
    ways = [[sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = "apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell"
        ways.append(["sh", "-c", install])
    return ways


async def _main() -> int:
    if await usable_browser():
        return 0
    for way in _ways():
        print(f"No usable browser yet; trying: {' '.join(way[-3:])}", flush=True)
        installing = await asyncio.create_subprocess_exec(*way, stdin=asyncio.subprocess.DEVNULL)
        async with asyncio.timeout(_LIMIT):
            await installing.wait()
        if await usable_browser():
            return 0
    print(
        "No browser could be had. Only what reads the companies register's website needs one: install Chromium with"
        " your system's packages, or run `playwright install chromium` where its download host can be reached; or set"
        " REGISTRATION_REGISTER_DRIVER=http, which is enough as long as the website's pages need no scripts.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
