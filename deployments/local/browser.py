"""`python -m deployments.local.browser`: have a browser that Playwright can drive."""

import asyncio
import os
import shutil
import sys

from playwright.async_api import BrowserType, Error, async_playwright

_SYSTEM_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_LIMIT = 600.0


async def usable_browser() -> str | None:
    """What can be launched here: "" for Playwright's own Chromium, else the path of a system's, None if none."""
    async with async_playwright() as playwright:
        for path in ["", *filter(None, map(shutil.which, _SYSTEM_BROWSERS))]:
            if await _launches(playwright.chromium, path):
                return path
    return None


async def _launches(chromium: BrowserType, path: str) -> bool:
    try:
        browser = await chromium.launch(executable_path=path or None)
    except Error:
        return False
    await browser.close()
    return True


def _ways() -> list[list[str]]:
    """The commands that may bring a browser, cheapest first."""
    ways = [[sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = "apt-get update && apt-get install -y --no-install-recommends chromium-headless-shell"
        ways.append(["sh", "-c", install])
    return ways


async def _main() -> int:
    if await usable_browser() is not None:
        return 0
    for way in _ways():
        print(f"No usable browser yet; trying: {' '.join(way[-3:])}", flush=True)
        installing = await asyncio.create_subprocess_exec(*way, stdin=asyncio.subprocess.DEVNULL)
        async with asyncio.timeout(_LIMIT):
            await installing.wait()
        if await usable_browser() is not None:
            return 0
    print(
        "No browser could be had. Only what reads the companies register's website needs one: install Chromium with"
        " your system's packages, or run `playwright install chromium` where its download host can be reached.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
