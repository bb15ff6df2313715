"""The companies register as a Prefect block."""

from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, SecretStr

from registration.companies import register as registers
from registration.companies.nzbn.client import NzbnApi
from registration.companies.rate_limit import RequestPace
from registration.companies.website.browser_visits import BrowserVisitors
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.companies.website.http import HttpVisitors
from registration.database.session import Database
from registration.health.finding import Finding
from registration.health.register import check_nzbn, check_website


class CompaniesRegister(Block):
    """The New Zealand companies register, queried through its public website or the official NZBN API.

    Attributes:
        source: The website or the API.
        base_url: Address of the website, or of the API.
        subscription_key: Key of the API.
        driver: A browser or plain HTTP, for the website.
        pages_at_a_time: Number of open pages of the website, or requests to the API, per process.
        requests_a_minute: Rate limit of the register, over all processes.

    Example:
        Search the register of this installation:
        ```python
        from blocks import CompaniesRegister

        block = await CompaniesRegister.aload("BLOCK_NAME")
        async with block.register(database, organisation_id) as register:
            ...
        ```
    """

    # A validation error would show the invalid values, secrets among them.
    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "Companies Register"
    _block_type_slug = "companies-register"
    _description = "The New Zealand companies register, queried through its public website or the official NZBN API."

    source: Literal["website", "nzbn"] = Field(
        default="website", title="Source", description="The register's public website, or the official NZBN API."
    )
    base_url: str = Field(title="Base URL", description="Address of the website, without a path, or of the API.")
    subscription_key: SecretStr = Field(
        default=SecretStr(""), title="Subscription key", description="The NZBN API's key; the website needs none."
    )
    driver: Literal["browser", "http"] = Field(
        default="browser",
        title="Driver",
        description="A browser reads the website; plain HTTP, which runs no scripts, is for machines without one.",
    )
    pages_at_a_time: int = Field(
        default=3,
        ge=1,
        title="Pages at a time",
        description="Open pages of the website, or requests to the API, per process.",
    )
    requests_a_minute: float | None = Field(
        default=20,
        ge=0,
        title="Requests a minute",
        description="Rate limit of the register, over all processes; 0 or none is no limit.",
    )

    def register(self, database: Database, organisation_id: UUID) -> registers.CompaniesRegister:
        """The client of the chosen source; the caller closes it. The request rate is kept in the database."""
        pace = None
        if self.requests_a_minute:
            key = f"register:{urlsplit(self.base_url).netloc}"
            pace = RequestPace(database, organisation_id, key, self.requests_a_minute)
        if self.source == "nzbn":
            at_a_time = self.pages_at_a_time
            return NzbnApi(self.base_url, self.subscription_key, requests_at_a_time=at_a_time, pace=pace)
        visitors = BrowserVisitors() if self.driver == "browser" else HttpVisitors()
        return CompaniesOfficeWebsite(self.base_url, visitors, pages_at_a_time=self.pages_at_a_time, pace=pace)

    async def check(self) -> list[Finding]:
        """Errors of address, key or answers; the register is searched once, without the browser."""
        if self.source == "nzbn":
            return await check_nzbn(self.base_url, self.subscription_key)
        return await check_website(self.base_url, scripts=self.driver == "browser")
