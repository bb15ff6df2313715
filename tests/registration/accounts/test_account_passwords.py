"""A person stores the password of an account in the moment in which a restaurant begins to create it."""

import asyncio
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from registration.accounts.passwords import Cipher
from registration.accounts.queries import claim_credential, ensure_credential
from registration.accounts.service import set_password
from registration.errors import Refused
from registration.workflow.transition_queries import Attribution
from tests.locks import somebody_waits
from tests.registration.place import Place

CIPHER = Cipher([SecretStr(Fernet.generate_key().decode())])
EMAIL = "kai@example.nz"
BY_US = "the one that is sent to the platform"


async def _job(place: Place) -> UUID:
    restaurant_id, _ = await place.restaurant()
    _, jobs = await place.batch(restaurant_id)
    return jobs[restaurant_id]


async def _says_another(place: Place) -> None:
    said = SecretStr("Another.Password-1")
    await set_password(place.database, place.organisation_id, EMAIL, said, CIPHER, Attribution("Mere"))


async def _stored(place: Place) -> tuple[str, str]:
    query = "select account_state, password_encrypted from registration_credentials where organisation_id = :id"
    row = (await place.everything.execute(text(query), {"id": place.organisation_id})).one()
    return row.account_state, CIPHER.decrypt(row.password_encrypted).get_secret_value()


@pytest.mark.parametrize("row_is_there", [True, False])
async def test_a_password_is_refused_behind_a_claim_that_is_not_committed_yet(place: Place, row_is_there: bool) -> None:
    """The password that goes to the platform stays the stored one, whether the row was there before or not."""
    job_id, ours = await _job(place), CIPHER.encrypt(SecretStr(BY_US))
    if row_is_there:
        async with place.database.transaction(place.organisation_id) as connection:
            await ensure_credential(connection, place.organisation_id, EMAIL, ours)
    async with place.database.transaction(place.organisation_id) as claiming:
        assert (await claim_credential(claiming, place.organisation_id, EMAIL, job_id, ours)).claimed_by == job_id
        person = asyncio.create_task(_says_another(place))
        await somebody_waits(place.everything, query="%registration_credentials%")
    with pytest.raises(Refused, match="a restaurant is creating the account"):
        await person
    assert await _stored(place) == ("creating", BY_US)


async def test_of_an_account_that_nobody_can_tell_of_the_way_out_is_said(place: Place) -> None:
    """Waiting does not help there, nor does cancelling: somebody has to look."""
    job_id, ours = await _job(place), CIPHER.encrypt(SecretStr(BY_US))
    async with place.database.transaction(place.organisation_id) as connection:
        await claim_credential(connection, place.organisation_id, EMAIL, job_id, ours)
        unknown = (
            "update registration_sub_steps set status = 'unknown', needs_person = true, sent_at = clock_timestamp()"
            " where job_id = :job and name = 'cloudwaitressAccount'"
        )
        await connection.execute(text(unknown), {"job": job_id})
    with pytest.raises(Refused, match=f"registration resolve {job_id} cloudwaitressAccount"):
        await _says_another(place)
