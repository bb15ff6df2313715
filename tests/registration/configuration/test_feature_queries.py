"""The feature flags of an organisation, as our migrations make them where no platform is."""

from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.queries import read_features_off
from registration.database.session import Database
from registration.workflow.sub_steps import SubStepName
from tests.statements import statements

SYNC = {SubStepName.SYNC_ONBOARDING_USER: "registration.onboardingSync"}


async def test_a_new_organisation_has_what_the_platform_gives_a_new_one(
    database: Database, everything: AsyncConnection
) -> None:
    """All but the synchronisation, whether or not a sandbox has run on the database; one query tells."""
    organisation = uuid4()
    await everything.execute(text("insert into organisations (id, name) values (:id, 'Kai')"), {"id": organisation})
    async with database.transaction(organisation) as transaction:
        with statements() as sent:
            assert await read_features_off(transaction) == SYNC
    assert len(sent) == 1


async def test_without_flags_or_organisation_nothing_is_off(database: Database, everything: AsyncConnection) -> None:
    """Nothing is guessed: the platform refuses by itself what it has switched off."""
    organisation = uuid4()
    async with database.transaction(organisation) as transaction:
        assert await read_features_off(transaction) == {}
    made = text("insert into organisations (id, name, feature_flags) values (:id, 'Kai', null)")
    await everything.execute(made, {"id": organisation})
    async with database.transaction(organisation) as transaction:
        assert await read_features_off(transaction) == {}
