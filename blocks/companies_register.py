"""The companies register as a Prefect block."""

from prefect.blocks.core import Block
from pydantic import Field

from registration.clients import register as registers
from registration.clients.companies_website import CompaniesOfficeWebsite


class CompaniesRegister(Block):
    """The New Zealand companies register, asked through its public website.

    Attributes:
        base_url: Address of the website.

    Example:
        Search the register of this installation:
        ```python
        from blocks import CompaniesRegister

        block = await CompaniesRegister.aload("BLOCK_NAME")
        async with block.register() as register:
            ...
        ```
    """

    _block_type_name = "Companies Register"
    _block_type_slug = "companies-register"
    _description = "The New Zealand companies register, asked through its public website."

    base_url: str = Field(title="Base URL", description="Address of the website, without a path.")

    def register(self) -> registers.CompaniesRegister:
        """The register's client; the caller closes it."""
        return CompaniesOfficeWebsite(self.base_url)
