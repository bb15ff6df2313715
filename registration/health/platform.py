"""Checks of the platform: address, key, clock, and the evidence that each sub-step can have."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import httpx
from pydantic import JsonValue, SecretStr
from sqlalchemy import Connection

from registration.database.own_schema import is_own_installation
from registration.database.platform_rights import EVIDENCE
from registration.database.platform_schema import missing_parts, unreachable
from registration.database.session import NOBODY, Database
from registration.health.finding import Finding, error, fine, warning
from registration.health.reach import Endpoint, ask, is_sendable, judge_date
from registration.platform.errors import json_object, meaning
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS

_ADDRESS = "REGISTRATION_PLATFORM_URL (`base_url` of the block registration-platform)"
_KEY = "REGISTRATION_PLATFORM_KEY (`service_key` of the block registration-platform)"
_NOBODY = UUID(int=0)
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


async def check_platform(url: str, key: SecretStr, organisation_id: UUID | None = None) -> list[Finding]:
    """Ask about a restaurant that there is not: any answer in the platform's own words says that all is well."""
    if not is_sendable(key):
        return [error("platform", "its service key is missing or cannot be sent", f"put it into {_KEY}")]
    place = Endpoint("platform", url, _ADDRESS, proxies=False)
    headers = {"X-Service-Key": key.get_secret_value(), "X-Organisation-ID": str(organisation_id or _NOBODY)}
    begun = datetime.now(UTC)
    answer = await ask(place, f"/api/registration/status/{_NOBODY}", headers=headers)
    if isinstance(answer, Finding):
        return [answer]
    judged = _judged(place, answer, key, organisation_id)
    return [judged, *judge_date("the platform", answer.headers, decides=True, since=begun)]


def _judged(place: Endpoint, answer: httpx.Response, key: SecretStr, organisation_id: UUID | None) -> Finding:
    status, body = answer.status_code, json_object(answer)
    says = f"({status}: {meaning(answer, body, (key.get_secret_value(),)).message})"
    if status == HTTPStatus.FORBIDDEN and body is not None and "success" not in body:
        return _beside_the_key(place, body, says, organisation_id)
    if status in _REFUSED:
        return error("platform", f"refuses the service key {says}", f"put the right one into {_KEY}")
    if body is not None and isinstance(body.get("success"), bool):
        return _in_its_own_words(place, status, says)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        says = f"what stands before it at {place.shown} does not reach it ({status})"
        return error("platform", says, "see that the platform itself runs")
    says = f"something answers at {place.shown} ({status}), but it is not the platform"
    return error("platform", says, f"check {_ADDRESS}: the address of its API, without a path")


def _beside_the_key(place: Endpoint, body: dict[str, JsonValue], says: str, organisation_id: UUID | None) -> Finding:
    """A 403 of the platform comes after its look at the key: it is about the organisation, or a feature of it."""
    if organisation_id is None:
        return fine("platform", f"answers at {place.shown} and takes the service key")
    if "feature" in body:
        return error("platform", f"has a feature switched off for the organisation {says}", "have it switched on there")
    step = "set REGISTRATION_ORGANISATION to the id of one of its own"
    return error("platform", f"does not know the organisation {says}", step)


def _in_its_own_words(place: Endpoint, status: int, says: str) -> Finding:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        step = "effects are tried again by themselves; look at the platform"
        return warning("platform", f"has no time for us now {says}", step)
    return fine("platform", f"answers at {place.shown} and takes the service key")


_ABOUT = "evidence"
_STEP = "have their owner run what `registration db rights` prints, or set REGISTRATION_PLATFORM_EVIDENCE=http"
_HOW = {
    EvidenceSource.TABLES: "the platform's tables are read",
    EvidenceSource.HTTP: "the platform's routes are asked",
}
_KINDS = {
    Assurance.PROVEN: "proven",
    Assurance.REPORTED: "reported by a record of the platform",
    None: "reported by the platform's answer alone",
}


async def check_evidence(database: Database, way: EvidenceSource) -> Finding:
    """Which way is on, and what it can show; raises DatabaseUnavailable."""
    if way is EvidenceSource.TABLES:
        async with database.transaction(NOBODY) as connection:
            missing = await connection.run_sync(_not_readable)
        if missing:
            return error(_ABOUT, f"the platform's tables cannot be read: {'; '.join(missing)}", _STEP)
    kinds = (f"{words}: {', '.join(names)}" for kind, words in _KINDS.items() if (names := _of(way, kind)))
    return fine(_ABOUT, f"{_HOW[way]}; {'; '.join(kinds)}")


def _of(way: EvidenceSource, kind: Assurance | None) -> list[str]:
    return [name for name, record in RECORDS.items() if record.best(way) is kind]


def _not_readable(connection: Connection) -> list[str]:
    """What hinders us in tables that a platform made; those that we made need no look."""
    if is_own_installation(connection):
        return []
    return missing_parts(connection, EVIDENCE) or unreachable(connection, EVIDENCE)
