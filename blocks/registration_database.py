"""The registration database as a Prefect block."""

from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector
from pydantic import ConfigDict, Field, SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from registration.database.connections import DRIVER, MOST_CONNECTIONS
from registration.database.session import Database
from registration.errors import MisconfiguredInstallation
from registration.health.finding import Finding


class RegistrationDatabase(SqlAlchemyConnector):
    """The Postgres database of batches, jobs and decisions, as a connector of prefect-sqlalchemy.

    The connection is entered in parts, so that only the password is a hidden secret. Prefect's connector with "Async"
    in its name does not support psycopg, which is the only driver here, synchronous or not.

    Attributes:
        connection_info: Address of the database and credentials of the application role.
        connect_args: Further arguments of the driver.
        fetch_size: Number of rows of the connector's own `fetch_many`; the pipeline does not use it.
        pool_size: Largest number of connections of one process.

    Example:
        Open the database of this installation:
        ```python
        from blocks import RegistrationDatabase

        block = await RegistrationDatabase.aload("BLOCK_NAME")
        database = block.database()
        ```
    """

    # A validation error would show the invalid values, secrets among them.
    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "Registration Database"
    _block_type_slug = "registration-database"
    _description = "The Postgres database of batches, jobs and decisions."

    # Narrower than the connector's field: a whole address would show its password.
    connection_info: ConnectionComponents = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        title="Connection", description="Address of the database and credentials of the application role."
    )
    connect_args: dict[str, object] | None = Field(
        default=None,
        title="Additional connection arguments",
        description="Further arguments of the driver, such as `application_name`.",
    )
    fetch_size: int = Field(
        default=1,
        ge=1,
        title="Fetch size",
        description="Number of rows of the connector's own `fetch_many`; the pipeline does not use it.",
    )
    pool_size: int = Field(
        default=MOST_CONNECTIONS,
        ge=1,
        le=100,
        title="Pool size",
        description="Largest number of connections of one process.",
    )

    @classmethod
    def at(cls, address: SecretStr) -> "RegistrationDatabase":
        """The block for an address, `postgresql://user:password@host:5432/name`. Raises MisconfiguredInstallation."""
        try:
            url = make_url(address.get_secret_value())
            parts = url.set(drivername=DRIVER).translate_connect_args()
            info = ConnectionComponents.model_validate({"driver": DRIVER, "query": dict(url.query) or None, **parts})
        except (ArgumentError, ValueError):
            raise MisconfiguredInstallation(
                "DATABASE_URL is not an address of one database, as postgresql://user:password@host:5432/name"
            ) from None
        return cls(connection_info=info)

    def database(self, application: str = "registration") -> Database:
        """Connections to the database, opened lazily; the caller closes it.

        `application` names the process in `pg_stat_activity` unless `connect_args` do.
        """
        address = self._address().get_secret_value()
        return Database(address, self.pool_size, connect_args=self.connect_args, application=application)

    async def check(self) -> list[Finding]:
        """Errors of signing in, missing migrations, missing row-level security, a wrong clock."""
        # Imported here because it imports the migrations, which would delay the start of every flow.
        from registration.health.database import check_database

        return await check_database(self._address())

    def _address(self) -> SecretStr:
        return SecretStr(self.connection_info.create_url().render_as_string(hide_password=False))
