"""Who calls: the person, organisation and roles of a token, and the database as that organisation sees it."""

import time
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter, ValidationError

from interfaces.api.problems import ProblemError
from interfaces.api.tokens import Claims, InvalidToken, Verifier
from registration.database.session import Database, Transaction, organisation_exists
from registration.gates.decisions import Channel
from registration.kit.values import Line
from registration.settings import Settings
from registration.workflow.transition_queries import Attribution

_LINE: TypeAdapter[str] = TypeAdapter(Line)
_KNOWN_SECONDS = 60.0


class Role(StrEnum):
    """What a person may do; each may what the ones before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def includes(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` is asked for."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True)
class Caller:
    """A signed-in person: `name` goes into the records, `subject` identifies the person to the identity provider.

    Each event that a transaction of `database` writes keeps the subject; `channel` is the one of this person's answers.
    """

    database: Database
    organisation_id: UUID
    subject: str
    name: str
    role: Role
    expires_at: float
    channel: Channel = Channel.API

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Transaction]:
        """A transaction that sees only the caller's organisation and writes nothing. Raises DatabaseUnavailable."""
        async with self.database.transaction(self.organisation_id, read_only=True) as transaction:
            yield transaction

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Transaction]:
        """A transaction that sees only the caller's organisation. Raises DatabaseUnavailable."""
        async with self.database.transaction(self.organisation_id) as transaction:
            yield transaction

    def attribution(self, why: str | None = None) -> Attribution:
        """Who acts, and the reason that this person gives."""
        return Attribution(self.name, why)


class SignIn:
    """Makes a caller of a token; organisations that exist are remembered for a minute."""

    def __init__(self, settings: Settings, database: Database, verifier: Verifier) -> None:
        self._settings = settings
        self._database = database
        self._verifier = verifier
        self._known: dict[UUID, float] = {}

    async def caller(self, token: str) -> Caller:
        """Raises ProblemError: 401 for an invalid token, 403 for an unknown organisation or without a role."""
        try:
            claims = await self._verifier.claims_of(token)
        except InvalidToken:
            raise unauthorized("the token is not valid: sign in again") from None
        organisation_id = await self._organisation(claims)
        subject, name = _person(claims)
        database = self._database.acting_as(subject)
        return Caller(database, organisation_id, subject, name, self._role(claims), claims["exp"])

    async def _organisation(self, claims: Claims) -> UUID:
        unknown = ProblemError(
            403,
            "ORGANISATION_UNKNOWN",
            "the token names no organisation that is known here",
            hint="ask an administrator",
        )
        try:
            organisation_id = UUID(str(_claim(claims, self._settings.api_org_claim)))
        except ValueError:
            raise unknown from None
        now = time.monotonic()
        if now - self._known.get(organisation_id, -_KNOWN_SECONDS) < _KNOWN_SECONDS:
            return organisation_id
        async with self._database.transaction(organisation_id, read_only=True) as transaction:
            if not await organisation_exists(transaction):
                raise unknown
        self._known[organisation_id] = now
        return organisation_id

    def _role(self, claims: Claims) -> Role:
        if not self._settings.api_role_claim:
            return Role.OPERATOR
        value = _claim(claims, self._settings.api_role_claim)
        named = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        roles = _roles(map(str, named))
        if not roles:
            raise role_required(Role.VIEWER)
        return max(roles, key=list(Role).index)


def unauthorized(detail: str) -> ProblemError:
    """The answer to a request without a valid token."""
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return ProblemError(401, "UNAUTHORIZED", detail, headers=challenge)


def role_required(role: Role) -> ProblemError:
    """The answer to a caller who may not do this kind of thing."""
    return ProblemError(403, "ROLE_REQUIRED", f"this needs the role {role}", hint="ask an administrator for the role")


def _claim(claims: Claims, path: str) -> Any:
    """The value at a dotted path, None if there is none."""
    return reduce(lambda found, name: found.get(name) if isinstance(found, dict) else None, path.split("."), claims)


def _person(claims: Claims) -> tuple[str, str]:
    """The subject, and the name for the records: e-mail, else name, else the subject."""
    try:
        subject = _LINE.validate_python(str(claims["sub"]))
    except ValidationError:
        raise unauthorized("the token names nobody") from None
    for value in (claims.get("email"), claims.get("name")):
        with suppress(ValidationError):
            return subject, _LINE.validate_python(value)
    return subject, subject


def _roles(named: Iterable[str]) -> list[Role]:
    return [Role(name) for name in named if name in list(Role)]


_BEARER = HTTPBearer(auto_error=False, description="A signed token (JWT) of a person.", bearerFormat="JWT")


async def signed_in(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> Caller:
    """The caller of a request, found once. Raises ProblemError."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None:
        return known
    if credentials is None:
        raise unauthorized("a token is needed: Authorization: Bearer TOKEN")
    sign_in: SignIn = request.app.state.sign_in
    caller = await sign_in.caller(credentials.credentials)
    request.state.organisation_id, request.state.caller = caller.organisation_id, caller
    return caller


async def sign_in_of(request: Request) -> Caller:
    """The caller of a request outside a dependency. Raises ProblemError."""
    return await signed_in(request, await _BEARER(request))


def _at_least(role: Role) -> Callable[[Caller], Caller]:
    def check(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
        if not caller.role.includes(role):
            raise role_required(role)
        return caller

    return check


Viewer = Annotated[Caller, Depends(signed_in)]
"""Every role may read."""
Operator = Annotated[Caller, Depends(_at_least(Role.OPERATOR))]
"""Operators answer, start, retry, resolve, cancel, import and convert."""
Admin = Annotated[Caller, Depends(_at_least(Role.ADMIN))]
"""Administrators also see passwords and change settings."""
