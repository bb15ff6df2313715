"""`/health`: the findings of `registration doctor`, the worst first, each with its next step; for administrators.

The checks ask the outside and take seconds, so the page is there before them and loads them by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from interfaces.api.routes.admin import check_everything
from interfaces.console import inbox_rows
from interfaces.console.rendering import render, render_part
from interfaces.console.sessions import Admin
from interfaces.presenting.marks import Tone
from registration.health.finding import Finding, Level
from registration.settings import Settings

router = APIRouter(prefix="/health", include_in_schema=False)

_TONES: Final[Mapping[Level, Tone]] = {
    Level.ERROR: Tone.BAD,
    Level.WARNING: Tone.PARTLY,
    Level.UNDETERMINED: Tone.UNKNOWN,
    Level.OK: Tone.GOOD,
}


@dataclass(frozen=True)
class FindingLine:
    """One finding: what was checked, how it stands, and what to do."""

    about: str
    level: str
    tone: Tone
    says: str
    next_step: str


def lines_of(findings: Iterable[Finding]) -> list[FindingLine]:
    """The findings, the worst first, else in the order of the checks."""
    ranked = sorted(findings, key=lambda one: list(_TONES).index(one.level))
    return [FindingLine(one.about, one.level, _TONES[one.level], one.says, one.next_step or "") for one in ranked]


@router.get("")
async def page(request: Request, visitor: Admin) -> Response:
    """The page, while the checks run."""
    async with visitor.reading() as transaction:
        inbox = await inbox_rows.read(transaction)
    return render(request, "health/page.html", inbox_count=len(inbox))


@router.get("/findings")
async def findings(request: Request, visitor: Admin) -> Response:
    """The findings of now, as the visitor's organisation sees them; nothing is changed by the checks."""
    settings: Settings = request.app.state.settings
    found = await check_everything(settings.model_copy(update={"organisation": visitor.organisation_id}))
    # Prefect's client takes seconds to import; the application imports it in the background.
    from tasks.batch_runs import server_page

    return render_part(request, "health/parts.html", "findings", lines_of(found), server_page())
