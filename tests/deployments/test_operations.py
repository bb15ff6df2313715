"""docs/operations.md, done from its first command to its last by somebody who loses the database server on the way."""

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
from tests.deployments.document import Block, blocks
from tests.deployments.engineer import OPERATIONS, Engineer, engineer

pytestmark = [pytest.mark.slow, pytest.mark.operations]

EVERY_SUB_STEP = Counter({row.endpoint: 1 for row in SUB_STEPS.values()})


@dataclass(frozen=True)
class Kept:
    """What of a batch must not change by itself: what the platform did, and the passwords, by restaurant and e-mail."""

    done: dict[UUID, Counter[str]]
    passwords: dict[str, str]
    statuses: Counter[str]


@dataclass
class Story:
    """What there was at the end of some sections, and what each said."""

    engineer: Engineer
    at_backup: Kept | None = None
    at_end: Kept | None = None

    async def kept(self) -> Kept:
        """How everything stands now."""
        machine = self.engineer.machine
        done: dict[UUID, Counter[str]] = {}
        for one in await PretendedPlatform(machine.sandbox.url).done(
            UUID(machine.settings["REGISTRATION_ORGANISATION"])
        ):
            done.setdefault(one.restaurant_id, Counter())[one.effect] += one.count
        cipher = Cipher([SecretStr(key) for key in machine.settings["REGISTRATION_ENCRYPTION_KEYS"].split(",")])
        rows = await machine.records.query("select email, password_encrypted from registration_credentials")
        passwords = {row["email"]: cipher.decrypt(row["password_encrypted"]).get_secret_value() for row in rows}
        statuses = await machine.records.query("select status from registration_jobs")
        return Kept(done, passwords, Counter(row["status"] for row in statuses))

    async def write_list(self) -> None:
        """Have a list of three restaurants."""
        self.engineer.machine.write_restaurants(3)

    async def fill_in(self) -> None:
        """Answer one row of the exported gate, as in a spreadsheet."""
        file = self.engineer.machine.project / "decisions.csv"
        with file.open(encoding="utf-8-sig", newline="") as given:
            reader = csv.DictReader(given)
            rows, names = list(reader), reader.fieldnames or []
        rows[0]["answer"] = "go_ahead"
        with file.open("w", newline="") as to:
            writer = csv.DictWriter(to, names)
            writer.writeheader()
            writer.writerows(rows)

    async def lose_everything(self) -> None:
        """The backup is all that is left."""
        self.at_backup = await self.kept()
        await self.engineer.machine.lose_postgres()

    async def another_platform_key(self) -> None:
        """The platform takes another key from now on, which is written into the settings."""
        self.at_end = await self.kept()
        machine = self.engineer.machine
        await machine.stop_platform()
        machine.change_setting("REGISTRATION_PLATFORM_KEY", "another-service-key")
        await machine.start_platform()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def story() -> AsyncGenerator[Story]:
    """All of it, in order."""
    with temporary_folder() as folder:
        async with engineer(folder) as somebody:
            told = Story(somebody)
            somebody.besides = {
                "make install browser": told.write_list,
                "db organisation": somebody.machine.start_platform,
                "export-gate": told.fill_in,
                "pg_dump --format=custom --file=": told.lose_everything,
                "pg_restore": somebody.machine.start_platform,
                "credentials rotate": told.another_platform_key,
            }
            # The server is lost at once: nothing was done after the backup that would be doubtful.
            somebody.leave_out = ("db restored",)
            await somebody.follow(*dict.fromkeys(block.section for block in commands()))
            yield told


def test_every_command_was_given(story: Story) -> None:
    """None of the document's commands is left out, and what is no command is marked as such."""
    assert [block for block in commands() if block not in story.engineer.done] == []
    assert {block.language for block in commands()} == {"sh", "console", "again"}


def test_the_batch_goes_on_after_the_restore(story: Story) -> None:
    """One was completed when the server was lost and two waited; in the end all are, and nothing was done twice."""
    assert story.at_backup is not None
    assert story.at_end is not None
    assert story.at_backup.statuses == {"completed": 1, "action_required": 2}
    assert story.at_end.statuses == {"completed": 3}
    assert [set_up(done) for done in story.at_end.done.values()] == [EVERY_SUB_STEP] * 3
    assert sum(set_up(done) == EVERY_SUB_STEP for done in story.at_backup.done.values()) == 1


def test_passwords_survive_the_restore_and_the_new_key(story: Story) -> None:
    """That of the account which was made before is the same, and opens with the key that came later, alone."""
    assert story.at_backup is not None
    assert story.at_end is not None
    assert len(story.at_backup.passwords) == 1
    assert story.at_backup.passwords.items() <= story.at_end.passwords.items()
    assert len(story.engineer.machine.settings["REGISTRATION_ENCRYPTION_KEYS"].split(",")) == 1


def test_what_changed_is_said(story: Story) -> None:
    """A restored server has all that it needs; a new key changes its block and nothing else."""
    said = story.engineer.said
    assert said["Change keys"].splitlines() == [
        "block registration-secrets/registration: changed",
        "encrypted with the first key: 3",
        "block registration-platform/registration: changed",
        "block registration-secrets/registration: changed",
    ]


def test_the_doctor_finds_the_installation_well(story: Story) -> None:
    """Nothing of it is worse than fine while it waits for people."""
    findings = json.loads((story.engineer.machine.project / "doctor.json").read_text())
    assert [one for one in findings if one["level"] != "ok"] == []


def test_the_log_of_a_batch_tells_of_every_sub_step(story: Story) -> None:
    """As the document says how to get it; each line with batch, and with job and sub-step where there is one."""
    lines = (story.engineer.machine.project / "batch.log").read_text().splitlines()
    assert all(any(line.endswith(f", {name}]") for line in lines) for name in SUB_STEPS)


def commands() -> list[Block]:
    """All of the document but the upgrade, which is done with other code in test_upgrade.py."""
    return [block for block in blocks(OPERATIONS) if block.section != "Upgrade"]


def set_up(done: Counter[str]) -> Counter[str]:
    """The sub-steps among what the platform did."""
    return Counter({name: count for name, count in done.items() if name in EVERY_SUB_STEP})
