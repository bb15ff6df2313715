"""What the page of a restaurant shows of its company, configuration and account, and of its other batches. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from interfaces.console.pages.job.reading import JobReading
from interfaces.presenting.batches import batch_state
from interfaces.presenting.marks import JOB_TONES, Tone
from registration.accounts.list_queries import ACCOUNT_WORDS
from registration.accounts.queries import Credential
from registration.companies.details import entry_facts
from registration.companies.page_evidence import EvidenceKind
from registration.companies.page_evidence_queries import KeptEvidence
from registration.configuration.models import YoloConfig
from registration.kit.opening_hours_text import format_opening_hours
from registration.states import AccountState
from registration.workflow.steps import GateName
from registration.workflow.sub_steps import SubStepName


@dataclass(frozen=True)
class Company:
    """The company of the restaurant: the entry of the register by label, or what a person entered.

    `none` says why there is no entry, `url` is the entry's public page.
    """

    facts: Mapping[str, tuple[str, ...]]
    url: str
    none: str


@dataclass(frozen=True)
class ConfigLine:
    """A field: what is executed, and what was proposed if it differs."""

    section: str
    label: str
    value: str
    proposed: str | None


@dataclass(frozen=True)
class Account:
    """The account of the restaurant's owner, without its password; `stored`: there is one."""

    email: str
    words: str
    platform_id: str
    claimer: str
    stored: bool


@dataclass(frozen=True)
class Other:
    """The restaurant in another batch."""

    job_id: UUID
    batch_id: UUID
    batch: str
    batch_words: str
    status: str
    tone: Tone
    at: datetime


@dataclass(frozen=True)
class PageLine:
    """A page of the register that was not understood: its address there, and the addresses of what is kept of it."""

    at: datetime
    step: int
    visit: int
    url: str
    html: str
    screenshot: str
    is_cut: bool


@dataclass(frozen=True)
class Facts:
    """The lower half of the page. `lines` are all fields of the configuration, `differing` those that differ.

    `config_words` says which configuration is shown, and what it is compared with.
    """

    id: UUID
    restaurant_id: UUID
    company: Company
    config_words: str
    lines: tuple[ConfigLine, ...]
    differing: tuple[ConfigLine, ...]
    account: Account | None
    others: tuple[Other, ...]
    pages: tuple[PageLine, ...]


def facts_of(reading: JobReading, register_url: str) -> Facts:
    """The lower half of the page; the public pages of companies are at this address."""
    configured = reading.configured
    shown = configured.executed or configured.proposed
    lines = tuple(config_lines(shown, configured.proposed)) if shown else ()
    return Facts(
        id=reading.detail.id,
        restaurant_id=reading.detail.restaurant_id,
        company=_company(reading, register_url),
        config_words=_config_words(reading),
        lines=lines,
        differing=tuple(one for one in lines if one.proposed is not None),
        account=_account(reading.account, reading.state.email),
        others=tuple(_other(reading, number) for number in range(len(reading.others))),
        pages=tuple(pages_of(reading.history.evidence)),
    )


def pages_of(evidence: Sequence[KeptEvidence]) -> Iterator[PageLine]:
    """The kept pages, the newest first."""
    by_page: dict[UUID, dict[EvidenceKind, KeptEvidence]] = {}
    for one in evidence:
        by_page.setdefault(one.page_id, {})[one.kind] = one
    for kinds in reversed(by_page.values()):
        any_of_it = next(iter(kinds.values()))
        links = {kind: f"/jobs/{one.job_id}/evidence/{one.id}" for kind, one in kinds.items()}
        yield PageLine(
            at=any_of_it.created_at,
            step=any_of_it.step,
            visit=any_of_it.visit,
            url=any_of_it.url,
            html=links.get(EvidenceKind.HTML, ""),
            screenshot=links.get(EvidenceKind.SCREENSHOT, ""),
            is_cut=any(one.is_cut for one in kinds.values()),
        )


def _company(reading: JobReading, register_url: str) -> Company:
    entry = reading.history.entry
    if entry is not None:
        page = (
            f"{register_url.rstrip('/')}/companies/app/ui/pages/companies/{quote(entry.company_number, safe='')}/detail"
        )
        return Company(entry_facts(entry), page, "")
    decided = [one for one in reading.history.decisions if one.gate == GateName.COMPANY_SELECTION and one.accepted]
    answer = decided[-1].answer if decided else {}
    if isinstance(typed := answer.get("details"), Mapping):
        values: Mapping[str, Any] = typed
        facts = {name.replace("_", " "): (str(value),) for name, value in values.items() if value}
        return Company(facts, "", "entered by hand, not read from the register")
    none = {"no_match": "a person decided to go on without a company"}.get(str(answer.get("kind")))
    return Company({}, "", none or "its entry in the register was not read yet")


def _config_words(reading: JobReading) -> str:
    configured = reading.configured
    if configured.executed is None:
        return "Not confirmed yet. Proposed now:" if configured.proposed else "Nothing is confirmed or proposed yet."
    if configured.proposed is None:
        return "As it was confirmed; the proposal is not known."
    return (
        "As it was confirmed, compared with the proposal that was shown."
        if configured.proposed_before
        else "As it was confirmed, compared with the proposal of now."
    )


def config_lines(config: YoloConfig, proposed: YoloConfig | None) -> Iterator[ConfigLine]:
    """Every field of a configuration, in its order."""
    before = dict(_fields(proposed)) if proposed else None
    for (section, label), value in _fields(config):
        old = before.get((section, label), "") if before is not None else value
        yield ConfigLine(section, label, value, None if old == value else old)


def _fields(config: YoloConfig) -> Iterator[tuple[tuple[str, str], str]]:
    dumped = config.model_dump(mode="json", exclude={"steps_enabled"})
    dumped["restaurant"]["opening_hours"] = format_opening_hours(config.restaurant.opening_hours)
    for section, fields in dumped.items():
        for name, value in fields.items():
            yield (section, name.replace("_", " ")), _text(value)
    off = [name.value for name in SubStepName if not config.is_enabled(name)]
    yield ("sub-steps", "not run"), ", ".join(off) or "–"


def _text(value: Any) -> str:
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(_text(one) for one in value.values() if one is not None) or "–"
        case list():
            return ", ".join(map(_text, value))
        case str():
            return value
        case _:
            return json.dumps(value)


def _account(row: Credential | None, email: str | None) -> Account | None:
    if email is None:
        return None
    if row is None:
        return Account(email, "no password is stored", "", "", stored=False)
    state = AccountState.COMPLETED if row.made else row.account_state
    words = "only a person can tell whether it exists" if row.undecided else ACCOUNT_WORDS[state]
    return Account(row.email, words, row.platform_account_id or "", row.claimer or "", stored=True)


def _other(reading: JobReading, number: int) -> Other:
    job, batch = reading.others[number]
    return Other(
        job_id=job.id,
        batch_id=batch.id,
        batch=batch.name,
        batch_words=batch_state(batch)[0],
        status=job.status.replace("_", " "),
        tone=JOB_TONES[job.status],
        at=job.created_at,
    )
