"""Where the parts of a stack are; decided before they start, so that all can start at once."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from dev.stack.environment import External
from dev.stack.network import free_port, kept_port
from dev.stack.options import StackOptions


@dataclass(frozen=True)
class Addresses:
    """Addresses of a stack; None for a part that it does not have. Those with a password show in no repr.

    Database addresses are `postgresql://…`, without a driver's name. The user interface of a Prefect server of the
    user's is not known.
    """

    owner_database_url: str = field(repr=False)
    database_url: str = field(repr=False)
    platform_database_url: str | None = field(default=None, repr=False)
    prefect_api_url: str | None = None
    prefect_ui_url: str | None = None
    sandbox_url: str | None = None

    def with_servers(self, options: StackOptions, external: External, folder: Path) -> Self:
        """The same with the servers' addresses: those of the user's, else on ports that are free now."""
        planned = self
        if options.prefect and external.prefect_api_url:
            planned = replace(planned, prefect_api_url=external.prefect_api_url)
        elif options.prefect:
            server = f"http://127.0.0.1:{free_port(options.prefect_port)}"
            planned = replace(planned, prefect_api_url=f"{server}/api", prefect_ui_url=server)
        if options.sandbox and external.platform_url is None:
            planned = replace(planned, sandbox_url=f"http://127.0.0.1:{kept_port(folder / 'sandbox.port')}")
        return planned


def port_of(address: str) -> int:
    """The port that an address names."""
    port = urlsplit(address).port
    assert port is not None
    return port
