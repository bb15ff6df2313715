"""Administration: passwords and checks for administrators, settings, and the record of what persons did."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from interfaces.api.answers import TaggedRoute, paginate
from interfaces.api.auth import Admin, Viewer
from interfaces.api.models.admin import (
    AuditList,
    AuditRow,
    Checked,
    CheckedPart,
    PasswordAsked,
    PasswordStored,
    RevealAsked,
    RevealedPassword,
    SettingsAnswer,
    SettingsAsked,
)
from interfaces.api.routes.parameters import MOST_ROWS, CommaList, Moment, Offset, Search, members, stripped
from registration.accounts.passwords import Cipher
from registration.accounts.service import set_password, show_password
from registration.errors import RegistrationError
from registration.gates.policies import organisation_settings, set_auto_select
from registration.health.finding import Finding, error, fine, worst
from registration.health.installation import check_disk, check_installed
from registration.kit.values import email_key
from registration.reporting.audit_queries import AuditFilter, AuditKind, read_audit
from registration.settings import Settings

reading_router = APIRouter(tags=["administration"], route_class=TaggedRoute)
router = APIRouter(tags=["administration"])
credentials_router = APIRouter(prefix="/credentials", tags=["administration"])
_Email = Annotated[str, Path(max_length=300, description="The e-mail of the account.")]


@credentials_router.post("/{email}/reveal", operation_id="RevealPassword")
async def reveal(
    request: Request, email: _Email, asked: RevealAsked, caller: Admin, response: Response
) -> RevealedPassword:
    """The password of an account; who saw it, and why, is recorded."""
    cipher = Cipher(request.app.state.settings.encryption_keys)
    attribution = caller.attribution(asked.why)
    shown = await show_password(caller.database, caller.organisation_id, _plain(email), cipher, attribution)
    response.headers["Cache-Control"] = "private, no-store"
    return RevealedPassword(
        email=shown.email,
        password=shown.password.get_secret_value(),
        account_state=shown.account_state,
        platform_account_id=shown.platform_account_id,
    )


@credentials_router.put("/{email}", operation_id="StorePassword")
async def store(request: Request, email: _Email, asked: PasswordAsked, caller: Admin) -> PasswordStored:
    """Store the password of an account that exists: restaurants of this e-mail use the account from now on."""
    cipher = Cipher(request.app.state.settings.encryption_keys)
    key = (caller.database, caller.organisation_id, _plain(email), asked.password, cipher)
    await set_password(*key, caller.attribution(asked.why))
    return PasswordStored(email=email_key(email))


def _plain(email: str) -> str:
    """The database stores no such character, so no account has it."""
    return email.replace("\0", "")


@reading_router.get("/audit", operation_id="Audit")
async def audit(
    request: Request,
    caller: Viewer,
    *,
    what: CommaList = None,
    actor: Search = None,
    begin: Annotated[Moment | None, Query(alias="from")] = None,
    end: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
    offset: Offset = 0,
) -> AuditList:
    """What persons did: passwords, answers at gates, retries, resolutions, cancels and settings, newest first."""
    kinds = members("what", what, AuditKind) or frozenset(AuditKind)
    only = AuditFilter(kinds=kinds, actor=stripped(actor), begin=begin, end=end)
    async with caller.reading() as transaction:
        found, total = await read_audit(transaction, only, limit=limit, offset=offset)
    pagination = paginate(request, total, limit, offset)
    return AuditList(entries=[AuditRow.model_validate(one) for one in found], total_count=total, pagination=pagination)


@reading_router.get("/settings", operation_id="Settings")
async def read_settings(caller: Viewer) -> SettingsAnswer:
    """The policies of the organisation."""
    current = await organisation_settings(caller.database, caller.organisation_id)
    return SettingsAnswer(auto_select_clear_matches=current.auto_select_clear_matches)


@router.patch("/settings", operation_id="ChangeSettings")
async def change_settings(asked: SettingsAsked, caller: Admin) -> SettingsAnswer:
    """Switch policies on or off; every switch is recorded."""
    if asked.auto_select_clear_matches is not None:
        key = (caller.database, caller.organisation_id)
        await set_auto_select(*key, on=asked.auto_select_clear_matches, attribution=caller.attribution())
    return await read_settings(caller)


@reading_router.get("/doctor", operation_id="Doctor")
async def doctor(request: Request, caller: Admin) -> Checked:
    """Check the installation: database, keys, platform, register, notices, Prefect server and disk."""
    findings = await check_everything(request.app.state.settings)
    return Checked(worst=worst(findings), findings=list(map(CheckedPart.of, findings)))


async def check_everything(settings: Settings) -> list[Finding]:
    """The findings about database, keys, platform, register, notices, Prefect server and disk; nothing is changed."""
    from interfaces.connection_plan import read_configured

    return [*await check_installed(settings, await read_configured()), await _prefect(), check_disk()]


async def _prefect() -> Finding:
    from tasks.batch_runs import check_server

    try:
        await check_server()
    except RegistrationError as failed:
        return error("Prefect server", failed.message, "start it; batches wait meanwhile")
    return fine("Prefect server", "answers")
