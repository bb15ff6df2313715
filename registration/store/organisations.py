"""Making an organisation where the platform's tables are our own."""

from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import text

from registration.errors import MisconfiguredInstallation, Refused
from registration.store import migrating
from registration.store.own_schema import is_own_installation
from registration.store.schema import state_on

_MAKE = text("insert into organisations (id, name) values (:id, :name) on conflict (id) do nothing")


def have_organisation(owner_url: SecretStr, organisation_id: UUID, name: str) -> bool:
    """Make the organisation if it is missing, as the owner of the tables; whether it was. One that is there stays.

    Raises Refused beside an existing platform, whose organisations are its own business, MisconfiguredInstallation,
    DatabaseUnavailable.
    """
    with migrating.clear_errors(), migrating.owner_engine(owner_url).begin() as connection:
        if not state_on(connection).current:
            raise MisconfiguredInstallation("the database is not prepared: run `registration db upgrade`")
        if not is_own_installation(connection):
            raise Refused("the platform's organisations are its own: set REGISTRATION_ORGANISATION to the id of one")
        return connection.execute(_MAKE, {"id": organisation_id, "name": name}).rowcount == 1
