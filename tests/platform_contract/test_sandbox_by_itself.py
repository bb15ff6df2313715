"""What the sandbox answers by itself, when nothing is played, is the contract's answer for that situation."""

from typing import Any
from uuid import uuid4

import pytest

from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.rows import Rows
from tests.platform_contract.contract import contract
from tests.platform_contract.ready import Ready, make_ready, send
from tests.platform_contract.shapes import differences

_ORDER = (
    ("register-account", "created", {}),
    ("status", "account only (no restaurant row yet)", {}),
    ("code-injection", "no row (also an unknown restaurant, or a failed read)", {}),
    ("generate-code-injections", "created", {}),
    ("status", "code generated before the registration: the account is hidden", {}),
    ("code-injection", "there", {}),
    ("create-onboarding-user", "created", {}),
    ("create-onboarding-user", "existed before", {}),
    ("upload-images", "synchronous batch (at most 10 images left)", {}),
    ("menus/{id}/cdn-stats", "counts", {}),
    ("upload-images", "nothing left to upload", {}),
    ("register-restaurant", "created", {}),
    ("register-account", "already registered for this restaurant", {}),
    ("status", "registered", {}),
    ("configure-website", "done", {}),
    ("configure-services", "done", {}),
    ("configure-payment", "done, with link", {}),
    ("configure-payment", "done, without link", {"includeConnectLink": False}),
    ("import-menu-direct", "done", {}),
    ("update-onboarding-record", "updated", {}),
    ("update-onboarding-record", "no onboarding record", {"userEmail": "nobody@owner.example"}),
    ("update-onboarding-record", "onboarding database not reachable or refuses", {"updates": None}),
    ("add-option-sets", "created", {}),
    ("add-option-sets", "menu without dishes", {"menuId": str(uuid4())}),
    ("add-option-sets", "menuId missing", {"menuId": None}),
    ("add-item-tags", "created", {}),
    ("add-item-tags", "created, dishes not read", {"menuId": None}),
    ("extract-menu-premium", "started (async)", {}),
    ("extract-menu-premium", "storeUrl missing", {"storeUrl": None}),
    ("extract-menu-premium", "not started, said started (async)", {"restaurantId": str(uuid4())}),
    ("extractions/start", "started", {}),
    ("extractions/start", "not found", {"restaurantId": "seven"}),
    ("website-extraction/branding", "saved", {}),
    ("website-extraction/branding", "preview", {"previewOnly": True}),
    ("logs", "rows", {}),
    ("premium-extract-status/{job}", "not found", {}),
    ("upload-batches/{id}", "not found", {}),
    ("feature-flags", "flags", {}),
)
_ROWS = {"registered", "rows", "flags"}
"""Cases whose values are those of rows, and so of what has happened to them before."""


@pytest.fixture
async def bare(sandbox_platform: Platform, sandbox_rows: Rows) -> Ready:
    """A restaurant for which nothing was done."""
    return await make_ready(sandbox_platform, sandbox_rows, account=False, code=False)


async def test_a_restaurant_is_set_up_from_the_first_to_the_last(sandbox_platform: Platform, bare: Ready) -> None:
    """Each answer on the way has the contract's status, members, order and nulls."""
    for name, case, more in _ORDER:
        answer = contract().endpoints[name].answer(case)
        response = await send(sandbox_platform, bare, name, **more)
        assert response.status_code == answer.status, (name, case, response.text[:300])
        seen, wanted = response.json(), answer.body
        found = [one for one in differences(seen, wanted) if case not in _ROWS or _of_the_row(one)]
        assert not _without_images(found), (name, case)


def _of_the_row(found: str) -> bool:
    """Other columns than the contract's, not other contents of one."""
    return "members" in found and "_data" not in found


def _without_images(found: list[str]) -> list[str]:
    """All uploads succeed here, where the contract's example has one that failed."""
    return [one for one in found if not one.startswith("body.results.failed")]


async def test_the_email_of_another_restaurant_is_refused_as_the_contract_says(
    sandbox_platform: Platform, bare: Ready, sandbox_rows: Rows
) -> None:
    """The same words as the table's."""
    await send(sandbox_platform, bare, "register-account")
    other: dict[str, Any] = {"restaurantId": str(await sandbox_rows.restaurant(sandbox_platform.organisation_id))}
    answer = contract().endpoints["register-account"].answer("another restaurant of the organisation has the e-mail")
    response = await send(sandbox_platform, bare, "register-account", **other)
    assert response.status_code == answer.status
    assert list(differences(response.json(), answer.body)) == []
