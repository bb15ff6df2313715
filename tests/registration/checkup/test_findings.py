"""What a check says, and how bad it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from deployments.local.network import free_port
from registration.checkup.clock import judge_clock
from registration.checkup.finding import Level, error, fine, warning, worst
from registration.checkup.machine import check_disk, check_platform, check_secrets
from registration.settings import Settings


def test_the_worst_finding_counts() -> None:
    """Nothing found is fine."""
    assert worst([]) is Level.OK
    assert worst([fine("a", "b"), warning("a", "b", "c")]) is Level.WARNING
    assert worst([error("a", "b", "c"), fine("a", "b"), warning("a", "b", "c")]) is Level.ERROR


@pytest.mark.parametrize("seconds, level", [(0, Level.OK), (-4, Level.OK), (6, Level.WARNING), (-90, Level.WARNING)])
def test_clocks_may_be_seconds_apart(seconds: float, level: Level) -> None:
    """Ahead or behind."""
    assert judge_clock("the database", datetime.now(UTC) + timedelta(seconds=seconds)).level is level


def test_keys_that_are_missing_or_wrong_are_an_error() -> None:
    """And a right one is counted, never shown."""
    key = Fernet.generate_key().decode()
    assert check_secrets(Settings.model_validate({"encryption_keys": key})).says == "1"
    for keys in ("", "not-a-key"):
        found = check_secrets(Settings.model_validate({"encryption_keys": keys}))
        assert found.level is Level.ERROR
        assert "REGISTRATION_ENCRYPTION_KEYS" in (found.next_step or "")


def test_there_is_room_on_this_disk(tmp_path: Path) -> None:
    """A folder that does not exist yet counts as where it will be."""
    assert "GB free" in check_disk(Settings.model_validate({"evidence_folder": tmp_path / "not" / "yet"})).says


async def test_a_platform_that_is_away_is_named() -> None:
    """With its address."""
    url = f"http://127.0.0.1:{free_port()}"
    found = await check_platform(Settings.model_validate({"platform_url": url, "platform_key": "k"}))
    assert found.level is Level.ERROR
    assert url in found.says


@pytest.mark.parametrize("url", ["http://[", "nonsense"])
async def test_an_address_that_is_none_is_an_error(url: str) -> None:
    """And not a traceback."""
    found = await check_platform(Settings.model_validate({"platform_url": url, "platform_key": "k"}))
    assert found.level is Level.ERROR
