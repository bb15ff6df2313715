"""Time and memory for reading the register's website for a whole batch, with a browser and without a rate limit."""

import asyncio
import os
import time

from dev.bench.harness import Bench
from dev.bench.memory import Sizes, family_sizes
from dev.bench.report import Aim, Part, Reached
from dev.stack.browser import NO_BROWSER, driver
from dev.stack.fixtures import made_restaurants
from dev.stack.processes import Child
from dev.stack.sandbox_control import AT_ONCE
from registration.companies.matching.query_cleaning import clean_query
from registration.companies.website.browser_visits import BrowserVisitors
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.companies.website.http import HttpVisitors
from registration.restaurants.models import NewRestaurant
from registration.settings import settings

_MOST_MEGABYTES = 700.0
_EVERY_SECONDS = 0.5


async def _run(bench: Bench) -> Reached:
    await bench.platform.behave(AT_ONCE)
    reading = await driver()
    async with bench.process("register", str(bench.restaurants), reading, settings={}) as child:
        largest = await _largest(child)
    figures = bench.figures(child) | {"mb": largest.taken, "resident_mb": largest.resident}
    verdict = "within" if largest.taken <= _MOST_MEGABYTES else "over"
    made_of = (
        f"{figures['requests']:.0f} pages by {reading}; {largest.processes} processes take {largest.taken:.0f} MB,"
        f" {verdict} {_MOST_MEGABYTES:g} MB (each one's resident memory added up: {largest.resident:.0f} MB)"
    )
    return Reached(figures, made_of, NO_BROWSER if reading == "http" else None)


async def _largest(child: Child) -> Sizes:
    """The largest size of the process with its browser until it ends with code 0. Raises ProcessEnded."""
    largest = Sizes(0, 0, 0)
    while not child.ended():
        largest = max(largest, await asyncio.to_thread(family_sizes, child.pid), key=lambda sizes: sizes.taken)
        await asyncio.sleep(_EVERY_SECONDS)
    await child.finish(0)
    return largest


PART = Part(
    "register",
    "searching and reading all restaurants on the register's website",
    Aim("seconds", 30, " s"),
    _run,
    minutes=1,
)


async def search_and_read(restaurants: int, driver: str) -> dict[str, float]:
    """Seconds from the first search to the last company read, including the browser's start, without a rate limit."""
    rows = await made_restaurants(restaurants, os.environ)
    visitors = BrowserVisitors() if driver == "browser" else HttpVisitors()
    async with CompaniesOfficeWebsite(settings().register_url, visitors) as register:
        began = time.monotonic()
        requests = await asyncio.gather(*(_one(register, row.restaurant) for row in rows))
        return {"seconds": time.monotonic() - began, "requests": float(sum(requests))}


async def _one(register: CompaniesOfficeWebsite, restaurant: NewRestaurant) -> int:
    """Search for one restaurant and read the company at its address; return the least number of pages required."""
    found = await register.search(clean_query(restaurant.name, restaurant.address, restaurant.city))
    await register.details(found.found_by_address[0].company_number)
    return 3
