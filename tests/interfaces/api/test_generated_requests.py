"""A short run of the fuzzer; `make fuzz MINUTES=10` is a long one."""

import asyncio
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from dev.fuzz.fuzzer import Ids, Target, fuzz_as
from dev.stack.databases import DatabaseUrls
from dev.stack.environment import base_environment
from tests.interfaces.api.calling import SECRET
from tests.interfaces.api.streams import served
from tests.registration.at_gate import at_company_gate, at_config_gate
from tests.registration.tenant import Tenant

_SETTINGS = {"api_role_claim": "role", "encryption_keys": Fernet.generate_key().decode()}
# Without a Prefect server the API is not ready, which is a 503.
_SHORT = (
    "--exclude-path",
    "/api/ready",
    "--phases",
    "fuzzing,stateful",
    "--max-examples",
    "3",
    "--workers",
    "1",
    "--seed",
    "5",
    "--max-time",
    "25",
)


async def _ids(tenant: Tenant) -> Ids:
    """A batch at each gate."""
    waiting = [await at_company_gate(tenant), await at_config_gate(tenant)]
    return {
        "organisation_id": [str(tenant.organisation_id)],
        "batch_id": [str(one.batch_id) for one in waiting],
        "job_id": [str(one.job_id) for one in waiting],
        "restaurant_id": [str(one.restaurant_id) for one in waiting],
    }


@pytest.mark.slow
async def test_no_generated_request_breaks_the_api(
    database_urls: DatabaseUrls, tenant: Tenant, other: Tenant, tmp_path: Path
) -> None:
    """Every check of the fuzzer holds, and nothing of another organisation is reached."""
    own, foreign = await _ids(tenant), await _ids(other)
    async with served(database_urls.app, **_SETTINGS) as (_, client):
        target = Target(str(client.base_url).rstrip("/"), SECRET, tmp_path, base_environment(allow_external=False))
        code, output = await fuzz_as(own, foreign, target, *_SHORT, output=asyncio.subprocess.PIPE)
    assert code == 0, output
