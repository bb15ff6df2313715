"""A password is shown to an administrator with a reason, shortly after a sign-in, and everybody can see to whom."""

from collections.abc import AsyncGenerator

import httpx
import pytest_asyncio
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from registration.accounts.passwords import Cipher
from registration.accounts.service import set_password
from registration.workflow.transition_queries import Attribution
from tests.interfaces.console.visiting import Visit, served, signed_in
from tests.registration.operations.ended_jobs import ended_job
from tests.registration.tenant import Tenant

PASSWORD = "Correct.Horse-7<b>"
KEY = Fernet.generate_key().decode()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def transport(database_urls: DatabaseUrls) -> AsyncGenerator[httpx.AsyncBaseTransport]:
    """The program with a key for passwords."""
    async with served(database_urls.app, encryption_keys=KEY) as made:
        yield made


@pytest_asyncio.fixture
async def admin(transport: httpx.AsyncBaseTransport, tenant: Tenant) -> AsyncGenerator[Visit]:
    """An administrator."""
    async with signed_in(transport, tenant, role="admin", name="Tama") as made:
        yield made


@pytest_asyncio.fixture
async def email(tenant: Tenant) -> str:
    """An account of a restaurant, whose password is stored."""
    job = await ended_job(tenant)
    key = (tenant.database, tenant.organisation_id, job.email, SecretStr(PASSWORD), Cipher([SecretStr(KEY)]))
    await set_password(*key, Attribution("Mere", "it existed"))
    return job.email


async def test_a_reveal_needs_a_reason_and_is_recorded(admin: Visit, email: str, tenant: Tenant) -> None:
    """No cache keeps it; the pages that list it have no password."""
    assert PASSWORD[:9] not in (await admin.get(f"/accounts/reveal?email={email}", hx="true")).text
    assert (await admin.post("/accounts/reveal", {"email": email, "why": " "})).status_code == 422
    shown = await admin.post("/accounts/reveal", {"email": email, "why": "the owner called"})
    assert "Correct.Horse-7&lt;b&gt;" in shown.text, shown.text
    assert shown.headers["cache-control"] in ("no-store", "private, no-store")
    events = text(
        "select actor, reason from registration_events where what = 'password shown' and data ->> 'email' = :e"
    )
    assert [tuple(row) for row in await tenant.everything.execute(events, {"e": email})] == [
        ("Tama", "the owner called")
    ]
    for path in ("/accounts", f"/accounts?q={email[:9]}", f"/accounts/seen?email={email}"):
        page = await admin.get(path)
        assert ("Tama" in page.text, PASSWORD[:9] in page.text) == (True, False), path
    assert "No account fits" in (await admin.get("/accounts?q=zzz")).text
    assert (await admin.post("/accounts/reveal", {"email": "nobody@example.nz", "why": "x"})).status_code == 404


async def test_an_old_sign_in_shows_no_password(admin: Visit, email: str, tenant: Tenant) -> None:
    """Neither the question nor the answer; nothing is recorded."""
    old = "update registration_sign_ins set created_at = created_at - interval '16 minutes' where organisation_id = :id"
    await tenant.everything.execute(text(old), {"id": tenant.organisation_id})
    assert "Sign in again" in (await admin.get(f"/accounts/reveal?email={email}", hx="true")).text
    refused = await admin.post("/accounts/reveal", {"email": email, "why": "the owner called"})
    assert (refused.status_code, PASSWORD[:9] in refused.text) == (403, False)
    assert "Mere" in (await admin.get(f"/accounts/seen?email={email}")).text
    assert "password shown" not in (await admin.get(f"/accounts/seen?email={email}")).text


async def test_a_stored_password_is_used_and_never_repeated(admin: Visit, email: str) -> None:
    """Neither in an answer nor in a refusal; the reason is recorded."""
    sent = {"email": email, "password": "Other.Horse-8", "why": "the owner changed it"}
    assert email in (await admin.get(f"/accounts/password?email={email}", hx="true")).text
    wrong = await admin.post("/accounts/password", sent | {"password": "Other\nHorse-8"})
    without = await admin.post("/accounts/password", sent | {"why": ""})
    stored = await admin.post("/accounts/password", sent)
    assert [one.status_code for one in (wrong, without, stored)] == [422, 422, 200]
    assert not [one for one in (wrong, without, stored) if "Horse" in one.text]
    shown = await admin.post("/accounts/reveal", {"email": email, "why": "the owner called"})
    assert "Other.Horse-8" in shown.text
    assert "the owner changed it" in (await admin.get(f"/accounts/seen?email={email}")).text


async def test_operators_see_who_saw_it_and_no_password(visit: Visit, email: str) -> None:
    """The page of the accounts is an administrator's."""
    assert (await visit.get("/accounts")).status_code == 403
    assert (await visit.get(f"/accounts/reveal?email={email}", hx="true")).status_code == 403
    sent = {"email": email, "why": "x", "password": "Other.Horse-8"}
    for path in ("/accounts/reveal", "/accounts/password"):
        assert (await visit.post(path, sent)).status_code == 403, path
    assert "password stored" in (await visit.get(f"/accounts/seen?email={email}")).text
