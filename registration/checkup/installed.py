"""Everything that the settings of this process name, but the Prefect server: looked at all at once."""

import asyncio

from registration.checkup.browser_slots import check_browser_slots
from registration.checkup.database import check_database
from registration.checkup.evidence import check_evidence
from registration.checkup.finding import Finding, Level, worst
from registration.checkup.keys import check_keys, check_stored_passwords
from registration.checkup.notices import check_webhook, nobody_is_told
from registration.checkup.organisation import check_organisation
from registration.checkup.platform import check_platform
from registration.checkup.register import check_nzbn, check_website
from registration.checkup.register_entry import way_finding
from registration.checkup.sign_in import not_reached
from registration.checkup.switched_off import check_switched_off
from registration.checkup.waiting import check_waiting
from registration.errors import DatabaseUnavailable
from registration.settings import Settings
from registration.store.session import Database


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
