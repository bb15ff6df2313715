"""Checks of this installation: its settings, keys, disk and notices, and what is switched off."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from registration.accounts.passwords import Cipher
from registration.accounts.queries import read_passwords
from registration.database.session import Database
from registration.errors import DatabaseUnavailable, MisconfiguredInstallation
from registration.health.database import (
    check_browser_slots,
    check_database,
    check_organisation,
    check_waiting,
    not_reached,
)
from registration.health.finding import Finding, Level, error, fine, warning, worst
from registration.health.platform import check_evidence, check_platform
from registration.health.reach import Endpoint, ask
from registration.health.register import check_nzbn, check_website
from registration.health.register_entry import way_finding
from registration.settings import Settings

_KEYS = "REGISTRATION_ENCRYPTION_KEYS (`encryption_keys` of the block registration-secrets)"


def check_keys(keys: Sequence[SecretStr]) -> Finding:
    """Whether passwords can be encrypted with them at all."""
    try:
        Cipher(keys)
    except MisconfiguredInstallation as trouble:
        step = f"put the keys of the installation, newest first, into {_KEYS}"
        return error("encryption keys", trouble.message, step)
    return fine("encryption keys", f"{len(keys)}")


async def check_stored_passwords(database: Database, organisation_id: UUID, keys: Sequence[SecretStr]) -> Finding:
    """Whether they open every password that an organisation has stored. Raises DatabaseUnavailable.

    The keys must be ones that `check_keys` finds fine.
    """
    async with database.transaction(organisation_id) as connection:
        stored = await read_passwords(connection, organisation_id)
    cipher = Cipher(keys)
    closed = sum(not _opens(cipher, one) for one in stored)
    if not closed:
        return fine("stored passwords", f"all {len(stored)} can be opened")
    says = f"{closed} of {len(stored)} were encrypted with a key that is not there"
    return error("stored passwords", says, f"add the older key at the end of {_KEYS}")


def _opens(cipher: Cipher, stored: str) -> bool:
    try:
        cipher.decrypt(stored)
    except MisconfiguredInstallation:
        return False
    return True


_LEAST_GIGABYTES = 1.0


def check_disk(settings: Settings) -> Finding:
    """Room for evidence and logs."""
    place = next(
        folder for folder in (Path(settings.evidence_folder).absolute(), *Path.cwd().parents) if folder.exists()
    )
    free = shutil.disk_usage(place).free / 1e9
    if free >= _LEAST_GIGABYTES:
        return fine("disk", f"{free:.0f} GB free")
    return warning("disk", f"only {free:.1f} GB free at {place}", "make room: logs and evidence are kept there")


_WEBHOOK = "REGISTRATION_NOTICES_WEBHOOK (`webhook` of the block registration-notices)"
_BLOCK = "REGISTRATION_NOTICES_BLOCK (`notification_block` of the block registration-notices)"


def nobody_is_told() -> Finding:
    """Neither way is wanted."""
    return fine("notices", "switched off: no webhook and no notification block is named")


async def check_webhook(url: SecretStr) -> Finding:
    """Whether something answers there; nothing is posted, so it cannot be known whether it takes notices."""
    place = Endpoint("notices", url.get_secret_value(), _WEBHOOK)
    answer = await ask(place, method="HEAD")
    return answer if isinstance(answer, Finding) else fine("notices", f"something answers at {place.shown}")


def judge_notification_block(named: str, *, is_there: bool) -> Finding:
    """By whether the Prefect server has a block of this TYPE/NAME."""
    if is_there:
        return fine("notices", f"the block {named} is there")
    says = f"the Prefect server has no block {named!r}"
    step = f"make it in the UI (Blocks), and put TYPE/NAME, as slack-webhook/operators, into {_BLOCK}"
    return error("notices", says, step)


def check_switched_off(settings: Settings) -> list[Finding]:
    """One finding for each setting that switches something off, or changes all waiting times."""
    said = {
        "account spacing": (settings.account_spacing_seconds == 0, "accounts are created without a pause between them"),
        "register pace": (settings.register_requests_a_minute == 0, "the register is asked without a limit a minute"),
        "platform patience": (settings.platform_patience_seconds == 0, "a busy platform is not waited for"),
        "patience at gates": (settings.gate_hold_minutes == 0, "a batch is left as soon as only people can go on"),
    }
    found = [fine(about, f"switched off: {harm}") for about, (off, harm) in said.items() if off]
    if settings.time_scale != 1:
        found.append(fine("time scale", f"every waiting time is multiplied by {settings.time_scale:g}"))
    return found


async def check_installed(settings: Settings) -> list[Finding]:
    """The same as the blocks' checks find, and what in the database waits."""
    found = await asyncio.gather(
        _database(settings),
        check_platform(settings.platform_url, settings.platform_key, settings.organisation),
        _register(settings),
        _notices(settings),
    )
    return [*(finding for findings in found for finding in findings), *check_switched_off(settings)]


async def _database(settings: Settings) -> list[Finding]:
    """What is in it is looked at only if nothing hinders that."""
    findings, keys = await check_database(settings.database_url), check_keys(settings.encryption_keys)
    if settings.database_url is None or worst(findings) is Level.ERROR:
        return [*findings, keys]
    database = Database(settings.database_url.get_secret_value())
    try:
        findings += [keys, *await check_waiting(database, settings.organisation)]
        findings.append(await check_browser_slots(database, settings.organisation, settings.browser_limit))
        findings.append(await check_evidence(database, settings.platform_evidence))
        if settings.organisation:
            findings.append(await check_organisation(database, settings.organisation))
        if settings.organisation and keys.level is Level.OK:
            findings.append(await check_stored_passwords(database, settings.organisation, settings.encryption_keys))
    except DatabaseUnavailable as away:
        findings.append(not_reached(away))
    finally:
        await database.close()
    return findings


async def _register(settings: Settings) -> list[Finding]:
    way = way_finding(settings)
    if settings.register_way == "nzbn":
        return [way, *await check_nzbn(settings.nzbn_url, settings.nzbn_key)]
    return [way, *await check_website(settings.register_url, scripts=settings.register_driver == "browser")]


async def _notices(settings: Settings) -> list[Finding]:
    if settings.notices_webhook:
        return [await check_webhook(settings.notices_webhook)]
    return [] if settings.notices_block else [nobody_is_told()]
