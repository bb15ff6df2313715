"""What every table shares: names of constraints, typed columns, and the columns of every row of ours."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, MetaData, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any]


class Base(DeclarativeBase):
    """The base of all mapped classes; its metadata is what the migrations are compared with."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB, UUID: Uuid}


Id = Annotated[UUID, mapped_column(primary_key=True, server_default=func.gen_random_uuid())]
Now = Annotated[datetime, mapped_column(server_default=func.now())]


class Row(Base):
    """A row of ours: it has an id, belongs to one organisation and stores when it was written."""

    __abstract__ = True

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(index=False)
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A check constraint: the column holds one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=column)
