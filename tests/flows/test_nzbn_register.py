"""One restaurant through steps 2 to 4 with the NZBN API as the register; only the block differs."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from prefect.client.orchestration import PrefectClient
from pydantic import SecretStr

from blocks import CompaniesRegister
from dev.stack.sandbox import Sandbox
from registration.settings import settings
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import RunningSystem

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(loop_scope="session")
async def nzbn_register(system: RunningSystem, prefect_client: PrefectClient, sandbox: Sandbox) -> AsyncGenerator[None]:
    """The installation's register is the NZBN API until the test ends."""
    usual = await CompaniesRegister.aload(settings().block_documents, client=prefect_client)
    api = CompaniesRegister(
        source="nzbn",
        base_url=f"{sandbox.url}/gateway/nzbn/v5",
        subscription_key=SecretStr("sandbox-nzbn-key"),
        requests_a_minute=6000,
    )
    await api.asave(settings().block_documents, overwrite=True, client=prefect_client)
    yield
    await usual.asave(settings().block_documents, overwrite=True, client=prefect_client)


async def test_the_company_is_found_proposed_and_saved(system: RunningSystem, nzbn_register: None) -> None:
    """An API that is away at first is tried again; the gate names the searches that are not offered; step 4 saves the
    entry.
    """
    batch = await system.batch(1)
    [name] = batch.names
    await system.platform.break_with(name, "nzbn-search", "unavailable", times=1)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    form = await batch.gates.form(COMPANY, name)
    evidence = form.evidence(name)
    assert "The search by address is not offered by this register" in evidence
    assert "score **100** (name 100, address 100)" in evidence
    assert (await system.records.steps(batch.batch_id, name))[2]["retry_count"] == 1
    await batch.gates.answer(form)
    await batch.gates.answer_each(CONFIG, {name: "Leave this restaurant out"})
    assert (await run.ended()).message.endswith(": 1 skipped")
    [saved] = await system.records.query(
        "select company_name, company_number, nzbn, full_legal_name from restaurants where id = %(id)s",
        id=(await system.records.jobs(batch.batch_id))[name]["restaurant_id"],
    )
    assert form.preset(name) == f"{saved['company_name']} · {saved['company_number']}" != "Decide later"
    assert saved["company_name"] == f"{name.upper()} LIMITED"
    assert saved["nzbn"].startswith("94290")
    assert saved["full_legal_name"].isupper()
