"""Addresses of the parts of a stack; decided before the parts start, so that all can start at once."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from dev.stack.environment import External
from dev.stack.network import free_port, kept_port
from dev.stack.options import StackOptions


@dataclass(frozen=True)
class Addresses:
    """Addresses of a stack; None for a part that the stack lacks. Addresses with a password are not in the repr.

    Database addresses are `postgresql://…`, without a driver's name. For a Prefect server that the user runs, the
    address of its user interface is not known.
    """

    owner_database_url: str = field(repr=False)
    database_url: str = field(repr=False)
    platform_database_url: str | None = field(default=None, repr=False)
    prefect_api_url: str | None = None
    prefect_ui_url: str | None = None
    sandbox_url: str | None = None
    api_url: str | None = None

    def with_servers(self, options: StackOptions, external: External, folder: Path) -> Self:
        """These addresses with the servers': those that the user runs, else on ports that are free now."""
        planned = self
        if options.prefect and external.prefect_api_url:
            planned = replace(planned, prefect_api_url=external.prefect_api_url)
        elif options.prefect:
            server = f"http://127.0.0.1:{free_port(options.prefect_port)}"
            planned = replace(planned, prefect_api_url=f"{server}/api", prefect_ui_url=server)
        if options.sandbox and external.platform_url is None:
            planned = replace(planned, sandbox_url=f"http://127.0.0.1:{kept_port(folder / 'sandbox.port')}")
        if options.api:
            planned = replace(planned, api_url=f"http://127.0.0.1:{free_port(options.api_port)}")
        return planned


def port_of(address: str) -> int:
    """The port that an address names."""
    port = urlsplit(address).port
    assert port is not None
    return port
