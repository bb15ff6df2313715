"""The checklist's lines about tables, beside a platform's own database: columns, rights, secrets, rows."""

import pytest
from sqlalchemy import text

from registration.database import schema
from registration.database.session import Database
from registration.health.deep.tables import check_tables, used_tables
from registration.health.finding import Finding, Level
from tests.registration.database.platform_database import add_organisation
from tests.registration.database.platform_server import GuestTenant
from tests.registration.health.answering import by_name


async def looked_at(guest: GuestTenant) -> dict[str, Finding]:
    """The findings by what they are about, once our tables are beside the platform's."""
    database = Database(guest.app)
    try:
        return by_name(await check_tables(database, guest.organisation))
    finally:
        await database.close()


@pytest.fixture
def installed(guest: GuestTenant) -> GuestTenant:
    """The platform's database with the rights that its owner was asked for, and our tables."""
    guest.run_script()
    schema.upgrade(guest.owner, existing_platform=True)
    return guest


def change(guest: GuestTenant, statement: str) -> None:
    """Have the platform's owner change something."""
    with guest.as_platform_owner() as connection:
        connection.execute(statement.encode())


async def test_with_the_rights_that_were_asked_for_all_is_fine(installed: GuestTenant) -> None:
    """Every table, no secret, no row of anybody else; where there are no rows nothing can be told."""
    found = await looked_at(installed)
    assert {name: one.says for name, one in found.items() if one.level not in (Level.OK, Level.UNDETERMINED)} == {}
    assert all(found[f"table {name}"].level is Level.OK for name in used_tables())
    assert found["secret columns"].level is Level.OK
    assert found["rows of organisations"].level is Level.OK


@pytest.mark.parametrize(
    "statement, about, level, said",
    [
        (
            "alter table public.usage_events drop column metadata cascade",
            "table usage_events",
            Level.ERROR,
            "missing: column usage_events.metadata",
        ),
        (
            "alter table item_images alter cdn_uploaded drop default, alter cdn_uploaded type text",
            "table item_images",
            Level.ERROR,
            "column item_images.cdn_uploaded as boolean (it is text)",
        ),
        (
            "revoke select (action) on public.registration_logs from registration_app",
            "table registration_logs",
            Level.ERROR,
            "select on registration_logs",
        ),
        (
            "grant select on public.pumpd_accounts to registration_app",
            "secret columns",
            Level.ERROR,
            "pumpd_accounts.user_password_hint",
        ),
        (
            "create policy everybody on public.restaurants for select to registration_app using (true)",
            "rows of restaurants",
            Level.ERROR,
            "rows of other organisations can be seen",
        ),
    ],
    ids=["column", "type", "right", "secret", "policy"],
)
async def test_what_a_new_version_may_change_is_told(
    installed: GuestTenant, statement: str, about: str, level: Level, said: str
) -> None:
    """In the line that is about it, with what the platform's owner can do."""
    _of_another(installed)
    change(installed, statement)
    found = (await looked_at(installed))[about]
    assert found.level is level, found.says
    assert said in found.says
    assert found.next_step


def _of_another(guest: GuestTenant) -> None:
    """A restaurant of another organisation."""
    with guest.everything() as connection:
        other = add_organisation(connection)
        connection.execute(
            text("insert into restaurants (organisation_id, name) values (:id, 'Theirs')"), {"id": other}
        )
