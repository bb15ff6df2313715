"""Looks to try: a case with what the platform answered, in the platform's own words."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from registration.clients.platform_answers import CodeInjection, RegistrationStatus
from registration.evidence import Asked
from registration.evidence.told.case import Case
from registration.evidence.told.setup_status import SetupStatus

RESTAURANT = UUID("22222222-2222-2222-2222-222222222222")
MENU = UUID("33333333-3333-3333-3333-333333333333")
KEY = "job:name:2"
SENT_AT = datetime(2026, 11, 21, 10, 0, 0, 500_000, tzinfo=UTC)
OURS = {"idempotencyKey": KEY, "changedAt": "2026-11-21T10:00:30.5+00:00"}
LATER = {"idempotencyKey": None, "changedAt": "2026-11-21T10:00:30+00:00"}
EARLIER = {"idempotencyKey": "job:name:1", "changedAt": "2026-11-21T09:00:00+00:00"}
NEVER = {"idempotencyKey": None, "changedAt": None}


def make_asked(**fields: Any) -> Asked:
    """What was asked for: sent once, with an e-mail and a menu of 40 items."""
    defaults: dict[str, Any] = {"email": "kai@example.nz", "menu_id": MENU, "menu_items": 40, "sent_at": SENT_AT}
    return Asked(RESTAURANT, KEY, **{**defaults, **fields})


def make_case(
    status: dict[str, Any] | None = None,
    setup: dict[str, Any] | None = None,
    code: dict[str, Any] | None = None,
    *,
    after_success: bool = False,
    **asked: Any,
) -> Case:
    """A look at these answers."""
    return Case(
        make_asked(**asked),
        after_success,
        RegistrationStatus.model_validate_json(json.dumps(status or {})),
        SetupStatus.model_validate_json(json.dumps(setup or {})),
        CodeInjection.model_validate_json(json.dumps(code or {})),
    )
