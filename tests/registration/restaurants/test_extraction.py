"""What step 1 needs of a restaurant, starts, follows and gives up."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from registration.restaurants.extraction import ExtractionRow, Extractions, needed, reason_for_nothing
from registration.restaurants.models import ImageName, RestaurantData

EATS = {"ubereats_url": "https://eats.example.nz/1"}
SITE = {"website_url": "https://kai.example.nz"}
LOGO = {"images": frozenset({ImageName.LOGO})}


def _now(*statuses: str, **restaurant: Any) -> Extractions:
    """A restaurant with menu extractions, newest first."""
    data = RestaurantData(id=uuid4(), organisation_id=uuid4(), name="Kai", **restaurant)
    rows = [
        ExtractionRow(
            job_id=str(number), job_type="premium", status=status, error="no menu there", created_at=datetime.now(UTC)
        )
        for number, status in enumerate(statuses)
    ]
    return Extractions(data, tuple(rows))


@pytest.mark.parametrize(
    "now, starts",
    [
        (_now(), (False, False)),
        (_now(**EATS), (True, False)),
        (_now(doordash_url="https://dash.example.nz"), (True, False)),
        (_now("pending", **EATS), (False, False)),
        (_now("running", **EATS), (False, False)),
        (_now("completed", **EATS), (False, False)),
        (_now("failed", **EATS), (True, False)),
        (_now("cancelled", **EATS), (True, False)),
        (_now("failed", "completed", **EATS), (False, False)),
        (_now(**SITE), (False, True)),
        (_now(**SITE, **LOGO), (False, False)),
        (_now(**LOGO), (False, False)),
        (_now(**EATS, **SITE), (True, True)),
    ],
)
def test_what_is_missing_is_started(now: Extractions, starts: tuple[bool, bool]) -> None:
    """A menu for a delivery URL unless one is there or running, branding for a website unless there is a logo."""
    plan = needed(now, only_follow=False)
    assert (plan.start_menu, plan.start_branding) == starts


def test_nothing_is_started_when_it_was_on_creation() -> None:
    """It is followed only; a menu extraction that nobody started is not waited for."""
    plan = needed(_now(**EATS, **SITE), only_follow=True)
    assert (plan.start_menu, plan.start_branding, plan.menu) == (False, False, False)
    assert needed(_now("running", **EATS), only_follow=True).menu


@pytest.mark.parametrize(
    "links, forbidden",
    [
        ({"ubereats_url": "http://169.254.169.254/latest"}, True),
        ({"website_url": "http://127.0.0.1:3007"}, True),
        ({"website_url": "file:///etc/passwd"}, True),
        ({"website_url": "http://127.0.0.1:3007"} | LOGO, False),
        (EATS | SITE, False),
    ],
)
def test_the_platform_is_not_sent_into_a_network(links: dict[str, str], forbidden: bool) -> None:
    """Stored links come from many hands; only those that would be handed on count."""
    now = _now(**links)
    why = needed(now, only_follow=False).forbidden(now)
    assert ("leads to no public page" in (why or "")) == forbidden
    assert needed(now, only_follow=True).forbidden(now) is None


def test_it_waits_until_menu_and_logo_are_there() -> None:
    """Each by its own evidence."""
    plan = needed(_now(**EATS, **SITE), only_follow=False)
    assert plan.unfinished(_now("running", **EATS, **SITE)) == ("menu extraction", "branding extraction")
    assert plan.unfinished(_now("completed", **EATS, **SITE)) == ("branding extraction",)
    assert plan.unfinished(_now("completed", **EATS, **SITE, **LOGO)) == ()


def test_a_failed_extraction_is_a_failure_with_its_reason() -> None:
    """Unless a newer one, or an older one that did not fail, gives the menu."""
    plan = needed(_now(**EATS), only_follow=False)
    assert plan.failure(_now("failed", **EATS)) == "the menu extraction failed: no menu there"
    assert plan.failure(_now("failed", "completed", **EATS)) is None
    assert plan.failure(_now("running", "failed", **EATS)) is None
    assert plan.failure(_now(**EATS)) is None


def _premium(error: str | None = None, **columns: Any) -> Extractions:
    """A premium extraction that says completed."""
    row = {"job_id": "1", "job_type": "premium_extraction", "status": "completed", "created_at": datetime.now(UTC)}
    return Extractions(_now(**EATS).restaurant, (ExtractionRow.model_validate(row | {"error": error} | columns),))


@pytest.mark.parametrize(
    "now, waits, fails",
    [
        (_premium(phase="completed", menu_id="5"), False, False),
        (_premium(phase="saving_to_database", menu_id="5"), True, False),
        (_premium(), True, False),
        (_premium(phase="completed"), True, True),
        (_premium(phase="completed", menu_id="5", error="no menu there"), True, True),
        (_premium(status=None), True, False),
    ],
)
def test_a_premium_extraction_has_ended_in_its_last_phase_with_a_menu(
    now: Extractions, *, waits: bool, fails: bool
) -> None:
    """It says completed before its option sets are stored, and also where its menu could not be."""
    plan = needed(_now(**EATS), only_follow=False)
    assert (plan.unfinished(now) == ("menu extraction",)) == waits
    assert (plan.failure(now) is not None) == fails


def test_nothing_to_do_has_its_reason() -> None:
    """Neither URL, or everything there."""
    assert not needed(_now(), only_follow=False).anything
    assert "neither" in reason_for_nothing(_now().restaurant)
    assert "already" in reason_for_nothing(_now(**SITE, **LOGO).restaurant)


def test_what_a_script_wrote_about_its_failure_is_one_short_line_without_secrets() -> None:
    """The platform keeps the text of whatever failed, with the command's options, at any length."""
    error = f'Command failed: node read.js --password="x1!y"\nno\x00 menu\ntoken=abc123 {"x" * 20_000}'
    values = {"job_id": "1", "job_type": "premium", "status": "failed", "created_at": datetime.now(UTC)}
    row = ExtractionRow.model_validate(values | {"error": error})
    assert str(row.error).startswith("Command failed: *** no menu token=*** xxx")
    assert len(str(row.error)) <= 200
