"""What was completed before it was noted how that is known."""

from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import Engine, text

from dev.stack.databases import DatabaseUrls
from registration.database import schema
from tests.registration.database.conftest import engine
from tests.registration.database.rows import add_batch, add_job

_COMPLETED = """
insert into registration_sub_steps (organisation_id, job_id, name, status, evidence) values
    (:organisation, :job, 'menuImport', 'completed', '{"said_by": "Mere"}'),
    (:organisation, :job, 'optionSets', 'completed', '{}')
"""


async def test_what_a_person_said_is_known_by_a_person(
    owner: SecretStr, superuser: Engine, empty_database: DatabaseUrls
) -> None:
    """Of every organisation, though row-level security binds the owner, who migrates; of the rest nothing is known."""
    schema.upgrade(owner)
    schema.downgrade(owner, "platform_records")
    organisation = uuid4()
    async with engine(empty_database.owner).begin() as connection:
        await connection.execute(text(f"set local app.organisation_id = '{organisation}'"))
        job = await add_job(connection, organisation, await add_batch(connection, organisation))
        await connection.execute(text(_COMPLETED), {"organisation": organisation, "job": job})
    schema.upgrade(owner)
    with superuser.connect() as connection:
        known = connection.execute(text("select name, known from registration_sub_steps order by name")).all()
        assert [tuple(row) for row in known] == [("menuImport", "by a person"), ("optionSets", None)]
        forced = text("select relforcerowsecurity from pg_class where oid = 'registration_sub_steps'::regclass")
        assert connection.scalar(forced) is True
