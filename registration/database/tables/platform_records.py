"""The platform's own records of what it did: its logs, usage events, images and uploads; the columns used here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registration.database.base import Base, Id, Json, Now


class RegistrationLog(Base):
    """One log entry of a call to the platform: that the call began, or how it ended."""

    __tablename__ = "registration_logs"
    __table_args__ = (Index("ix_registration_logs_restaurant_id", "restaurant_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID]
    restaurant_id: Mapped[UUID | None] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    pumpd_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("pumpd_accounts.id", ondelete="CASCADE"))
    action: Mapped[str]
    status: Mapped[str]
    response_data: Mapped[Json | None]
    created_at: Mapped[Now]


class UsageEvent(Base):
    """One usage event that the platform counts; restaurant and menu are in its metadata only."""

    __tablename__ = "usage_events"
    __table_args__ = (Index("ix_usage_events_event_type", "organisation_id", "event_type"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID | None]
    event_type: Mapped[str] = mapped_column(Text)
    metadata_: Mapped[Json | None] = mapped_column("metadata", server_default=text("'{}'::jsonb"))
    created_at: Mapped[Now]


class ItemImage(Base):
    """One image of a dish, and whether it is uploaded."""

    __tablename__ = "item_images"
    __table_args__ = (Index("ix_item_images_menu_item_id", "menu_item_id"),)

    id: Mapped[Id]
    menu_item_id: Mapped[UUID] = mapped_column(ForeignKey("menu_items.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    cdn_uploaded: Mapped[bool | None] = mapped_column(server_default=text("false"))
    upload_status: Mapped[str | None]
    upload_error: Mapped[str | None] = mapped_column(Text)


class UploadBatch(Base):
    """One upload of the images of a menu; its times have no time zone and are in UTC."""

    __tablename__ = "upload_batches"
    __table_args__ = (Index("ix_upload_batches_menu_id", "menu_id"),)

    id: Mapped[Id]
    menu_id: Mapped[UUID | None] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"))
    total_images: Mapped[int] = mapped_column(Integer)
    uploaded_count: Mapped[int | None] = mapped_column(Integer, server_default=text("0"))
    failed_count: Mapped[int | None] = mapped_column(Integer, server_default=text("0"))
    status: Mapped[str | None] = mapped_column(server_default="pending")
    created_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=False), server_default=text("(now() AT TIME ZONE 'utc'::text)")
    )
