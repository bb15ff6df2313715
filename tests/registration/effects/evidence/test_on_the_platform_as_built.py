"""Both ways of asking against the platform as it is built, over HTTP: what it writes and shows is understood."""

from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from dev.stack.databases import provide_extra_database
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from registration.database.session import Database, database_now
from registration.effects.evidence import Expected, PlatformEvidence, Presence
from registration.platform.client import PlatformClient
from registration.settings import EvidenceSource
from registration.states import Assurance
from registration.workflow.assurance import RECORDS
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.conftest import SANDBOX_DATABASE, own_sandbox, sandbox_rows
from tests.dev.sandbox.rows import Rows
from tests.platform_contract.conftest import sandbox_platform
from tests.platform_contract.ready import Ready, make_ready, send
from tests.registration.job_process import SERVICE_KEY

__all__ = ["own_sandbox", "sandbox_platform", "sandbox_rows"]

N = SubStepName
ORDER = (
    N.CODE_GENERATION,
    N.CLOUDWAITRESS_ACCOUNT,
    N.CREATE_ONBOARDING_USER,
    N.UPLOAD_IMAGES,
    N.RESTAURANT_REGISTRATION,
    N.WEBSITE_CONFIG,
    N.SERVICES_CONFIG,
    N.PAYMENT_CONFIG,
    N.MENU_IMPORT,
    N.SYNC_ONBOARDING_USER,
    N.OPTION_SETS,
    N.ITEM_TAGS,
)
"""Code first: its row then hides the account from the platform's own status route."""


class Asking:
    """One restaurant without anything, and a way of asking about it."""

    def __init__(
        self, way: EvidenceSource, platform: PlatformClient, database: Database, on: Platform, ready: Ready
    ) -> None:
        self.way, self.platform, self.on, self.ready = way, platform, on, ready
        self._reading = partial(database.transaction, on.organisation_id, read_only=True)
        self.evidence = PlatformEvidence(way, platform, self._reading)

    async def expected(self, **fields: Any) -> Expected:
        """What is asked for now."""
        await self.platform.status(self.ready.restaurant_id)  # its answer shows the platform's clock
        async with self._reading() as connection:
            sent = await database_now(connection)
        values: dict[str, Any] = {"email": self.ready.email, "menu_id": self.ready.menu_id, "menu_items": 13}
        values |= {"sent_at": sent, "ever_sent": True} | fields
        return Expected(self.ready.restaurant_id, **values)

    async def send(self, name: SubStepName, **more: Any) -> dict[str, Any]:
        """Have the platform do it."""
        answer = await send(self.on, self.ready, SUB_STEPS[name].endpoint, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest_asyncio.fixture(params=[EvidenceSource.TABLES, EvidenceSource.HTTP])
async def asking(
    request: pytest.FixtureRequest,
    sandbox_platform: Platform,
    sandbox_rows: Rows,
    own_sandbox: Sandbox,
    postgres: EmbeddedPostgres,
    keys: Keys,
) -> AsyncGenerator[Asking]:
    """The platform as it is built, a restaurant with images, and one way of asking."""
    ready = await make_ready(sandbox_platform, sandbox_rows, account=False, code=False)
    database = Database((await provide_extra_database(postgres, keys, SANDBOX_DATABASE)).app, pool_size=2)
    async with PlatformClient(
        own_sandbox.url, SERVICE_KEY, sandbox_platform.organisation_id, question_patience=1
    ) as platform:
        yield Asking(request.param, platform, database, sandbox_platform, ready)
    await database.close()


async def test_each_of_the_twelve_is_known_as_the_table_of_evidence_says(asking: Asking) -> None:
    """After an unclear answer and after a success; where no route shows it, nobody can tell."""
    for name in ORDER:
        asked = await asking.expected()
        await asking.send(name)
        best = RECORDS[name].best(asking.way)
        for observation in (await asking.evidence.observe(name, asked), await asking.evidence.read_back(name, asked)):
            if best is None:
                assert observation.verdict is Presence.UNKNOWN, (name, observation)
            else:
                assert (observation.verdict, observation.known) == (Presence.PRESENT, best), (name, observation)


async def test_an_account_that_code_generation_hides_is_found(asking: Asking) -> None:
    """The status route shows none; the account is not asked for a second time, and not failed."""
    await asking.send(N.CODE_GENERATION)
    asked = await asking.expected()
    await asking.send(N.CLOUDWAITRESS_ACCOUNT)
    assert (await asking.platform.status(asking.ready.restaurant_id)).account is None
    observation = await asking.evidence.observe(N.CLOUDWAITRESS_ACCOUNT, asked)
    assert (observation.verdict, observation.known) == (Presence.PRESENT, Assurance.PROVEN)


async def test_an_upload_of_many_images_is_followed_to_its_end(asking: Asking, sandbox_rows: Rows) -> None:
    """While it runs a part is there, at its end all; the images are marked at its end only."""
    await sandbox_rows.query("DELETE FROM item_images WHERE menu_item_id IN (SELECT id FROM menu_items)")
    await sandbox_rows.images(asking.ready.menu_id, 12)
    await asking.on.break_with(asking.ready.restaurant_id, "images-upload", "slow", seconds=1.5)
    asked = await asking.expected()
    answer = await asking.send(N.UPLOAD_IMAGES)
    assert answer["mode"] == "asynchronous"
    running = await asking.evidence.read_back(N.UPLOAD_IMAGES, await asking.expected(upload=answer["batchId"]))
    assert running.verdict is Presence.PARTIAL, running
    looks = [running]
    while looks[-1].verdict is Presence.PARTIAL:
        looks.append(await asking.evidence.read_back(N.UPLOAD_IMAGES, await asking.expected(upload=answer["batchId"])))
    assert (looks[-1].verdict, looks[-1].known) == (Presence.PRESENT, Assurance.PROVEN), looks[-1]
    assert (await asking.evidence.observe(N.UPLOAD_IMAGES, asked)).verdict is Presence.PRESENT


async def test_an_image_that_failed_is_missing_at_the_uploads_end(asking: Asking) -> None:
    """The next request is for it alone."""
    await asking.on.break_with(asking.ready.restaurant_id, "upload-images", "partly_failed", times=1)
    asked = await asking.expected()
    answer = await asking.send(N.UPLOAD_IMAGES)
    assert answer["stats"]["failed"] == 1
    observation = await asking.evidence.read_back(N.UPLOAD_IMAGES, asked)
    assert observation.verdict is Presence.INCOMPLETE, observation
    assert observation.reason.startswith("2 of 3 images are uploaded")
    again = await asking.send(N.UPLOAD_IMAGES)
    assert again["stats"]["totalImages"] == 1
    assert (await asking.evidence.read_back(N.UPLOAD_IMAGES, asked)).verdict is Presence.PRESENT
