"""The measured search: every restaurant by name and address, then its company's whole entry."""

import asyncio
import os
import time

from deployments.local.prepared_batches import made_restaurants
from registration.clients.browser_visitors import BrowserVisitors
from registration.clients.companies_website import CompaniesOfficeWebsite
from registration.clients.http_visitors import HttpVisitors
from registration.matching.cleaning import clean_query
from registration.models.restaurant import NewRestaurant
from registration.settings import settings


async def search_and_read(restaurants: int, driver: str) -> dict[str, float]:
    """Seconds from the first search to the last entry read, the browser's start included; no rate, no other limit."""
    rows = await made_restaurants(restaurants, os.environ)
    visitors = BrowserVisitors() if driver == "browser" else HttpVisitors()
    async with CompaniesOfficeWebsite(settings().register_url, visitors) as register:
        began = time.monotonic()
        requests = await asyncio.gather(*(_one(register, row.restaurant) for row in rows))
        return {"seconds": time.monotonic() - began, "requests": float(sum(requests))}


async def _one(register: CompaniesOfficeWebsite, restaurant: NewRestaurant) -> int:
    """Search for one restaurant and read the company at its address; returns the number of pages at least needed."""
    found = await register.search(clean_query(restaurant.name, restaurant.address, restaurant.city))
    await register.details(found.found_by_address[0].company_number)
    return 3
