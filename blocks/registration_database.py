"""The registration database as a Prefect block."""

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from registration.checkup.database import check_database
from registration.checkup.finding import Finding
from registration.store.session import Database


class RegistrationDatabase(Block):
    """The Postgres database that holds batches, jobs and decisions.

    Attributes:
        url: Address with user and password of the application role.
        pool_size: How many connections one process keeps at most.

    Example:
        Open the database of this installation:
        ```python
        from blocks import RegistrationDatabase

        block = await RegistrationDatabase.aload("BLOCK_NAME")
        database = block.database()
        ```
    """

    _block_type_name = "Registration Database"
    _block_type_slug = "registration-database"
    _description = "The Postgres database that holds batches, jobs and decisions."

    url: SecretStr = Field(
        title="URL", description="Address with user and password of the application role, `postgresql://…`."
    )
    pool_size: int = Field(
        default=10,
        ge=1,
        le=100,
        title="Pool size",
        description="How many connections one process keeps at most.",
    )

    def database(self) -> Database:
        """Connections to the database, opened lazily; the caller closes it."""
        return Database(self.url.get_secret_value(), self.pool_size)

    async def check(self) -> list[Finding]:
        """What hinders signing in, which migrations are missing, whether rows are protected, the clock."""
        return await check_database(self.url)
