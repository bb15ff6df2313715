"""Signed tokens (JWT): how they are verified, and how an engineer issues one where the secret is ours.

The algorithms follow from the mode of the installation, never from the header of a token.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import jwt
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWKError, PyJWKSetError, PyJWTError

from registration.errors import MisconfiguredInstallation, TransientError
from registration.kit.http import send_bounded
from registration.settings import Settings

LEEWAY_SECONDS: Final = 30.0
_SHORTEST_SECRET: Final = 32
_KEYS_SECONDS: Final = 600.0
_UNKNOWN_KEY_SECONDS: Final = 30.0
_FETCH_SECONDS: Final = 5.0
_AFTER_FAILURE_SECONDS: Final = 1.0
_HOUR: Final = 3600.0

Claims = Mapping[str, Any]


class InvalidToken(Exception):
    """The token is missing, malformed, expired, too old or not signed by the right key; it is never quoted."""


@dataclass(frozen=True)
class Rules:
    """What a token must say beside its signature."""

    audience: str | None
    issuer: str | None
    longest_seconds: float

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """The rules of this installation."""
        hours = settings.api_token_hours
        return cls(settings.api_jwt_audience or None, settings.api_jwt_issuer or None, hours * _HOUR)

    def decode(self, token: str, key: str | PyJWK, algorithms: list[str]) -> Claims:
        """The claims of a token with a good signature. Raises InvalidToken."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=algorithms,
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "sub"], "verify_aud": self.audience is not None},
            )
        except PyJWTError as error:
            raise InvalidToken(type(error).__name__) from None
        self._check_age(claims)
        return claims

    def _check_age(self, claims: Claims) -> None:
        """A token without the time of its issue counts as issued now: its end bounds its age."""
        now, issued, end = time.time(), claims.get("iat"), claims["exp"]
        begin = float(issued) if isinstance(issued, int | float) else now
        if now - begin > self.longest_seconds + LEEWAY_SECONDS:
            raise InvalidToken("TooOld")
        if float(end) - begin > self.longest_seconds + LEEWAY_SECONDS:
            raise InvalidToken("LivesTooLong")


class Verifier(ABC):
    """Verifies the signature and the standard claims of tokens."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    @abstractmethod
    async def claims_of(self, token: str) -> Claims:
        """The claims of a valid token. Raises InvalidToken; TransientError if the keys cannot be fetched."""

    @staticmethod
    def of(settings: Settings) -> "Verifier":
        """The one that the settings choose. Raises MisconfiguredInstallation if they choose none, or two."""
        secret, keys = settings.api_jwt_secret.get_secret_value(), settings.api_jwks_url
        if bool(secret) == bool(keys):
            raise MisconfiguredInstallation(
                "set one of REGISTRATION_API_JWT_SECRET and REGISTRATION_API_JWKS_URL: it verifies the tokens"
            )
        return SecretVerifier(Rules.of(settings), secret) if secret else KeySetVerifier(Rules.of(settings), keys)


class SecretVerifier(Verifier):
    """Tokens signed with a shared secret (HS256)."""

    def __init__(self, rules: Rules, secret: str) -> None:
        super().__init__(rules)
        if len(secret.encode()) < _SHORTEST_SECRET:
            raise MisconfiguredInstallation(
                "REGISTRATION_API_JWT_SECRET is too short: 32 bytes or more, as from `openssl rand -base64 48`"
            )
        self._secret = secret

    async def claims_of(self, token: str) -> Claims:
        """The claims of a valid token. Raises InvalidToken."""
        return self.rules.decode(token, self._secret, ["HS256"])

    def issue(self, claims: Claims, seconds: float) -> str:
        """A token with these claims that is valid for `seconds` from now."""
        now = int(time.time())
        standard: dict[str, Any] = {"iat": now, "exp": now + int(seconds)}
        if self.rules.audience:
            standard["aud"] = self.rules.audience
        if self.rules.issuer:
            standard["iss"] = self.rules.issuer
        return jwt.encode({**claims, **standard}, self._secret, algorithm="HS256")


class KeySetVerifier(Verifier):
    """Tokens signed by one of the keys that an identity provider publishes (RS256, ES256).

    The keys are kept for ten minutes; an unknown key id has them fetched again, at most once in 30 seconds. A token may
    leave out the key's id if the provider publishes one key only (OpenID Connect Core 1.0, section 10.1).
    """

    def __init__(self, rules: Rules, url: str) -> None:
        super().__init__(rules)
        self._url = url
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at: float | None = None
        self._failed_at: float | None = None
        self._fetching = asyncio.Lock()

    async def claims_of(self, token: str) -> Claims:
        """The claims of a valid token. Raises InvalidToken; TransientError if the keys cannot be fetched."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
        except PyJWTError as error:
            raise InvalidToken(type(error).__name__) from None
        key = await self._key(None if key_id is None else str(key_id))
        return self.rules.decode(token, key, [key.algorithm_name])

    async def _key(self, key_id: str | None) -> PyJWK:
        async with self._fetching:
            known = key_id in self._keys if key_id is not None else len(self._keys) == 1
            least = _KEYS_SECONDS if known else _UNKNOWN_KEY_SECONDS
            if self._fetched_at is None or time.monotonic() - self._fetched_at >= least:
                self._keys = await self._fetch()
                self._fetched_at = time.monotonic()
        if key_id is None and len(self._keys) == 1:
            [key] = self._keys.values()
            return key
        try:
            return self._keys[key_id or ""]
        except KeyError:
            raise InvalidToken("UnknownKey") from None

    async def _fetch(self) -> dict[str, PyJWK]:
        if self._failed_at is not None and time.monotonic() - self._failed_at < _AFTER_FAILURE_SECONDS:
            raise TransientError("the keys at REGISTRATION_API_JWKS_URL could not be had a moment ago")
        try:
            async with httpx.AsyncClient(timeout=_FETCH_SECONDS) as client:
                answer = await send_bounded(client, client.build_request("GET", self._url))
                published = PyJWKSet.from_dict(answer.raise_for_status().json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, PyJWKSetError, PyJWKError) as error:
            self._failed_at = time.monotonic()
            what = type(error).__name__
            raise TransientError(f"the keys at REGISTRATION_API_JWKS_URL cannot be had ({what})") from error
        return {str(key.key_id): key for key in published.keys if key.algorithm_name in ("RS256", "ES256")}
