"""The tables that the platform alone writes: menus, extractions, accounts, restaurants; the columns used here."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Integer, Numeric, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registration.store.base import Base, Id, Json, Now, Row


class Menu(Base):
    """One version of a restaurant's menu."""

    __tablename__ = "menus"
    __table_args__ = (Index("ix_menus_restaurant_id", "restaurant_id"),)

    id: Mapped[Id]
    restaurant_id: Mapped[UUID] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Now]


class MenuItem(Base):
    """One dish."""

    __tablename__ = "menu_items"
    __table_args__ = (Index("ix_menu_items_menu_id", "menu_id"),)

    id: Mapped[Id]
    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"))
    name: Mapped[str]
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class ExtractionJob(Row):
    """One extraction that the platform runs or ran."""

    __tablename__ = "extraction_jobs"
    __table_args__ = (Index("ix_extraction_jobs_restaurant_id", "restaurant_id"),)

    job_id: Mapped[str] = mapped_column(unique=True)
    restaurant_id: Mapped[UUID] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    url: Mapped[str]
    job_type: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    progress: Mapped[Json | None]
    error: Mapped[str | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class PumpdAccount(Row):
    """An account on the platform."""

    __tablename__ = "pumpd_accounts"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    restaurant_id: Mapped[UUID]
    email: Mapped[str]
    registration_status: Mapped[str] = mapped_column(server_default="pending")
    registration_date: Mapped[datetime | None]
    restaurant_count: Mapped[int] = mapped_column(server_default=text("0"))
    pumpd_user_id: Mapped[str | None]
    last_error: Mapped[str | None]


class PumpdRestaurant(Row):
    """A restaurant on the platform, or what is prepared for it."""

    __tablename__ = "pumpd_restaurants"
    __table_args__ = (UniqueConstraint("organisation_id", "restaurant_id"),)

    restaurant_id: Mapped[UUID]
    pumpd_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("pumpd_accounts.id", ondelete="SET NULL"))
    pumpd_restaurant_id: Mapped[str | None]
    pumpd_subdomain: Mapped[str | None] = mapped_column(unique=True)
    registration_status: Mapped[str] = mapped_column(server_default="pending")
    registration_type: Mapped[str | None]
    dashboard_url: Mapped[str | None]
    head_injection: Mapped[str | None]
    body_injection: Mapped[str | None]
    code_injection_config: Mapped[Json | None]
    code_injection_generated_at: Mapped[datetime | None]
