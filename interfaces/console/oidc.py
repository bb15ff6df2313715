"""Sign-in by an OpenID provider: the authorization code flow with PKCE, state and nonce.

The ID token is verified as the REST API verifies tokens: signature by the published keys, audience, issuer and age; its
claims name organisation and role. What belongs to one attempt is in a cookie of the browser that began it.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from interfaces.api.auth import SignIn
from interfaces.api.problems import ProblemError
from interfaces.api.tokens import InvalidToken, KeySetVerifier, Rules
from interfaces.console.proxy import Claimed
from registration.database.session import Database
from registration.database.sign_in_queries import Person
from registration.errors import MisconfiguredInstallation, TransientError
from registration.kit.http import send_bounded
from registration.settings import Settings

ATTEMPT_SECONDS: Final = 600
CALLBACK: Final = "/sign-in/oidc/back"
_FETCH_SECONDS: Final = 10.0
_METADATA_SECONDS: Final = 600.0
_HOUR: Final = 3600.0


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in: what the provider must give back, and where the person wanted to go."""

    state: str
    nonce: str
    verifier: str
    next: str

    @classmethod
    def new(cls, next_: str) -> "Attempt":
        """An attempt that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), next_)

    @classmethod
    def read(cls, cookie: str) -> "Attempt | None":
        """The attempt of a cookie; None if it is none."""
        try:
            values = json.loads(base64.urlsafe_b64decode(cookie))
            return cls(**{name: str(values[name]) for name in ("state", "nonce", "verifier", "next")})
        except (ValueError, KeyError, TypeError):
            return None

    @property
    def cookie(self) -> str:
        """The attempt as a cookie."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @property
    def challenge(self) -> str:
        """The hash by which the provider knows who began the attempt (PKCE, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Provider:
    """The configured provider; its addresses and keys are read when they are needed, and kept for ten minutes."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Raises MisconfiguredInstallation if only a part is configured."""
        self._settings, self._database = settings, database
        self._issuer, self._client_id = settings.console_oidc_issuer.rstrip("/"), settings.console_oidc_client_id
        self._metadata: Mapping[str, Any] = {}
        self._read_at = -_METADATA_SECONDS
        if bool(self._issuer) != bool(self._client_id) or (self._issuer and not settings.console_url):
            raise MisconfiguredInstallation(
                "an OpenID sign-in needs REGISTRATION_CONSOLE_OIDC_ISSUER, REGISTRATION_CONSOLE_OIDC_CLIENT_ID and"
                " REGISTRATION_CONSOLE_URL, to which the provider leads back"
            )

    @property
    def configured(self) -> bool:
        """Whether people sign in there."""
        return bool(self._issuer)

    async def address_of(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in. Raises TransientError."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._back,
            "scope": "openid email profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str((await self._published())["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def claimed(self, attempt: Attempt | None, state: str, code: str) -> Claimed:
        """The person who came back from the provider. Raises ProblemError (403), TransientError."""
        if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode()):
            raise _refused("the sign-in was begun in another browser, or too long ago")
        token, published = await self._id_token(attempt, code), await self._published()
        rules = Rules(self._client_id, str(published["issuer"]), self._settings.api_token_hours * _HOUR)
        verifier = KeySetVerifier(rules, str(published["jwks_uri"]))
        try:
            claims = await verifier.claims_of(token)
        except InvalidToken:
            raise _refused("the provider's token is not valid") from None
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise _refused("the provider's token is of another sign-in")
        caller = await SignIn(self._settings, self._database, verifier).caller(token)
        return Claimed(caller.organisation_id, Person(caller.subject, caller.name, caller.role))

    @property
    def _back(self) -> str:
        return self._settings.console_url.rstrip("/") + CALLBACK

    async def _id_token(self, attempt: Attempt, code: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": attempt.verifier,
        }
        secret = self._settings.console_oidc_client_secret.get_secret_value()
        answer = await self._ask("POST", str((await self._published())["token_endpoint"]), form, secret)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _refused("the provider did not sign anybody in")
        return token

    async def _published(self) -> Mapping[str, Any]:
        if time.monotonic() - self._read_at >= _METADATA_SECONDS:
            published = await self._ask("GET", f"{self._issuer}/.well-known/openid-configuration")
            if str(published.get("issuer", "")).rstrip("/") != self._issuer:
                raise TransientError("the provider at REGISTRATION_CONSOLE_OIDC_ISSUER calls itself otherwise")
            self._metadata = published
            self._read_at = time.monotonic()
        return self._metadata

    async def _ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, secret: str = ""
    ) -> Mapping[str, Any]:
        """The JSON of an answer; what the provider says of an error is not shown, it may hold a part of the request."""
        try:
            auth = httpx.BasicAuth(self._client_id, secret) if secret else None
            async with httpx.AsyncClient(timeout=_FETCH_SECONDS, auth=auth) as client:
                data = form if form is None or secret else {**form, "client_id": self._client_id}
                answer = await send_bounded(client, client.build_request(method, url, data=data))
                if answer.is_client_error:
                    raise _refused("the provider did not sign anybody in")
                return answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            what = type(error).__name__
            raise TransientError(
                f"the provider at REGISTRATION_CONSOLE_OIDC_ISSUER does not answer ({what})"
            ) from error


def _refused(detail: str) -> ProblemError:
    return ProblemError(403, "SIGN_IN_REFUSED", detail, hint="begin the sign-in anew")
