"""Checks of the platform: address, key, clock, and the evidence that is available for each sub-step."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import httpx
from pydantic import JsonValue, SecretStr
from sqlalchemy import Connection

from registration.database.own_schema import is_own_installation
from registration.database.platform_rights import EVIDENCE
from registration.database.platform_schema import missing_parts, unreachable
from registration.database.session import NO_ORGANISATION, Database
from registration.health.finding import Finding, error, fine, warning
from registration.health.reach import Endpoint, is_sendable, judge_date, probe
from registration.platform.errors import json_object, meaning
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS

_ADDRESS = "REGISTRATION_PLATFORM_URL (`base_url` of the block registration-platform)"
_KEY = "REGISTRATION_PLATFORM_KEY (`service_key` of the block registration-platform)"
_NOBODY = UUID(int=0)
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_ABOUT = "evidence"
_STEP = "let their owner run the output of `registration db rights`, or set REGISTRATION_PLATFORM_EVIDENCE=http"
_HOW = {
    EvidenceSource.TABLES: "the platform's tables are read",
    EvidenceSource.HTTP: "the platform's routes are asked",
}
_KINDS = {
    Assurance.PROVEN: "proven",
    Assurance.REPORTED: "reported by a record of the platform",
    None: "reported by the platform's answer alone",
}


async def check_platform(url: str, key: SecretStr, organisation_id: UUID | None = None) -> list[Finding]:
    """Query a restaurant that does not exist: any answer in the platform's own format is good."""
    if not is_sendable(key):
        return [error("platform", "its service key is missing or cannot be sent", f"put it into {_KEY}")]
    endpoint = Endpoint("platform", url, _ADDRESS, proxies=False)
    headers = {"X-Service-Key": key.get_secret_value(), "X-Organisation-ID": str(organisation_id or _NOBODY)}
    begun = datetime.now(UTC)
    answer = await probe(endpoint, f"/api/registration/status/{_NOBODY}", headers=headers)
    if isinstance(answer, Finding):
        return [answer]
    judged = _judged(endpoint, answer, key, organisation_id)
    return [judged, *judge_date("the platform", answer.headers, decides=True, since=begun)]


def _judged(endpoint: Endpoint, answer: httpx.Response, key: SecretStr, organisation_id: UUID | None) -> Finding:
    status, body = answer.status_code, json_object(answer)
    says = f"({status}: {meaning(answer, body, (key.get_secret_value(),)).message})"
    if status == HTTPStatus.FORBIDDEN and body is not None and "success" not in body:
        return _organisation_finding(endpoint, body, says, organisation_id)
    if status in _REFUSED:
        return error("platform", f"refuses the service key {says}", f"put the right one into {_KEY}")
    if body is not None and isinstance(body.get("success"), bool):
        return _answer_finding(endpoint, status, says)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        says = f"a proxy in front of it at {endpoint.shown} does not reach it ({status})"
        return error("platform", says, "check that the platform runs")
    says = f"something answers at {endpoint.shown} ({status}), but it is not the platform"
    return error("platform", says, f"check {_ADDRESS}: the address of its API, without a path")


def _organisation_finding(
    endpoint: Endpoint, body: dict[str, JsonValue], says: str, organisation_id: UUID | None
) -> Finding:
    """The platform checks the key first: its 403 concerns the organisation, or one of its features."""
    if organisation_id is None:
        return fine("platform", f"answers at {endpoint.shown} and takes the service key")
    if "feature" in body:
        return error("platform", f"has a feature switched off for the organisation {says}", "have it switched on there")
    step = "set REGISTRATION_ORGANISATION to the id of an organisation of the platform"
    return error("platform", f"does not know the organisation {says}", step)


def _answer_finding(endpoint: Endpoint, status: int, says: str) -> Finding:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        step = "effects are retried automatically; check the platform"
        return warning("platform", f"is unavailable for now {says}", step)
    return fine("platform", f"answers at {endpoint.shown} and takes the service key")


async def check_evidence(database: Database, way: EvidenceSource) -> Finding:
    """The source of evidence, and the assurance that it gives for each sub-step. Raises DatabaseUnavailable."""
    if way is EvidenceSource.TABLES:
        async with database.transaction(NO_ORGANISATION) as transaction:
            missing = await transaction.connection.run_sync(_not_readable)
        if missing:
            return error(_ABOUT, f"the platform's tables cannot be read: {'; '.join(missing)}", _STEP)
    kinds = (f"{words}: {', '.join(names)}" for kind, words in _KINDS.items() if (names := _of(way, kind)))
    return fine(_ABOUT, f"{_HOW[way]}; {'; '.join(kinds)}")


def _of(way: EvidenceSource, kind: Assurance | None) -> list[str]:
    return [name for name, record in RECORDS.items() if record.best(way) is kind]


def _not_readable(connection: Connection) -> list[str]:
    """The obstacles in a platform's own tables; tables that our migrations made need no check."""
    if is_own_installation(connection):
        return []
    return missing_parts(connection, EVIDENCE) or unreachable(connection, EVIDENCE)
