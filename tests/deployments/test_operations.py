"""docs/operations.md, followed from its first command to its last, with the loss of the database server."""

import csv
import json
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

import pytest
import pytest_asyncio
from pydantic import SecretStr

from dev.stack.sandbox_control import PretendedPlatform
from dev.stack.temporary import temporary_folder
from registration.accounts.passwords import Cipher
from registration.workflow.sub_steps import SUB_STEPS
from tests.deployments.administrator import OPERATIONS, Administrator, administrator
from tests.deployments.document import Block, blocks

pytestmark = [pytest.mark.slow, pytest.mark.operations]

EVERY_SUB_STEP = Counter({row.endpoint: 1 for row in SUB_STEPS.values()})


@dataclass(frozen=True)
class Kept:
    """State of a batch that must not change by itself: effects by restaurant, passwords by e-mail."""

    done: dict[UUID, Counter[str]]
    passwords: dict[str, str]
    statuses: Counter[str]


@dataclass
class Walkthrough:
    """The state after some sections, and the output of each section."""

    administrator: Administrator
    at_backup: Kept | None = None
    at_end: Kept | None = None

    async def kept(self) -> Kept:
        """The present state."""
        machine = self.administrator.machine
        done: dict[UUID, Counter[str]] = {}
        for effect in await PretendedPlatform(machine.sandbox.url).done(
            UUID(machine.settings["REGISTRATION_ORGANISATION"])
        ):
            done.setdefault(effect.restaurant_id, Counter())[effect.effect] += effect.count
        cipher = Cipher([SecretStr(key) for key in machine.settings["REGISTRATION_ENCRYPTION_KEYS"].split(",")])
        rows = await machine.records.query("select email, password_encrypted from registration_credentials")
        passwords = {row["email"]: cipher.decrypt(row["password_encrypted"]).get_secret_value() for row in rows}
        statuses = await machine.records.query("select status from registration_jobs")
        return Kept(done, passwords, Counter(row["status"] for row in statuses))

    async def write_list(self) -> None:
        """Write a list of three restaurants."""
        self.administrator.machine.write_restaurants(3)

    async def fill_in(self) -> None:
        """Answer one row of the exported gate, as in a spreadsheet."""
        file = self.administrator.machine.project / "decisions.csv"
        with file.open(encoding="utf-8-sig", newline="") as given:
            reader = csv.DictReader(given)
            rows, names = list(reader), reader.fieldnames or []
        rows[0]["answer"] = "go_ahead"
        with file.open("w", newline="") as to:
            writer = csv.DictWriter(to, names)
            writer.writeheader()
            writer.writerows(rows)

    async def lose_everything(self) -> None:
        """Lose the machine; only the backup is left."""
        self.at_backup = await self.kept()
        await self.administrator.machine.lose_postgres()

    async def another_platform_key(self) -> None:
        """Change the platform's key, and write it into the settings."""
        self.at_end = await self.kept()
        machine = self.administrator.machine
        await machine.stop_platform()
        machine.change_setting("REGISTRATION_PLATFORM_KEY", "another-service-key")
        await machine.start_platform()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def walkthrough() -> AsyncGenerator[Walkthrough]:
    """The state and the output of all sections, run once in the document's order."""
    with temporary_folder() as folder:
        async with administrator(folder) as person:
            walked = Walkthrough(person)
            person.besides = {
                "make install browser": walked.write_list,
                "db organisation": person.machine.start_platform,
                "export-gate": walked.fill_in,
                "pg_dump --format=custom --file=": walked.lose_everything,
                "pg_restore": person.machine.start_platform,
                "credentials rotate": walked.another_platform_key,
            }
            # The server is lost at once: no effect happened after the backup that could be unknown.
            person.leave_out = ("db restored",)
            await person.follow(*dict.fromkeys(block.section for block in commands()))
            yield walked


def test_every_command_was_given(walkthrough: Walkthrough) -> None:
    """All commands of the document are run, and other blocks are marked as such."""
    assert [block for block in commands() if block not in walkthrough.administrator.done] == []
    assert {block.language for block in commands()} == {"sh", "console", "again"}


def test_the_batch_goes_on_after_the_restore(walkthrough: Walkthrough) -> None:
    """One restaurant had completed, two waited; in the end all are completed, and no effect happened twice."""
    assert walkthrough.at_backup is not None
    assert walkthrough.at_end is not None
    assert walkthrough.at_backup.statuses == {"completed": 1, "action_required": 2}
    assert walkthrough.at_end.statuses == {"completed": 3}
    assert [set_up(done) for done in walkthrough.at_end.done.values()] == [EVERY_SUB_STEP] * 3
    assert sum(set_up(done) == EVERY_SUB_STEP for done in walkthrough.at_backup.done.values()) == 1


def test_passwords_survive_the_restore_and_the_new_key(walkthrough: Walkthrough) -> None:
    """The password of the earlier account is unchanged, and the new key alone decrypts it."""
    assert walkthrough.at_backup is not None
    assert walkthrough.at_end is not None
    assert len(walkthrough.at_backup.passwords) == 1
    assert walkthrough.at_backup.passwords.items() <= walkthrough.at_end.passwords.items()
    assert len(walkthrough.administrator.machine.settings["REGISTRATION_ENCRYPTION_KEYS"].split(",")) == 1


def test_changes_are_reported(walkthrough: Walkthrough) -> None:
    """A restored server needs no change; a new key changes only its block."""
    outputs = walkthrough.administrator.outputs
    assert outputs["Change keys"].splitlines() == [
        "block registration-secrets/registration: changed",
        "encrypted with the first key: 3",
        "block registration-platform/registration: changed",
        "block registration-secrets/registration: changed",
    ]


def test_the_doctor_finds_the_installation_well(walkthrough: Walkthrough) -> None:
    """No finding is worse than ok while the batch waits for people."""
    findings = json.loads((walkthrough.administrator.machine.project / "doctor.json").read_text())
    assert [finding for finding in findings if finding["level"] != "ok"] == []


def test_the_log_of_a_batch_has_every_sub_step(walkthrough: Walkthrough) -> None:
    """The documented command prints it; each line has the batch, and job and sub-step where they apply."""
    lines = (walkthrough.administrator.machine.project / "batch.log").read_text().splitlines()
    assert all(any(line.endswith(f", {name}]") for line in lines) for name in SUB_STEPS)


def commands() -> list[Block]:
    """All commands of the document without the upgrade, which test_upgrade.py covers with other code."""
    return [block for block in blocks(OPERATIONS) if block.section != "Upgrade"]


def set_up(done: Counter[str]) -> Counter[str]:
    """The sub-steps among the platform's effects."""
    return Counter({name: count for name, count in done.items() if name in EVERY_SUB_STEP})
