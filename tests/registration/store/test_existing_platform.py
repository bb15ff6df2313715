"""Upgrading beside an existing platform database: its tables are checked and left as they are."""

from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import Engine, text

from registration.errors import MisconfiguredInstallation, Refused
from registration.store import migrating, own_schema, schema
from registration.store.base import Base
from registration.store.organisations import have_organisation
from registration.store.platform_check import missing_rights


@pytest.fixture
def platform(superuser: Engine) -> Engine:
    """The platform's own tables are there, with more in them than we know, and belong to somebody else."""
    with superuser.begin() as connection:
        Base.metadata.create_all(connection, tables=[Base.metadata.tables[name] for name in migrating.PLATFORM_TABLES])
        connection.execute(text("alter table restaurants add column loyalty_points integer"))
        connection.execute(text("create table webhooks (id integer)"))
    return superuser


def _grant(platform: Engine, owner: SecretStr) -> None:
    engine = migrating.owner_engine(owner)
    with engine.connect() as connection:
        wanted = missing_rights(connection)
    with platform.begin() as connection:
        for grant in wanted:
            connection.execute(text(grant))


def test_platform_tables_that_are_there_are_not_made_again(owner: SecretStr, platform: Engine) -> None:
    """Without --existing-platform a database with platform tables is refused, and nothing is written."""
    assert platform
    with pytest.raises(Refused, match="use --existing-platform"):
        schema.upgrade(owner)
    assert schema.check_current(owner).revision is None


def test_beside_an_existing_platform_missing_parts_are_all_named(owner: SecretStr, platform: Engine) -> None:
    """A missing table and missing columns are named together, and nothing is written."""
    with platform.begin() as connection:
        connection.execute(text("drop table menu_items"))
        connection.execute(text("alter table restaurants drop column nzbn, drop column theme"))
    with pytest.raises(MisconfiguredInstallation) as refused:
        schema.upgrade(owner, existing_platform=True)
    assert set(refused.value.details["missing"]) == {
        "table menu_items",
        "column restaurants.nzbn",
        "column restaurants.theme",
    }
    assert schema.check_current(owner).revision is None


def test_beside_an_existing_platform_missing_rights_are_named_as_sql(owner: SecretStr, platform: Engine) -> None:
    """What the platform's owner must grant is in the message, ready to run; then the upgrade works."""
    with pytest.raises(MisconfiguredInstallation, match="grant insert on restaurants to registration_app"):
        schema.upgrade(owner, existing_platform=True)
    _grant(platform, owner)
    schema.upgrade(owner, existing_platform=True)
    assert schema.check_current(owner).current


def test_organisations_of_an_existing_platform_are_its_own(owner: SecretStr, platform: Engine) -> None:
    """None is made there; it is said what to do instead."""
    _grant(platform, owner)
    schema.upgrade(owner, existing_platform=True)
    with pytest.raises(Refused, match="set REGISTRATION_ORGANISATION to the id of one"):
        have_organisation(owner, uuid4(), "Kai Group")


def test_an_existing_platform_keeps_its_tables_as_they_were(owner: SecretStr, platform: Engine) -> None:
    """No column and no row-level security is added to them, ours carry it, and the mapped classes match."""
    _grant(platform, owner)
    with platform.connect() as connection:
        columns = text(
            "select table_name, column_name from information_schema.columns where table_name = any(:tables)"
        ).bindparams(tables=list(migrating.PLATFORM_TABLES))
        before = set(connection.execute(columns).all())
        schema.upgrade(owner, existing_platform=True)
        assert set(connection.execute(columns).all()) == before
        secured = connection.execute(text("select relname::text from pg_class where relrowsecurity")).scalars()
        assert set(secured) == migrating.OWN_TABLES - {"rate_slots"}
        compared = MigrationContext.configure(
            connection, opts={"version_table": own_schema.VERSION_TABLE, "include_object": migrating.is_ours}
        )
        assert compare_metadata(compared, Base.metadata) == []


def test_what_an_installation_is_need_not_be_said_again(owner: SecretStr, platform: Engine) -> None:
    """Later upgrades and the way back leave the platform's tables alone without being told."""
    _grant(platform, owner)
    schema.upgrade(owner, existing_platform=True)
    assert schema.upgrade(owner).pending == ()
    schema.downgrade(owner)
    with platform.connect() as connection:
        assert connection.scalar(text("select count(*) from restaurants")) == 0
    assert schema.check_current(owner).revision is None


def test_an_own_installation_is_not_taken_for_a_platforms(owner: SecretStr) -> None:
    """Saying --existing-platform of a database whose platform tables were made here is refused."""
    schema.upgrade(owner)
    with pytest.raises(Refused, match="leave out --existing-platform"):
        schema.upgrade(owner, existing_platform=True)
