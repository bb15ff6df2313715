"""Which browser is started, and what a machine without one is told."""

from pathlib import Path

import pytest

from registration.companies.models import RegisterQuery
from registration.companies.website.browser_launch import start_browser
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.errors import BrowserCrashed, MisconfiguredInstallation


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No browser of Playwright's own, and none in PATH, which is this folder alone."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


async def test_a_machine_without_a_browser_says_what_to_do(bare_machine: Path) -> None:
    """A search stops with the next step, and is not tried again."""
    async with CompaniesOfficeWebsite("http://127.0.0.1:9") as register:
        with pytest.raises(MisconfiguredInstallation, match=r"run `make browser`.*REGISTRATION_REGISTER_DRIVER=http"):
            await register.search(RegisterQuery(name="Kai"))


async def test_a_browser_that_does_not_start_says_why(bare_machine: Path) -> None:
    """It is there, so trying again may help."""
    broken = bare_machine / "chromium"
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)
    with pytest.raises(BrowserCrashed, match="no browser starts: "):
        await start_browser()
