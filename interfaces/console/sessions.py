"""Who looks at a page: the session of a browser, the cookie that names it, and what a page may ask of a person.

A session says what the claims of a token say: subject, name, organisation and role. The organisation of a request is
that of its session, never that of an address.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request, Response

from interfaces.api.auth import Caller, Role, role_required
from interfaces.api.limits import Kind, Limits
from interfaces.api.problems import ProblemError
from interfaces.console.proxy import Claimed, TrustedProxy
from registration.database import sign_in_queries as stored
from registration.database.session import Database, organisation_exists
from registration.database.sign_in_queries import Person, Session, SignInKind
from registration.gates.decisions import Channel
from registration.kit.coalescing import SharedReading

COOKIE: Final = "__Host-registration"
_LOOPBACK_COOKIE: Final = "registration"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
CSRF_HEADER: Final = "X-CSRF-Token"
_NEVER: Final = datetime.fromtimestamp(0, UTC)
_SAFE: Final = frozenset({"GET", "HEAD"})
_IDLE_SECONDS: Final = 3600 * stored.IDLE_HOURS


@dataclass(frozen=True)
class Visitor(Caller):
    """A person at a page. `csrf` is what a request of this session must repeat to change something."""

    organisation: str = ""
    signed_in_at: datetime = _NEVER
    csrf: str = ""

    @property
    def identity(self) -> tuple[UUID, Person]:
        """Organisation and person, as a session has them."""
        return self.organisation_id, Person(self.subject, self.name, self.role)

    def may(self, role: str) -> bool:
        """Whether the person's role includes this one; pages show what somebody may not do with the reason."""
        return self.role.includes(Role(role))


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, proxy: TrustedProxy) -> None:
        self._database = database
        self._standing: SharedReading[str, bool] = SharedReading(self._read_standing)
        self.proxy = proxy

    async def open(self, claimed: Claimed) -> str:
        """The token of a new session. Raises ProblemError (403) for an unknown organisation."""
        async with self._database.transaction(claimed.organisation_id) as transaction:
            if not await organisation_exists(transaction):
                raise ProblemError(403, "ORGANISATION_UNKNOWN", "the organisation is not known here")
            return await stored.make_token(transaction, SignInKind.SESSION, claimed.person, _IDLE_SECONDS)

    async def redeem(self, link: str) -> str | None:
        """The token of a new session for a one-time link, which is used up; None for a link that is worth nothing."""
        organisation_id = stored.organisation_of(link)
        if organisation_id is None:
            return None
        async with self._database.transaction(organisation_id) as transaction:
            person = await stored.redeem(transaction, link)
            if person is None:
                return None
            return await stored.make_token(transaction, SignInKind.SESSION, person, _IDLE_SECONDS)

    async def find(self, token: str) -> Visitor | None:
        """The person of a session; its end moves while it is used. None if it has ended."""
        organisation_id = stored.organisation_of(token)
        if organisation_id is None:
            return None
        async with self._database.transaction(organisation_id, read_only=True) as transaction:
            session = await stored.read_session(transaction, token)
        if session is None or session.person.role not in list(Role):
            return None
        if session.renewable:
            async with self._database.transaction(organisation_id) as transaction:
                await stored.renew(transaction, token)
        return self._visitor(token, session)

    async def stands(self, token: str) -> bool:
        """Whether a session has not ended; its page is open, so its end moves. Those who ask together share a query.

        Raises DatabaseUnavailable.
        """
        return await self._standing.of(token)

    async def _read_standing(self, tokens: Collection[str]) -> dict[str, bool]:
        of_organisation: defaultdict[UUID, list[str]] = defaultdict(list)
        for token in tokens:
            if organisation_id := stored.organisation_of(token):
                of_organisation[organisation_id].append(token)
        found = dict.fromkeys(tokens, False)
        for organisation_id, its_tokens in of_organisation.items():
            async with self._database.transaction(organisation_id, read_only=True) as transaction:
                standing = await stored.active_sessions(transaction, its_tokens)
            if renewable := [token for token, is_renewable in standing.items() if is_renewable]:
                async with self._database.transaction(organisation_id) as transaction:
                    await stored.renew(transaction, *renewable)
            found |= dict.fromkeys(standing, True)
        return found

    async def end(self, token: str) -> None:
        """End a session, if there is one."""
        if organisation_id := stored.organisation_of(token):
            async with self._database.transaction(organisation_id) as transaction:
                await stored.end_session(transaction, token)

    def _visitor(self, token: str, session: Session) -> Visitor:
        organisation_id = stored.organisation_of(token)
        assert organisation_id is not None
        person: Person = session.person
        return Visitor(
            database=self._database.acting_as(person.subject),
            organisation_id=organisation_id,
            subject=person.subject,
            name=person.name,
            role=Role(person.role),
            expires_at=session.expires_at.timestamp(),
            channel=Channel.CONSOLE,
            organisation=session.organisation,
            signed_in_at=session.signed_in_at,
            csrf=hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()[:32],
        )


