"""The whole checklist, in its order. Nothing is changed: the platform gets only GET requests, tables are only read."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import ArgumentError, DBAPIError, ProgrammingError

from registration.configuration.features import extractions_off, features_off
from registration.database.row_security import ROWS
from registration.database.session import Database, Transaction, database_now
from registration.errors import DatabaseUnavailable
from registration.health.database import DOCTOR, no_address, not_reached, refused_inside
from registration.health.deep import queries
from registration.health.deep.probes import QUERIES, PlatformProbe
from registration.health.deep.tables import check_tables, used_tables
from registration.health.finding import Finding, error, fine, undetermined, warning
from registration.kit.server_clock import UNMEASURED, ClockDifference, now
from registration.restaurants.extraction import MENU_JOB_TYPES
from registration.settings import Settings

Found = TypeVar("Found")

CHECKLIST = (
    *(f"question {query.name}" for query in QUERIES),
    *(f"table {name}" for name in used_tables()),
    "secret columns",
    *(f"rows of {name}" for name in ROWS),
    "feature flags",
    "kinds of extraction jobs",
    "clocks of platform and database",
    "browsers at once",
)
"""The subject of each line; docs/platform.md has the same list."""

_MOST_BROWSERS = 4
_MOST_APART = timedelta(seconds=1)


async def check_deep(settings: Settings) -> list[Finding]:
    """A finding for each line; if database or organisation is missing, that is the only finding."""
    if settings.organisation is None:
        says = "none is set, and every query of the checklist is about one"
        return [error("checklist", says, "set REGISTRATION_ORGANISATION")]
    url = settings.database_url
    try:
        database = Database(url.get_secret_value() if url else "", pool_size=1, application=DOCTOR)
    except (ArgumentError, ValueError):
        return [no_address()]
    try:
        return await _walk(database, settings, settings.organisation)
    except DatabaseUnavailable as away:
        return [not_reached(away)]
    except DBAPIError as refused:
        if (finding := refused_inside(refused)) is None:
            raise
        return [finding]
    finally:
        await database.close()


async def _walk(database: Database, settings: Settings, organisation_id: UUID) -> list[Finding]:
    reading = _Reading(database, organisation_id)
    probe = PlatformProbe(settings.platform_url, settings.platform_key, organisation_id)
    known = {
        "restaurant": await reading.maybe(queries.a_restaurant),
        "menu": await reading.maybe(queries.a_menu),
        "upload of images": await reading.maybe(queries.an_upload),
    }
    findings = await probe.probe_all(known)
    findings += await check_tables(database, organisation_id)
    findings += [await _flags(reading), await _job_types(reading), await _clocks(reading, probe)]
    return [*findings, _browsers(settings.browser_limit)]


class _Reading:
    """Short read-only transactions of the organisation."""

    def __init__(self, database: Database, organisation_id: UUID) -> None:
        self._database = database
        self._organisation_id = organisation_id

    async def of(self, query: Callable[[Transaction], Awaitable[Found]]) -> Found:
        async with self._database.transaction(self._organisation_id, read_only=True) as transaction:
            return await query(transaction)

    async def maybe(self, query: Callable[[Transaction], Awaitable[Found]]) -> Found | None:
        """The result of `query`; None without the right to read the table, which has a line of its own in the
        checklist.
        """
        try:
            return await self.of(query)
        except ProgrammingError:
            return None


async def _flags(reading: _Reading) -> Finding:
    about, step = "feature flags", "have them switched on by the platform's administrator, or switch the sub-steps off"
    flags = await reading.maybe(queries.read_flags)
    if not isinstance(flags, dict):
        return undetermined(
            about, "they cannot be read: a feature that is off shows when it is used", "see table organisations"
        )
    off = [*dict.fromkeys(features_off(flags).values()), *extractions_off(flags)]
    return warning(about, f"switched off: {', '.join(off)}", step) if off else fine(about, "all that are used are on")


async def _job_types(reading: _Reading) -> Finding:
    about, kinds = "kinds of extraction jobs", await reading.maybe(queries.job_types)
    if not kinds:
        return undetermined(about, "there is no job to check", "check again after the first extraction")
    unknown = [kind for kind in kinds if kind not in MENU_JOB_TYPES]
    if unknown:
        step = "if one of them reads a whole menu, it must be named in registration/restaurants/extraction.py"
        return undetermined(about, f"known: {', '.join(MENU_JOB_TYPES)}; not followed: {', '.join(unknown)}", step)
    return fine(about, f"all are known: {', '.join(kinds)}")


async def _clocks(reading: _Reading, probe: PlatformProbe) -> Finding:
    about = "clocks of platform and database"
    sent_at = now()
    database = await reading.of(database_now)
    apart = probe.clock.difference(database, sent_at, now())
    if apart == UNMEASURED:
        return undetermined(about, "no answer of the platform had a time", "see the questions above")
    return _judged(about, apart)


def _judged(about: str, apart: ClockDifference) -> Finding:
    least, most = apart.least.total_seconds(), apart.most.total_seconds()
    if apart.least <= _MOST_APART and apart.most >= -_MOST_APART:
        return fine(about, "no difference that the Date of an answer could show")
    how, by = ("ahead", (least, most)) if least > 0 else ("behind", (-most, -least))
    says = (
        f"the platform's is {how} by {by[0]:.0f} to {by[1]:.0f} s: the order of requests and their effects can be wrong"
    )
    return error(about, says, "synchronise both clocks over the network (NTP)")


def _browsers(limit: int) -> Finding:
    about, advice = "browsers at once", f"the platform's own advice is 3 to {_MOST_BROWSERS}"
    if limit == 0:
        return warning(about, f"no limit is set; {advice}", f"set REGISTRATION_BROWSER_LIMIT={_MOST_BROWSERS}")
    if limit > _MOST_BROWSERS:
        step = f"set REGISTRATION_BROWSER_LIMIT={_MOST_BROWSERS}, unless the platform's machine was measured"
        return warning(about, f"up to {limit}; {advice}", step)
    return fine(about, f"up to {limit}; {advice}")
