"""Each question of the platform, asked once: is it reached, are we let in, has its answer what is read of it."""

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
from registration.health.finding import Finding, error, fine, untold
from registration.health.reach import Endpoint, ask, is_sendable
from registration.kit.server_clock import ServerClock, now
from registration.platform.records import ImageCounts, Logs, UploadAnswer
from registration.platform.status import Answer, CodeInjection, RegistrationStatus
from registration.platform.status_queries import read_question

_ADDRESS = "REGISTRATION_PLATFORM_URL"
_LATER = "look at the platform, and ask again"
_CHANGED = "compare the platform's version with docs/platform.md, and change the reader before the next batch"


@dataclass(frozen=True)
class Question:
    """A route that is asked about `of`; `members` must be there, by the part of the answer that has them."""

    name: str
    path: str
    of: str
    answer: type[Answer]
    members: Mapping[str, tuple[str, ...]]


_ABOUT = "/api/registration"
QUESTIONS = (
    Question(
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
    Question(
        "logs",
        f"{_ABOUT}/logs/{{id}}",
        "restaurant",
        Logs,
        {"": ("success", "logs"), "logs": ("action", "status", "created_at", "response_data")},
    ),
    Question(
        "code-injection",
        f"{_ABOUT}/code-injection/{{id}}",
        "restaurant",
        CodeInjection,
        {"": ("success", "hasContent", "codeInjectionId"), "config": ("generatedAt",)},
    ),
    Question(
        "cdn-stats",
        "/api/menus/{id}/cdn-stats",
        "menu",
        ImageCounts,
        {"": ("success", "stats"), "stats": ("totalImages", "uploadedImages", "failedUploads", "pendingUploads")},
    ),
    Question(
        "upload-batches",
        "/api/upload-batches/{id}",
        "upload of images",
        UploadAnswer,
        {"": ("success", "batch"), "batch": ("id", "status", "startedAt")},
    ),
)
"""Every question by which evidence is had over HTTP. Further members do no harm."""


@dataclass(frozen=True)
class Asking:
    """Where and as whom the questions are asked; `clock` hears the times of the answers."""

    url: str
    key: SecretStr
    organisation_id: UUID
    clock: ServerClock = field(default_factory=ServerClock)

    async def all_about(self, known: Mapping[str, UUID | None]) -> list[Finding]:
        """A finding for each question; `known`: what of the organisation's there is to ask about."""
        if not is_sendable(self.key):
            says, step = "the platform's service key is missing or cannot be sent", "set REGISTRATION_PLATFORM_KEY"
            return [error(f"question {one.name}", says, step) for one in QUESTIONS]
        return [await self._about(one, known.get(one.of)) for one in QUESTIONS]

    async def _about(self, question: Question, one: UUID | None) -> Finding:
        about = f"question {question.name}"
        place = Endpoint(about, self.url, _ADDRESS, proxies=False)
        key = self.key.get_secret_value()
        headers = {"X-Service-Key": key, "X-Organisation-ID": str(self.organisation_id)}
        asked = now()
        response = await ask(place, question.path.format(id=one or UUID(int=0)), headers=headers)
        if isinstance(response, Finding):
            return response
        self.clock.heard(response.headers, asked, now())
        try:
            read_question(response, question.answer, (key,), keeps_body=False)
        except RegistrationError as failure:
            return _refused(about, failure, question, there_is_one=one is not None)
        return _judged(about, question, response)


def _refused(about: str, failure: RegistrationError, question: Question, *, there_is_one: bool) -> Finding:
    says = failure.message
    if isinstance(failure, ServiceKeyRefused):
        return error(about, says, "set REGISTRATION_PLATFORM_KEY to the platform's INTERNAL_SERVICE_KEY")
    if isinstance(failure, FeatureOff):
        return error(about, says, "have the feature switched on for the organisation, by the platform's administrator")
    if isinstance(failure, NotUnderstood):
        return error(about, says, _CHANGED)
    if isinstance(failure, TransientError | PlatformUnclear):
        return untold(about, says, _LATER)
    if isinstance(failure, PlatformRefused) and failure.details.get("status") == 404 and not there_is_one:
        says = f"it answers, but the organisation has no {question.of} to ask about"
        return untold(about, says, f"ask again when there is the first {question.of}")
    return error(about, says, _CHANGED)


def _judged(about: str, question: Question, response: httpx.Response) -> Finding:
    body = json.loads(response.content)
    missing = [name for part, members in question.members.items() for name in _missing(body, part, members)]
    if missing:
        return error(about, f"its answer lacks {', '.join(missing)}", _CHANGED)
    unseen = [part for part in question.members if part and not body.get(part)]
    if unseen:
        says = f"it answers with all members, but there is no {' and no '.join(unseen)} to look into"
        return untold(about, says, "ask again when the first restaurant is registered")
    return fine(about, "it answers, takes the service key, and has all members that are read")


def _missing(body: Mapping[str, object], part: str, members: tuple[str, ...]) -> Iterator[str]:
    seen = body.get(part) if part else body
    for one in seen if isinstance(seen, list) else [seen]:
        if isinstance(one, Mapping):
            yield from (f"{part}.{name}".lstrip(".") for name in members if name not in one)
            return
