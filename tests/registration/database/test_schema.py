"""Upgrading a database and taking it back: all or nothing, and clear about what is in the way."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from dev.stack.databases import DatabaseUrls
from registration.database import own_schema, schema
from registration.errors import DatabaseUnavailable, MisconfiguredInstallation, Refused


def test_upgrading_brings_everything_and_again_nothing(owner: SecretStr) -> None:
    """The first upgrade does all migrations, the second none; the state says so before and after."""
    empty = schema.check_current(owner)
    assert not empty.current
    assert schema.upgrade(owner).pending == empty.pending
    assert schema.check_current(owner) == schema.SchemaState(empty.pending[-1], ())
    assert schema.upgrade(owner).pending == ()


async def test_two_upgrades_at_once_end_well(owner: SecretStr) -> None:
    """The second waits for the first and finds nothing to do."""
    everything = schema.check_current(owner).pending
    states = await asyncio.gather(*(asyncio.to_thread(schema.upgrade, owner) for _ in range(2)))
    assert {state.pending for state in states} == {everything, ()}


def test_it_works_from_any_folder(owner: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations are found in the package, not in the folder one happens to be in."""
    monkeypatch.chdir(tmp_path)
    schema.upgrade(owner)
    assert schema.check_current(owner).current


def test_going_back_to_a_migration_leaves_the_earlier_ones(owner: SecretStr) -> None:
    """After a downgrade everything above the named migration is pending again; an unknown name is refused."""
    schema.upgrade(owner)
    schema.downgrade(owner, "registration_work")
    state = schema.check_current(owner)
    assert state.revision == "registration_work"
    assert state.pending[0] == "registration_people"
    with pytest.raises(Refused, match="there is no migration nonsense"):
        schema.downgrade(owner, "nonsense")


def test_a_database_of_a_newer_version_is_refused(owner: SecretStr, superuser: Engine) -> None:
    """A migration that this version does not know is named."""
    schema.upgrade(owner)
    with superuser.begin() as connection:
        connection.execute(text(f"update {own_schema.VERSION_TABLE} set version_num = 'from_the_future'"))
    with pytest.raises(Refused, match="from_the_future"):
        schema.upgrade(owner)


def test_the_recovery_role_is_not_left_able_to_make_things(owner: SecretStr, superuser: Engine) -> None:
    """It may create for the moment in which it is given its function, and not afterwards."""
    may_create = text(
        "select bool_or(has_schema_privilege('registration_recovery', name, 'create'))"
        " from unnest(array['public', 'registration']) as name"
    )
    with superuser.begin() as connection:
        connection.execute(text("revoke create on schema public from registration_recovery"))
    schema.upgrade(owner)
    with superuser.begin() as connection:
        assert connection.scalar(may_create) is False


def test_a_right_that_is_missing_is_said_in_one_line(empty_database: DatabaseUrls) -> None:
    """The application role cannot migrate; the message says who can."""
    with pytest.raises(MisconfiguredInstallation, match="sign in as the owner of the tables") as refused:
        schema.upgrade(SecretStr(empty_database.app))
    assert "\n" not in refused.value.message


def test_a_table_in_use_stops_the_upgrade_soon(owner: SecretStr, superuser: Engine) -> None:
    """A lock that somebody holds is waited for 5 seconds, then everything is rolled back and said."""
    schema.upgrade(owner)
    with superuser.begin() as connection:
        connection.execute(text("lock table registration_events in access share mode"))
        with pytest.raises(DatabaseUnavailable, match="a table is in use"):
            schema.downgrade(owner, "registration_work")
    assert schema.check_current(owner).current


@pytest.mark.parametrize(
    "url, said",
    [
        ("postgresql://registration_owner:hush-hush@127.0.0.1:1/registration", "cannot be reached"),
        ("hush-hush", "read"),
    ],
)
def test_a_wrong_address_is_said_without_its_password(url: str, said: str) -> None:
    """Nobody listens there, or it is no address: clear, and no secret in it."""
    with pytest.raises((DatabaseUnavailable, MisconfiguredInstallation), match=said) as refused:
        schema.check_current(SecretStr(url))
    assert "hush" not in str(refused.value)
