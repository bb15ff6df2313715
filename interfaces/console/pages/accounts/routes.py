"""`/accounts`: every account and who saw its password; a password is shown on a reasoned, recorded reveal only."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import SecretStr, StringConstraints

from interfaces.api.problems import ProblemError
from interfaces.console import inbox_rows
from interfaces.console.rendering import asks_for_part, render, render_part
from interfaces.console.sessions import Admin, Viewer, Visitor
from registration.accounts.list_queries import list_accounts
from registration.accounts.passwords import Cipher
from registration.accounts.service import set_password, show_password
from registration.kit.values import Line, email_key
from registration.reporting.audit_queries import AuditFilter, AuditKind, read_audit

router = APIRouter(prefix="/accounts", include_in_schema=False)

FRESH: Final = timedelta(minutes=15)
"""The age that a sign-in may have when a password is shown."""
SHOWN_SECONDS: Final = 30
_MOST: Final = 200
_TEMPLATE: Final = "accounts/parts.html"
_Text = Annotated[str, StringConstraints(max_length=300)]
_Why = Annotated[Annotated[Line, StringConstraints(max_length=500)], Form()]


@router.get("")
async def page(request: Request, visitor: Admin, q: Annotated[_Text, Query()] = "") -> Response:
    """The accounts, those first whose password was seen last, and every showing of a password."""
    searched = _plain(q).strip()
    async with visitor.reading() as transaction:
        accounts = await list_accounts(transaction, searched, limit=_MOST)
        seen, total = await read_audit(transaction, AuditFilter(kinds=frozenset({AuditKind.ACCOUNT})), limit=_MOST)
        inbox = await inbox_rows.read(transaction)
    shown = {"accounts": accounts, "seen": seen, "total": total, "q": searched, "most": _MOST}
    if asks_for_part(request):
        return render_part(request, _TEMPLATE, "listing", shown)
    return render(request, "accounts/page.html", page=shown, inbox_count=len(inbox))


@router.get("/seen")
async def seen_by(request: Request, visitor: Viewer, email: Annotated[_Text, Query()]) -> Response:
    """Everybody to whom the password of an account was shown, and who stored it."""
    address = email_key(_plain(email))
    async with visitor.reading() as transaction:
        only = AuditFilter(kinds=frozenset({AuditKind.ACCOUNT}), email=address)
        entries, _ = await read_audit(transaction, only, limit=_MOST)
    return render_part(request, _TEMPLATE, "seen_by", address, entries)


@router.get("/reveal")
async def reveal_preview(request: Request, visitor: Admin, email: Annotated[_Text, Query()]) -> Response:
    """Why the password is needed; the sign-in must be a young one, unless a proxy signs people in."""
    by_proxy = is_by_proxy(request)
    fresh = by_proxy or is_fresh(visitor)
    return render_part(request, _TEMPLATE, "ask", email_key(_plain(email)), fresh, by_proxy, visitor)


@router.post("/reveal")
async def reveal(request: Request, visitor: Admin, email: Annotated[_Text, Form()], why: _Why) -> Response:
    """Show the password; the event that records it is committed before."""
    if not (is_by_proxy(request) or is_fresh(visitor)):
        minutes = int(FRESH.total_seconds() // 60)
        raise ProblemError(403, "SIGN_IN_NEEDED", f"the sign-in is older than {minutes} minutes", hint="sign in again")
    cipher = Cipher(request.app.state.settings.encryption_keys)
    attribution = visitor.attribution(why)
    shown = await show_password(visitor.database, visitor.organisation_id, _plain(email), cipher, attribution)
    response = render_part(
        request, _TEMPLATE, "revealed", shown.email, shown.password.get_secret_value(), SHOWN_SECONDS, visitor
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@router.get("/password")
async def store_preview(request: Request, visitor: Admin, email: Annotated[_Text, Query()]) -> Response:
    """What it means to store the password of an account that exists."""
    return render_part(request, _TEMPLATE, "store", email_key(_plain(email)), visitor)


@router.post("/password")
async def store(
    request: Request,
    visitor: Admin,
    email: Annotated[_Text, Form()],
    password: Annotated[SecretStr, Form()],
    why: _Why,
) -> Response:
    """Store the password of an account that exists: restaurants of this e-mail use the account from now on."""
    cipher = Cipher(request.app.state.settings.encryption_keys)
    key = (visitor.database, visitor.organisation_id, _plain(email), password, cipher)
    await set_password(*key, visitor.attribution(why))
    lines = ("restaurants of this e-mail use the account from now on", "retry those that failed because it was missing")
    return render_part(request, "macros.html", "outcome", f"The password of {email_key(email)} is stored", lines)


def is_by_proxy(request: Request) -> bool:
    """Whether the proxy names the person of each request; another sign-in there would prove nothing."""
    return request.app.state.sessions.proxy.claimed(request) is not None


def is_fresh(visitor: Visitor) -> bool:
    """Whether the person signed in a short time ago."""
    return datetime.now(UTC) - visitor.signed_in_at <= FRESH


def _plain(text: str) -> str:
    """The database stores no such character, so no account has it."""
    return text.replace("\0", "")
