"""Sends each query to the platform once: is the route reached, is the key accepted, is the answer complete."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from pydantic import SecretStr

from registration.errors import (
    FeatureOff,
    NotUnderstood,
    PlatformRefused,
    PlatformUnclear,
    RegistrationError,
    ServiceKeyRefused,
    TransientError,
)
from registration.health.finding import Finding, error, fine, undetermined
from registration.health.reach import Endpoint, is_sendable, probe
from registration.kit.server_clock import ServerClock, now
from registration.platform.records import ImageCounts, Logs, UploadAnswer
from registration.platform.status import Answer, CodeInjection, RegistrationStatus
from registration.platform.status_queries import read_query_answer

_ADDRESS = "REGISTRATION_PLATFORM_URL"
_LATER = "check the platform, and try again"
_CHANGED = "compare the platform's version with docs/platform.md, and change the reader before the next batch"
_ABOUT = "/api/registration"


@dataclass(frozen=True)
class PlatformQuery:
    """A route that is queried about an `of`; `members` are required, by the part of the answer that contains them."""

    name: str
    path: str
    subject: str
    answer: type[Answer]
    members: Mapping[str, tuple[str, ...]]


QUERIES = (
    PlatformQuery(
        "status",
        f"{_ABOUT}/status/{{id}}",
        "restaurant",
        RegistrationStatus,
        {
            "": ("success", "account", "pumpdRestaurant"),
            "account": ("id", "email", "registration_status", "pumpd_user_id"),
            "pumpdRestaurant": (
                "pumpd_restaurant_id",
                "pumpd_subdomain",
                "registration_type",
                "dashboard_url",
                "registration_status",
            ),
        },
    ),
    PlatformQuery(
        "logs",
        f"{_ABOUT}/logs/{{id}}",
        "restaurant",
        Logs,
        {"": ("success", "logs"), "logs": ("action", "status", "created_at", "response_data")},
    ),
    PlatformQuery(
        "code-injection",
        f"{_ABOUT}/code-injection/{{id}}",
        "restaurant",
        CodeInjection,
        {"": ("success", "hasContent", "codeInjectionId"), "config": ("generatedAt",)},
    ),
    PlatformQuery(
        "cdn-stats",
        "/api/menus/{id}/cdn-stats",
        "menu",
        ImageCounts,
        {"": ("success", "stats"), "stats": ("totalImages", "uploadedImages", "failedUploads", "pendingUploads")},
    ),
    PlatformQuery(
        "upload-batches",
        "/api/upload-batches/{id}",
        "upload of images",
        UploadAnswer,
        {"": ("success", "batch"), "batch": ("id", "status", "startedAt")},
    ),
)
"""Every query that reads evidence over HTTP. Additional members are ignored."""


@dataclass(frozen=True)
class PlatformProbe:
    """The target and identity of the queries; `clock` records the times of the answers."""

    url: str
    key: SecretStr
    organisation_id: UUID
    clock: ServerClock = field(default_factory=ServerClock)

    async def probe_all(self, known: Mapping[str, UUID | None]) -> list[Finding]:
        """A finding for each query; `known` has an object of the organisation for each kind, None if there is none."""
        if not is_sendable(self.key):
            says, step = "the platform's service key is missing or cannot be sent", "set REGISTRATION_PLATFORM_KEY"
            return [error(f"question {query.name}", says, step) for query in QUERIES]
        return [await self._about(query, known.get(query.subject)) for query in QUERIES]

    async def _about(self, query: PlatformQuery, object_id: UUID | None) -> Finding:
        about = f"question {query.name}"
        endpoint = Endpoint(about, self.url, _ADDRESS, proxies=False)
        key = self.key.get_secret_value()
        headers = {"X-Service-Key": key, "X-Organisation-ID": str(self.organisation_id)}
        sent_at = now()
        response = await probe(endpoint, query.path.format(id=object_id or UUID(int=0)), headers=headers)
        if isinstance(response, Finding):
            return response
        self.clock.record_answer(response.headers, sent_at, now())
        try:
            read_query_answer(response, query.answer, (key,), keeps_body=False)
        except RegistrationError as failure:
            return _refused(about, failure, query, subject_exists=object_id is not None)
        return _judged(about, query, response)


def _refused(about: str, failure: RegistrationError, query: PlatformQuery, *, subject_exists: bool) -> Finding:
    says = failure.message
    if isinstance(failure, ServiceKeyRefused):
        return error(about, says, "set REGISTRATION_PLATFORM_KEY to the platform's INTERNAL_SERVICE_KEY")
    if isinstance(failure, FeatureOff):
        return error(about, says, "have the feature switched on for the organisation, by the platform's administrator")
    if isinstance(failure, NotUnderstood):
        return error(about, says, _CHANGED)
    if isinstance(failure, TransientError | PlatformUnclear):
        return undetermined(about, says, _LATER)
    if isinstance(failure, PlatformRefused) and failure.details.get("status") == 404 and not subject_exists:
        says = f"it answers, but the organisation has no {query.subject} to ask about"
        return undetermined(about, says, f"check again when there is the first {query.subject}")
    return error(about, says, _CHANGED)


def _judged(about: str, query: PlatformQuery, response: httpx.Response) -> Finding:
    body = json.loads(response.content)
    missing = [name for part, members in query.members.items() for name in _missing(body, part, members)]
    if missing:
        return error(about, f"its answer lacks {', '.join(missing)}", _CHANGED)
    absent = [part for part in query.members if part and not body.get(part)]
    if absent:
        says = f"it answers with all members, but there is no {' and no '.join(absent)} to check"
        return undetermined(about, says, "check again when the first restaurant is registered")
    return fine(about, "it answers, accepts the service key, and has all members that are read")


def _missing(body: Mapping[str, object], part: str, members: tuple[str, ...]) -> Iterator[str]:
    member = body.get(part) if part else body
    for item in member if isinstance(member, list) else [member]:
        if isinstance(item, Mapping):
            yield from (f"{part}.{name}".lstrip(".") for name in members if name not in item)
            return