def is_loopback(request: Request) -> bool:
    """Whether the browser and this program are on one machine, where there is no TLS."""
    return request.url.hostname in _LOOPBACK


def token_of(request: Request) -> str:
    """The token of the request's cookie; empty without one."""
    loopback = request.cookies.get(_LOOPBACK_COOKIE) if is_loopback(request) else None
    return request.cookies.get(COOKIE) or loopback or ""


def cookie_name(request: Request, suffix: str = "") -> str:
    """The name of a cookie: on other hosts than this machine with the prefix that ties it to the host."""
    return (_LOOPBACK_COOKIE if is_loopback(request) else COOKIE) + suffix


def set_cookie(
    request: Request, response: Response, token: str, suffix: str = "", seconds: int = 3600 * stored.LONGEST_HOURS
) -> None:
    """Have the browser keep the token; scripts cannot read it, and pages of other sites cannot have it sent by POST."""
    response.set_cookie(
        cookie_name(request, suffix),
        token,
        max_age=seconds,
        path="/",
        secure=not is_loopback(request),
        httponly=True,
        samesite="lax",
    )


def forget_cookie(request: Request, response: Response, suffix: str = "") -> None:
    """Have the browser forget the token."""
    name, secure = cookie_name(request, suffix), not is_loopback(request)
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def check_origin(request: Request) -> None:
    """A request that changes something comes from a page of this console. Raises ProblemError (403)."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        own = site == "same-origin"
    else:
        own = origin is not None and urlsplit(origin).netloc == request.url.netloc
    if not own:
        raise ProblemError(403, "FOREIGN_ORIGIN", "the request does not come from a page of this console")


async def visitor(request: Request) -> Visitor:
    """The person of a request. Raises ProblemError: 401 without a session, 403 for a request of another site."""
    sessions: Sessions = request.app.state.sessions
    token = token_of(request)
    found = await sessions.find(token) if token else None
    claimed = sessions.proxy.claimed(request)
    if found is None or (claimed and (claimed.organisation_id, claimed.person) != found.identity):
        raise ProblemError(401, "SIGN_IN_NEEDED", "nobody is signed in here, or the session has ended", hint="sign in")
    request.state.visitor, request.state.organisation_id = found, found.organisation_id
    if request.method not in _SAFE:
        check_origin(request)
        if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), found.csrf.encode()):
            raise ProblemError(403, "FOREIGN_ORIGIN", "the page is of another session", hint="load the page again")
    limits: Limits = request.app.state.limits
    await limits.count(Kind.READ if request.method in _SAFE else Kind.WRITE, found)
    return found


def _at_least(role: Role) -> Callable[[Visitor], Visitor]:
    def check(found: Annotated[Visitor, Depends(visitor)]) -> Visitor:
        if not found.role.includes(role):
            raise role_required(role)
        return found

    return check


Viewer = Annotated[Visitor, Depends(visitor)]
"""Every role may look at every page, but for those of administrators."""
Operator = Annotated[Visitor, Depends(_at_least(Role.OPERATOR))]
Admin = Annotated[Visitor, Depends(_at_least(Role.ADMIN))]
