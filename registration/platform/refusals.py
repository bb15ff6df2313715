"""What a clear no of the platform is about: its words and members, read as facts.

The platform answers each failure of its own with 500 and `success: false`; only its words tell whether work had begun.
"""

from http import HTTPStatus
from typing import Any

import httpx
from pydantic import JsonValue

from registration.errors import AlreadyThere, EndedWithWarnings, FeatureOff, PlatformRefused, ServiceKeyRefused
from registration.kit.values import email_key

_THERE = ("already exists", "already registered")
_COMMAND = "command failed"
_NOT_BEGUN = ("restaurant not found", "menu not found", "account not found", "credentials", "failed to fetch")
"""Words of a 500 that was answered before the platform began; the same words in what a script printed prove nothing."""
_OF_ANOTHER = "duplicate key"
"""The platform's database has the account's e-mail with another restaurant; said before the account is opened."""
_OTHERS_MAY_SPEAK = ("/register-account", "/register-restaurant", "/create-onboarding-user")
"""Here the same words may come from the systems behind the platform."""
_LONGEST, _LONGEST_EMAIL = 100, 254


def refusal(
    response: httpx.Response, body: dict[str, JsonValue] | None, message: str, details: dict[str, Any]
) -> PlatformRefused:
    """The error for a refusal with this message."""
    status, said = response.status_code, message.casefold()
    if body is None:
        return PlatformRefused(message, **details)
    feature = body.get("feature")
    if status == HTTPStatus.FORBIDDEN and isinstance(feature, str):
        shown = feature[:_LONGEST]
        return FeatureOff(
            f"the platform's feature {shown} is switched off for this organisation: {message}", feature=shown, **details
        )
    if status == HTTPStatus.UNAUTHORIZED and "success" not in body:
        reason = f"the platform does not take the service key with this organisation: {message}"
        return ServiceKeyRefused(reason, **details)
    account = body.get("account")
    if isinstance(account, dict) or any(words in said for words in _THERE):
        return AlreadyThere(message, account_email=_email(account), **details)
    if response.is_success and not isinstance(body.get("error"), str):
        return EndedWithWarnings(message, **details)
    return PlatformRefused(message, **details)


def had_not_begun(response: httpx.Response, message: str) -> bool:
    """Whether a 500 in the platform's own words was answered before its work began: nothing was done outside."""
    said, path = message.casefold(), response.request.url.path
    if _COMMAND in said:
        return False
    if path.endswith(_OTHERS_MAY_SPEAK):
        return _OF_ANOTHER in said and path.endswith("/register-account")
    return any(words in said for words in _NOT_BEGUN)


def _email(account: JsonValue) -> str | None:
    email = account.get("email") if isinstance(account, dict) else None
    return email_key(email[:_LONGEST_EMAIL]) if isinstance(email, str) else None
