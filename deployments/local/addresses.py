"""Where the parts of a running stack are."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Addresses:
    """Addresses of a stack; None for a part that was not asked for. Those with a password show in no repr.

    Database addresses are `postgresql://…`, without a driver's name.
    """

    owner_database_url: str = field(repr=False)
    database_url: str = field(repr=False)
    platform_database_url: str | None = field(default=None, repr=False)
    prefect_api_url: str | None = None
    prefect_ui_url: str | None = None
    sandbox_url: str | None = None
