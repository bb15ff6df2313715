"""The registration database as a Prefect block."""

from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector
from pydantic import ConfigDict, Field, SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from registration.database.session import DRIVER, Database
from registration.errors import MisconfiguredInstallation
from registration.health.finding import Finding


class RegistrationDatabase(SqlAlchemyConnector):
    """The Postgres database that holds batches, jobs and decisions, as a connector of prefect-sqlalchemy.

    The connection is given in its parts, so that only the password is a secret and only it is hidden. The connector
    with "Async" in its name takes no psycopg, which is the driver of everything here, synchronous or not.

    Attributes:
        connection_info: Where the database is and how the application role signs in.
        connect_args: What the driver is given besides.
        fetch_size: How many rows the connector's own `fetch_many` gives at a time; the pipeline does not use it.
        pool_size: How many connections one process keeps at most.

    Example:
        Open the database of this installation:
        ```python
        from blocks import RegistrationDatabase

        block = await RegistrationDatabase.aload("BLOCK_NAME")
        database = block.database()
        ```
    """

    # What does not fit would be shown by the error, secrets with it.
    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "Registration Database"
    _block_type_slug = "registration-database"
    _description = "The Postgres database that holds batches, jobs and decisions."

    # Narrower than the connector's: an address in one piece would show its password.
    connection_info: ConnectionComponents = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        title="Connection", description="Where the database is and how the application role signs in."
    )
    connect_args: dict[str, object] | None = Field(
        default=None,
        title="Additional connection arguments",
        description="What the driver is given besides, as `application_name`.",
    )
    fetch_size: int = Field(
        default=1,
        ge=1,
        title="Fetch size",
        description="Rows that the connector's own `fetch_many` gives at a time; the pipeline does not use it.",
    )
    pool_size: int = Field(
        default=10,
        ge=1,
        le=100,
        title="Pool size",
        description="How many connections one process keeps at most.",
    )

    @classmethod
    def at(cls, address: SecretStr) -> "RegistrationDatabase":
        """The block of an address, `postgresql://user:password@host:5432/name`. Raises MisconfiguredInstallation."""
        try:
            url = make_url(address.get_secret_value())
            parts = url.set(drivername=DRIVER).translate_connect_args()
            info = ConnectionComponents.model_validate({"driver": DRIVER, "query": dict(url.query) or None, **parts})
        except (ArgumentError, ValueError):
            raise MisconfiguredInstallation(
                "DATABASE_URL is not an address of one database, as postgresql://user:password@host:5432/name"
            ) from None
        return cls(connection_info=info)

    def database(self) -> Database:
        """Connections to the database, opened lazily; the caller closes it."""
        return Database(self._address().get_secret_value(), self.pool_size, connect_args=self.connect_args)

    async def check(self) -> list[Finding]:
        """What hinders signing in, which migrations are missing, whether rows are protected, the clock."""
        # With it comes all that migrates; no flow waits for that at its start.
        from registration.health.database import check_database

        return await check_database(self._address())

    def _address(self) -> SecretStr:
        return SecretStr(self.connection_info.create_url().render_as_string(hide_password=False))
