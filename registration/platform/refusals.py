"""Classifies refusals of the platform by their message and members.

The platform answers each failure of its own with 500 and `success: false`; only the message tells whether the work had
begun.
"""

from http import HTTPStatus
from typing import Any

import httpx
from pydantic import JsonValue

from registration.errors import AlreadyThere, EndedWithWarnings, FeatureOff, PlatformRefused, ServiceKeyRefused
from registration.kit.values import email_key

_EXISTS = ("already exists", "already registered")
_COMMAND = "command failed"
_NOT_BEGUN = ("restaurant not found", "menu not found", "account not found", "credentials", "failed to fetch")
"""Messages of a 500 that was answered before the work began; in the output of a script they prove nothing."""
_FOREIGN_ACCOUNT = "duplicate key"
"""The e-mail belongs to another restaurant in the platform's database; answered before the account is created."""
_RELAYING_ROUTES = ("/register-account", "/register-restaurant", "/create-onboarding-user")
"""Routes on which the messages above may come from systems behind the platform."""
_LONGEST, _LONGEST_EMAIL = 100, 254


def refusal(
    response: httpx.Response, body: dict[str, JsonValue] | None, message: str, details: dict[str, Any]
) -> PlatformRefused:
    """The error for a refusal with this message."""
    status, lowered = response.status_code, message.casefold()
    if body is None:
        return PlatformRefused(message, **details)
    feature = body.get("feature")
    if status == HTTPStatus.FORBIDDEN and isinstance(feature, str):
        shown = feature[:_LONGEST]
        return FeatureOff(
            f"the platform's feature {shown} is switched off for this organisation: {message}", feature=shown, **details
        )
    if status == HTTPStatus.UNAUTHORIZED and "success" not in body:
        reason = f"the platform refuses the service key for this organisation: {message}"
        return ServiceKeyRefused(reason, **details)
    account = body.get("account")
    if isinstance(account, dict) or any(phrase in lowered for phrase in _EXISTS):
        return AlreadyThere(message, account_email=_email(account), **details)
    if response.is_success and not isinstance(body.get("error"), str):
        return EndedWithWarnings(message, **details)
    return PlatformRefused(message, **details)


def had_not_begun(response: httpx.Response, message: str) -> bool:
    """True if a 500 with the platform's own message was answered before its work began: nothing was done outside."""
    lowered, path = message.casefold(), response.request.url.path
    if _COMMAND in lowered:
        return False
    if path.endswith(_RELAYING_ROUTES):
        return _FOREIGN_ACCOUNT in lowered and path.endswith("/register-account")
    return any(phrase in lowered for phrase in _NOT_BEGUN)


def _email(account: JsonValue) -> str | None:
    email = account.get("email") if isinstance(account, dict) else None
    return email_key(email[:_LONGEST_EMAIL]) if isinstance(email, str) else None
