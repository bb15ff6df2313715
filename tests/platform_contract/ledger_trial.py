"""What becomes of each answer of an endpoint at step 6: the real tasks, the ledger, the tables, the sandbox."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from registration.errors import PlatformUnavailable
from registration.workflow.assurance import EvidenceSource
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart, SubStepName
from tasks.extraction import extract_menu_and_branding
from tests.platform_contract.contract import Answer
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

_CODE = {"code_injection_id": str(uuid4()), "generated_at": "2026-01-01T00:00:00Z", "file_paths": {}}
_SCALE, _SCALE_OF_CODE, _PATIENCE = 0.04, 0.02, 25
"""Of the product's clock: its shortest limit is five seconds, its pauses between four sendings are three in all. Code
is generated once in a limit."""


@dataclass(frozen=True)
class Became:
    """What the ledger made of one answer."""

    status: str
    known: str | None
    needs_person: bool
    calls: int
    again_later: bool
    row: Mapping[str, Any]

    @property
    def end(self) -> str:
        """In one word: completed as proven or reported, failed, sent again later, or a person's to decide."""
        if self.status == "completed":
            return str(self.known)
        return "person" if self.needs_person else "again later" if self.again_later else self.status


LINKS = {
    "extract-menu-premium": {"ubereats_url": "https://www.ubereats.com/nz/store/example"},
    "extractions/start": {"doordash_url": "https://www.doordash.com/store/example"},
    "website-extraction/branding": {"website_url": "https://kitchen.example.com"},
}
"""The link of a restaurant by which step 1 asks this endpoint."""


async def played(
    tenant: Tenant, name: SubStepName, answers: Sequence[Answer], way: EvidenceSource
) -> dict[str, Became]:
    """Play each answer for a restaurant of its own, as often as it is asked; the restaurants share a batch."""
    scale = _SCALE_OF_CODE if name is SubStepName.CODE_GENERATION else _SCALE

    async def run(kai: AtStep6, answer: Answer) -> object:
        for need in SUB_STEPS[name].needs:
            await kai.is_now(need, "completed")
        await _stands_ready(tenant, kai, name, answer)
        return await kai.run(name)

    return await _played(tenant, name, SUB_STEPS[name].endpoint, answers, run, scale, way)


def start_by(endpoint: str) -> ExtractionStart:
    """The effect of step 1 that asks this endpoint."""
    return ExtractionStart.BRANDING if "website_url" in LINKS[endpoint] else ExtractionStart.MENU


async def played_at_step_1(tenant: Tenant, endpoint: str, answers: Sequence[Answer]) -> dict[str, Became]:
    """Play each answer to the start of an extraction, as `played` does."""
    [(column, link)] = LINKS[endpoint].items()

    async def run(kai: AtStep6, _answer: Answer) -> object:
        change = text(f"update restaurants set {column} = :link where id = :id")
        await tenant.everything.execute(change, {"link": link, "id": kai.restaurant_id})
        return await extract_menu_and_branding.fn(kai.job)

    return await _played(tenant, start_by(endpoint), endpoint, answers, run, _SCALE, EvidenceSource.TABLES)


async def _played(
    tenant: Tenant,
    name: str,
    endpoint: str,
    answers: Sequence[Answer],
    run: Callable[[AtStep6, Answer], Awaitable[object]],
    scale: float,
    way: EvidenceSource,
) -> dict[str, Became]:
    emails = [f"{uuid4().hex[:8]}@owner.example" for _ in answers]
    settings: dict[str, Any] = {"time_scale": scale, "platform_evidence": way, "outage_patience_seconds": _PATIENCE}
    async with at_step_6(tenant, *emails, **settings) as restaurants:
        came = await asyncio.gather(
            *(_one(kai, name, endpoint, answer, run) for kai, answer in zip(restaurants, answers, strict=True))
        )
        arrived = (await restaurants[0].control.get("/sandbox/calls")).raise_for_status().json()
    posts = [one["restaurant_id"] for one in arrived if one["method"] == "POST"]
    return {
        answer.case: Became(
            row["status"], row["known"], row["needs_person"], posts.count(str(kai.restaurant_id)), again, row
        )
        for (row, again), kai, answer in zip(came, restaurants, answers, strict=True)
    }


async def _one(
    kai: AtStep6, name: str, endpoint: str, answer: Answer, run: Callable[[AtStep6, Answer], Awaitable[object]]
) -> tuple[Mapping[str, Any], bool]:
    play = {"endpoint": endpoint, "case": answer.case, "restaurant": str(kai.restaurant_id), "times": None}
    (await kai.control.post("/sandbox/plays", json=play)).raise_for_status()
    again = False
    try:
        await run(kai, answer)
    except PlatformUnavailable:
        again = True
    return await kai.row(name), again


async def _stands_ready(tenant: Tenant, kai: AtStep6, name: SubStepName, answer: Answer) -> None:
    """Have there what the gates and the sub-steps before this one left."""
    await kai.change_config("{menu,selected_menu_id}", json.dumps(str(kai.menu_id)))
    if name is SubStepName.UPLOAD_IMAGES:
        [item] = await kai.query("select id from menu_items where menu_id = :menu limit 1", menu=kai.menu_id)
        image = {"menu_item_id": item["id"], "cdn_uploaded": answer.case == "nothing left to upload"}
        await add(tenant.everything, "item_images", tenant.organisation_id, **image)
    if name is SubStepName.WEBSITE_CONFIG:
        code = "update registration_sub_steps set outputs = cast(:code as jsonb) where job_id = :job and name = :name"
        await kai.query(code, code=json.dumps(_CODE), name=SubStepName.CODE_GENERATION)
    if name is not SubStepName.CLOUDWAITRESS_ACCOUNT:
        account = {"email": kai.email, "restaurant_id": kai.restaurant_id, "registration_status": "completed"}
        await add(tenant.everything, "pumpd_accounts", tenant.organisation_id, **account)
    if name in (SubStepName.CREATE_ONBOARDING_USER, SubStepName.SYNC_ONBOARDING_USER):
        person = {"user_name": "Mere", "user_email": kai.email}
        await kai.change_config("{onboarding}", json.dumps(person))
