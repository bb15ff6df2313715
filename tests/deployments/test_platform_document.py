"""docs/platform.md agrees with the code, and its commands do what it says."""

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
from registration.health.deep.probes import QUERIES
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
def test_generated_lines_agree_with_the_code(heading: str) -> None:
    """The document has exactly the generated lines, in their order."""
    wanted = GENERATED[heading]()
    begins = wanted[0][:2]
    lines = [line for line in _section(heading) if line.startswith(begins)]
    header = 0 if begins == "- " else 1
    assert lines[header:] == wanted


def test_every_question_is_one_of_the_contract_with_members_that_it_has() -> None:
    """Every answer of the sandbox has the members that the checklist requires."""
    named = {"cdn-stats": "menus/{id}/cdn-stats", "upload-batches": "upload-batches/{id}"}
    for question in QUERIES:
        endpoint = contract().endpoints[named.get(question.name, question.name)]
        assert endpoint.method == "GET"
        for answer in endpoint.answers:
            if answer.status == 200 and isinstance(answer.body, dict):
                for part, members in question.members.items():
                    _has(answer.body.get(part) if part else answer.body, members)


def _has(seen: object, members: tuple[str, ...]) -> None:
    for item in seen if isinstance(seen, list) else [seen]:
        assert not item or not isinstance(item, dict) or set(members) <= set(item)


def test_unknown_tables_are_named() -> None:
    """The document names the tables known only from planning documents."""
    text = "\n".join(_section("What cannot be known without the real platform"))
    for name in ("menus", "upload_batches", "usage_events"):
        assert "planning" in contract().table(name).source_kind
        assert f"`{name}`" in text
    assert "BYPASSRLS" in text


async def test_its_commands_do_what_it_says(
    database_urls: DatabaseUrls, everything: AsyncConnection, sandbox: Sandbox, tmp_path: Path
) -> None:
    """In one shell, beside the sandbox; nothing changes between the two checks, so nothing differs."""
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
    output = ""
    async with shell(tmp_path, tmp_path, environment) as opened:
        for block in blocks(DOCUMENT):
            if block.language == "sh":
                output += await opened.run(block.text)
    assert "grant select" in (tmp_path / "rights.sql").read_text().casefold()
    found = read_json((tmp_path / "after.json").read_bytes())
    assert isinstance(found, list)
    assert [finding["about"] for finding in found if isinstance(finding, dict)][-len(CHECKLIST) :] == list(CHECKLIST)
    assert "something is broken" in output, "there is no Prefect server"
    await everything.execute(text("delete from organisations where id = :id"), {"id": organisation})
