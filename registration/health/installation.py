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
from registration.health.connections import UNKNOWN, Configured, check_connections
from registration.health.database import (
    DOCTOR,
    check_browser_slots,
    check_database,
    check_organisation,
    check_pending_work,
    not_reached,
)
from registration.health.finding import Finding, Level, error, fine, warning, worst
from registration.health.platform import check_evidence, check_platform
from registration.health.reach import Endpoint, probe
from registration.health.register import check_nzbn, check_website
from registration.health.register_entry import way_finding
from registration.settings import Settings

_KEYS = "REGISTRATION_ENCRYPTION_KEYS (`encryption_keys` of the block registration-secrets)"
_LEAST_GIGABYTES = 1.0
_WEBHOOK = "REGISTRATION_NOTICES_WEBHOOK (`webhook` of the block registration-notices)"
_BLOCK = "REGISTRATION_NOTICES_BLOCK (`notification_block` of the block registration-notices)"


def check_keys(keys: Sequence[SecretStr]) -> Finding:
    """Whether passwords can be encrypted with the keys."""
    try:
        Cipher(keys)
    except MisconfiguredInstallation as trouble:
        step = f"put the keys of the installation, newest first, into {_KEYS}"
        return error("encryption keys", trouble.message, step)
    return fine("encryption keys", f"{len(keys)}")


async def check_stored_passwords(database: Database, organisation_id: UUID, keys: Sequence[SecretStr]) -> Finding:
    """Whether the keys decrypt every stored password of an organisation. Raises DatabaseUnavailable.

    Requires keys that `check_keys` accepts.
    """
    async with database.transaction(organisation_id) as transaction:
        passwords = await read_passwords(transaction)
    cipher = Cipher(keys)
    unreadable = sum(not _can_decrypt(cipher, password) for password in passwords)
    if not unreadable:
        return fine("stored passwords", f"all {len(passwords)} can be opened")
    says = f"{unreadable} of {len(passwords)} were encrypted with a key that is missing"
    return error("stored passwords", says, f"add the older key at the end of {_KEYS}")


def _can_decrypt(cipher: Cipher, stored: str) -> bool:
    try:
        cipher.decrypt(stored)
    except MisconfiguredInstallation:
        return False
    return True


def check_disk() -> Finding:
    """Whether there is space where this process works, for logs and for Prefect's files."""
    folder = Path.cwd()
    free = shutil.disk_usage(folder).free / 1e9
    if free >= _LEAST_GIGABYTES:
        return fine("disk", f"{free:.0f} GB free")
    return warning("disk", f"only {free:.1f} GB free at {folder}", "make room: logs are kept there")


def notices_off() -> Finding:
    """The finding for an installation without webhook and notification block."""
    return fine("notices", "switched off: no webhook and no notification block is named")


async def check_webhook(url: SecretStr) -> Finding:
    """Whether something answers at the webhook's URL; nothing is posted, so whether it takes notices stays unknown."""
    endpoint = Endpoint("notices", url.get_secret_value(), _WEBHOOK)
    answer = await probe(endpoint, method="HEAD")
    return answer if isinstance(answer, Finding) else fine("notices", f"something answers at {endpoint.shown}")


def judge_notification_block(named: str, *, is_there: bool) -> Finding:
    """The finding for a notification block TYPE/NAME; `is_there`: the Prefect server has it."""
    if is_there:
        return fine("notices", f"the block {named} is there")
    says = f"the Prefect server has no block {named!r}"
    step = f"make it in the UI (Blocks), and put TYPE/NAME, as slack-webhook/operators, into {_BLOCK}"
    return error("notices", says, step)


def check_switched_off(settings: Settings) -> list[Finding]:
    """One finding for each setting that switches something off, or changes all waiting times."""
    switched_off = {
        "account spacing": (settings.account_spacing_seconds == 0, "accounts are created without a pause"),
        "register pace": (settings.register_requests_a_minute == 0, "requests to the register have no rate limit"),
        "patience in outages": (
            settings.outage_patience_seconds == 0,
            "requests to a register or platform that is away are not retried",
        ),
        "patience at gates": (
            settings.gate_hold_minutes == 0,
            "a batch is released as soon as it waits only for people",
        ),
    }
    findings = [fine(about, f"switched off: {harm}") for about, (off, harm) in switched_off.items() if off]
    if settings.time_scale != 1:
        findings.append(fine("time scale", f"every waiting time is multiplied by {settings.time_scale:g}"))
    return findings


async def check_installed(settings: Settings, configured: Configured = UNKNOWN) -> list[Finding]:
    """The findings of the blocks' checks, and of pending work in the database.

    `configured` is what may run at once, as far as the caller knows.
    """
    results = await asyncio.gather(
        _database(settings, configured),
        check_platform(settings.platform_url, settings.platform_key, settings.organisation),
        _register(settings),
        _notices(settings),
    )
    return [*(finding for findings in results for finding in findings), *check_switched_off(settings)]


async def _database(settings: Settings, configured: Configured) -> list[Finding]:
    """The findings on the database; its content is checked only if it can be read."""
    findings, keys = await check_database(settings.database_url), check_keys(settings.encryption_keys)
    if settings.database_url is None or worst(findings) is Level.ERROR:
        return [*findings, keys]
    database = Database(settings.database_url.get_secret_value(), pool_size=1, application=DOCTOR)
    try:
        findings += [keys, *await check_pending_work(database, settings.organisation)]
        findings.append(await check_browser_slots(database, settings.organisation, settings.browser_limit))
        findings.append(await check_connections(database, configured))
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
    return [] if settings.notices_block else [notices_off()]
