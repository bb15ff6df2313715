"""docs/platform.md says what the code says, and its commands do what it says."""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from dev.stack.environment import base_environment
from dev.stack.network import free_port
from dev.stack.sandbox import Sandbox
from registration.health.deep.asking import QUESTIONS
from registration.health.deep.walk import CHECKLIST
from registration.kit.documents import read_json
from tests.deployments.document import blocks, shell
from tests.deployments.platform_document import GENERATED
from tests.platform_contract.contract import contract
from tests.registration.database.rows import add

PROJECT = Path(__file__).parents[2]
DOCUMENT = PROJECT / "docs" / "platform.md"


def _section(heading: str) -> list[str]:
    _, _, rest = DOCUMENT.read_text().partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0].splitlines()


@pytest.mark.parametrize("heading", GENERATED)
def test_what_follows_from_the_code_is_as_the_code_has_it(heading: str) -> None:
    """Each line, in its order, and no other of its kind."""
    wanted = GENERATED[heading]()
    begins = wanted[0][:2]
    shown = [line for line in _section(heading) if line.startswith(begins)]
    header = 0 if begins == "- " else 1
    assert shown[header:] == wanted


def test_every_question_is_one_of_the_contract_with_members_that_it_has() -> None:
    """No answer of the platform as it is built lacks a member that the checklist demands."""
    named = {"cdn-stats": "menus/{id}/cdn-stats", "upload-batches": "upload-batches/{id}"}
    for question in QUESTIONS:
        endpoint = contract().endpoints[named.get(question.name, question.name)]
        assert endpoint.method == "GET"
        for answer in endpoint.answers:
            if answer.status == 200 and isinstance(answer.body, dict):
                for part, members in question.members.items():
                    _has(answer.body.get(part) if part else answer.body, members)


def _has(seen: object, members: tuple[str, ...]) -> None:
    for one in seen if isinstance(seen, list) else [seen]:
        assert not one or not isinstance(one, dict) or set(members) <= set(one)


def test_what_is_not_known_is_said() -> None:
    """The tables of which only planning documents are known are named."""
    told = "\n".join(_section("What cannot be known without the real platform"))
    for name in ("menus", "upload_batches", "usage_events"):
        assert "planning" in contract().table(name).source_kind
        assert f"`{name}`" in told
    assert "BYPASSRLS" in told


async def test_its_commands_do_what_it_says(
    database_urls: DatabaseUrls, everything: AsyncConnection, sandbox: Sandbox, tmp_path: Path
) -> None:
    """In one shell, beside the sandbox; nothing has changed between the two looks, so that nothing differs."""
    organisation = await add(everything, "organisations", uuid4())
    environment = base_environment(allow_external=False) | {
        "PATH": f"{PROJECT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "DATABASE_URL": database_urls.app,
        "REGISTRATION_ORGANISATION": str(organisation),
        "REGISTRATION_PLATFORM_URL": sandbox.url,
        "REGISTRATION_PLATFORM_KEY": "test-service-key",
        "REGISTRATION_REGISTER_URL": sandbox.url,
        "PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api",
    }
    said = ""
    async with shell(tmp_path, tmp_path, environment) as opened:
        for block in blocks(DOCUMENT):
            if block.language == "sh":
                said += await opened.run(block.text)
    assert "grant select" in (tmp_path / "rights.sql").read_text().casefold()
    found = read_json((tmp_path / "after.json").read_bytes())
    assert isinstance(found, list)
    assert [one["about"] for one in found if isinstance(one, dict)][-len(CHECKLIST) :] == list(CHECKLIST)
    assert "something is broken" in said, "there is no Prefect server"
    await everything.execute(text("delete from organisations where id = :id"), {"id": organisation})
