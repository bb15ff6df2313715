"""Every endpoint that changes something answers ids of another organisation, and unknown ones, as not found."""

from typing import Final

import pytest

from tests.interfaces.api.calling import Api
from tests.interfaces.api.operations import OPERATIONS, Operation, ids_of, path_of, unknown_ids
from tests.registration.tenant import Tenant

WRITES: Final = [one for one in OPERATIONS if one.method != "GET" and unknown_ids().keys() & set(one.names)]


@pytest.mark.parametrize("write", WRITES, ids=str)
async def test_no_write_reaches_another_organisation(write: Operation, api: Api, tenant: Tenant, other: Tenant) -> None:
    """With a body that would do for one's own; the answer is that for an unknown id."""
    theirs = await ids_of(other)
    for ids in (theirs, theirs | unknown_ids()):
        path = path_of(write, ids)
        answer = await api.client.request(write.method, path, headers=api.headers, json=write.body)
        assert answer.status_code == 404, (path, answer.text)
        assert answer.json()["code"].endswith("_NOT_FOUND"), answer.text
