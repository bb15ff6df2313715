"""Passwords that a person stores, or encrypts with a new key, while another transaction changes the account."""

import asyncio
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from registration.accounts.passwords import Cipher
from registration.accounts.queries import claim_credential, ensure_credential, store_password
from registration.accounts.service import rotate_passwords, set_password
from registration.errors import Refused
from registration.workflow.transition_queries import Attribution
from tests.locks import wait_for_lock_waiters
from tests.registration.tenant import Tenant

CIPHER = Cipher([SecretStr(Fernet.generate_key().decode())])
EMAIL = "kai@example.nz"
OURS = "the one that is sent to the platform"


async def _job(tenant: Tenant) -> UUID:
    restaurant_id, _ = await tenant.restaurant()
    _, jobs = await tenant.batch(restaurant_id)
    return jobs[restaurant_id]


async def _store_another(tenant: Tenant) -> None:
    another = SecretStr("Another.Password-1")
    await set_password(tenant.database, tenant.organisation_id, EMAIL, another, CIPHER, Attribution("Mere"))


async def _stored(tenant: Tenant) -> tuple[str, str]:
    query = "select account_state, password_encrypted from registration_credentials where organisation_id = :id"
    row = (await tenant.everything.execute(text(query), {"id": tenant.organisation_id})).one()
    return row.account_state, CIPHER.decrypt(row.password_encrypted).get_secret_value()


@pytest.mark.parametrize("row_is_there", [True, False])
async def test_a_password_is_refused_behind_a_claim_that_is_not_committed_yet(
    tenant: Tenant, row_is_there: bool
) -> None:
    """The password that is sent to the platform stays stored, whether or not the row existed before."""
    job_id, ours = await _job(tenant), CIPHER.encrypt(SecretStr(OURS))
    if row_is_there:
        async with tenant.database.transaction(tenant.organisation_id) as transaction:
            await ensure_credential(transaction, EMAIL, ours)
    async with tenant.database.transaction(tenant.organisation_id) as claiming:
        assert (await claim_credential(claiming, EMAIL, job_id, ours)).claimed_by == job_id
        person = asyncio.create_task(_store_another(tenant))
        await wait_for_lock_waiters(tenant.everything, query="%registration_credentials%")
    with pytest.raises(Refused, match="a restaurant is creating the account"):
        await person
    assert await _stored(tenant) == ("creating", OURS)


async def test_the_refusal_for_an_unknown_account_names_the_command(tenant: Tenant) -> None:
    """Neither waiting nor a cancel helps there: a person must look at the platform."""
    job_id, ours = await _job(tenant), CIPHER.encrypt(SecretStr(OURS))
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await claim_credential(transaction, EMAIL, job_id, ours)
        unknown = (
            "update registration_sub_steps set status = 'unknown', needs_person = true, sent_at = clock_timestamp()"
            " where job_id = :job and name = 'cloudwaitressAccount'"
        )
        await transaction.execute(text(unknown), {"job": job_id})
    with pytest.raises(Refused, match="is not known") as refused:
        await _store_another(tenant)
    assert refused.value.details == {"job_id": str(job_id), "effect": "cloudwaitressAccount"}


async def test_a_rotation_encrypts_what_was_stored_while_it_waited(tenant: Tenant) -> None:
    """The rotation locks the rows first, and reads the passwords by the next statement."""
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    before, after = Cipher([SecretStr(old)]), Cipher([SecretStr(new), SecretStr(old)])
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await store_password(transaction, EMAIL, before.encrypt(SecretStr("the first")))
    async with tenant.database.transaction(tenant.organisation_id) as storing:
        await store_password(storing, EMAIL, before.encrypt(SecretStr("the second")))
        rotation = rotate_passwords(tenant.database, tenant.organisation_id, after, Attribution("Mere"))
        rotating = asyncio.create_task(rotation)
        await wait_for_lock_waiters(tenant.everything, query="%registration_credentials%for update%")
    assert await rotating == 1
    query = text("select password_encrypted from registration_credentials where organisation_id = :id")
    stored = (await tenant.everything.execute(query, {"id": tenant.organisation_id})).scalar_one()
    assert Cipher([SecretStr(new)]).decrypt(stored).get_secret_value() == "the second"
