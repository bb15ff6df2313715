"""The keys of stored passwords, with what is stored."""

from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.accounts.passwords import Cipher
from registration.database.session import Database
from registration.health.finding import Level
from registration.health.installation import check_keys, check_stored_passwords
from tests.registration.database.rows import add

OLD, NEW, OTHER = (SecretStr(Fernet.generate_key().decode()) for _ in range(3))


@pytest.mark.parametrize("keys", [[], [SecretStr("hidden")], [NEW, SecretStr("hidden")]])
def test_keys_that_are_missing_or_malformed_are_an_error(keys: list[SecretStr]) -> None:
    """With the setting where they belong, and never shown."""
    found = check_keys(keys)
    assert found.level is Level.ERROR
    assert "REGISTRATION_ENCRYPTION_KEYS" in (found.next_step or "")
    assert "hidden" not in repr(found)


def test_right_ones_are_counted() -> None:
    """Not shown."""
    assert (check_keys([NEW, OLD]).level, check_keys([NEW, OLD]).says) == (Level.OK, "2")


async def test_every_stored_password_is_tried(
    database: Database, everything: AsyncConnection, organisation: UUID
) -> None:
    """A key that was taken away too soon is noticed before a batch needs it; an older one suffices."""
    await add(everything, "organisations", organisation, id=organisation)
    for number, key in enumerate((OLD, NEW, NEW)):
        closed = Cipher([key]).encrypt(SecretStr("password"))
        row = {"email": f"{number}@example.nz", "password_encrypted": closed}
        await add(everything, "registration_credentials", organisation, **row)
    both = await check_stored_passwords(database, organisation, [NEW, OLD])
    assert (both.level, both.says) == (Level.OK, "all 3 can be opened")
    one = await check_stored_passwords(database, organisation, [NEW])
    assert (one.level, one.says) == (Level.ERROR, "1 of 3 were encrypted with a key that is missing")
    other = await check_stored_passwords(database, organisation, [OTHER])
    assert other.says.startswith("3 of 3")
