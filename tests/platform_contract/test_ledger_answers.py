"""What the ledger decides on each answer at steps 1 and 6: by the real tasks, over HTTP, with the rows that it left."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from sqlalchemy import text

from deployments.local.databases import provide_extra_database
from deployments.local.keys import Keys
from deployments.local.postgres import EmbeddedPostgres
from deployments.local.sandbox import Sandbox
from registration.known import RECORDS, Way
from registration.store.session import Database
from registration.sub_steps import EXTRACTION_STARTS, SUB_STEPS, EffectKind, SubStepName
from tests.platform_contract.contract import contract
from tests.platform_contract.expected import SPECIAL, Says, ends, most_sendings, says
from tests.platform_contract.ledger_trial import LINKS, played, played_at_step_1, start_by
from tests.registration.place import Place
from tests.registration.store.conftest import engine
from tests.sandbox.client import Platform
from tests.sandbox.conftest import SANDBOX_DATABASE
from tests.tasks.at_step_6 import CIPHER

pytestmark = pytest.mark.slow

_ASKED = [
    *((name, Way.TABLES) for name in SubStepName),
    *((name, Way.HTTP) for name in SubStepName if RECORDS[name].http),
]
_OF_COMMANDS = ("--password", "--email", "node /app", 'node "/app')
_COMMON = [one for one in contract().common_answers if isinstance(one.body, dict)]


@pytest_asyncio.fixture
async def place(
    faithful: Platform, own_sandbox: Sandbox, postgres: EmbeddedPostgres, keys: Keys
) -> AsyncGenerator[Place]:
    """The database of the platform as it is built, for an organisation of one test alone."""
    urls = await provide_extra_database(postgres, keys, SANDBOX_DATABASE)
    database = Database(urls.app)
    async with engine(postgres.url(SANDBOX_DATABASE)).connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await everything.execute(text("set search_path = registration, public"))
        yield Place(database, everything, own_sandbox.url, faithful.organisation_id)
    await database.close()


@pytest.mark.parametrize("name, way", _ASKED)
async def test_each_answer_ends_as_the_contract_demands(place: Place, name: SubStepName, way: Way) -> None:
    """Completed only with what happened; sent again by itself only where that does no harm; no secret is kept."""
    row = SUB_STEPS[name]
    answers = contract().endpoints[row.endpoint].answers
    came = await played(place, name, answers, way)
    demanded = {one.case: ends(row.endpoint, row.effect, RECORDS[name].best(way), one) for one in answers}
    assert {case: one.end for case, one in came.items()} == demanded
    for answer in answers:
        became = came[answer.case]
        assert 1 <= became.calls <= most_sendings(row.effect, answer), answer.case
        if says(answer) is Says.NO:
            assert became.row["sent_at"] is None or became.status == "completed", answer.case
        if says(answer) is Says.WARNINGS and row.effect is not EffectKind.SET:
            assert became.row["sent_at"] is not None, f"{answer.case}: a retry must look for it first"
    await _no_secret_is_kept(place)


@pytest.mark.parametrize("endpoint", LINKS)
async def test_each_start_of_an_extraction_ends_as_the_contract_demands(place: Place, endpoint: str) -> None:
    """Every menu is paid for and kept beside the others: its start is sent once, whatever is answered."""
    answers = contract().endpoints[endpoint].answers
    kind, _ = EXTRACTION_STARTS[start_by(endpoint)]
    came = await played_at_step_1(place, endpoint, answers)
    assert {case: one.end for case, one in came.items()} == {
        one.case: ends(endpoint, kind, None, one) for one in answers
    }
    for answer in answers:
        assert 1 <= came[answer.case].calls <= most_sendings(kind, answer), answer.case
    await _no_secret_is_kept(place)


async def test_an_answer_of_what_stands_before_every_route_does_nothing(place: Place) -> None:
    """Whatever would be made twice is sent once, and its row does not say that it may have happened."""
    came = await played(place, SubStepName.MENU_IMPORT, _COMMON, Way.TABLES)
    kind = SUB_STEPS[SubStepName.MENU_IMPORT].effect
    for answer in _COMMON:
        became = came[answer.case]
        assert became.end == ends("import-menu-direct", kind, None, answer), answer.case
        assert (became.calls, became.row["sent_at"]) == (1, None), answer.case


def test_what_is_demanded_is_of_the_contract() -> None:
    """No exception is left over from an answer that there is no more; none repeats a request that makes harm."""
    for endpoint, case in SPECIAL:
        assert contract().endpoints[endpoint].answer(case)
    for row in SUB_STEPS.values():
        for answer in contract().endpoints[row.endpoint].answers:
            happened = answer.outside != "none"
            assert not (most_sendings(row.effect, answer) > 1 and happened and answer.retry_safe is False), answer.case


async def _no_secret_is_kept(place: Place) -> None:
    async with place.database.transaction(place.organisation_id) as connection:
        credentials = await connection.execute(text("select password_encrypted from registration_credentials"))
        passwords = [CIPHER.decrypt(row.password_encrypted).get_secret_value() for row in credentials]
        kept = ""
        for table in ("registration_sub_steps", "registration_events", "registration_jobs"):
            found = await connection.execute(text(f"select to_jsonb(one)::text from {table} one"))
            kept += "\n".join(found.scalars())
    assert [one for one in (*passwords, *_OF_COMMANDS) if one in kept] == []
