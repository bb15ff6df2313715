"""`registration serve`: the web console and the REST API, until it is interrupted."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import uvicorn
from cyclopts import App, Parameter
from cyclopts.validators import Number

from interfaces.cli.output import remarks
from registration.errors import Refused
from registration.kit.garbage_collection import leave_loaded_out
from registration.settings import Settings, settings

if TYPE_CHECKING:
    from interfaces.api.live.feeds import Feeds

app = App(
    "serve",
    help_epilogue="""
Whoever looks at a page signs in: see `registration console sign-in`. Programs need a token: see `registration token`,
or the settings REGISTRATION_API_… for a sign-in of your own.
In front of other machines belongs a proxy with TLS.

Examples:
  registration serve
  registration serve --host 0.0.0.0 --port 8430
""",
    help_format="plaintext",
)

_GRACE_SECONDS = 1
"""An interrupted program ends within two seconds."""


@app.default
async def serve(
    *,
    host: str | None = None,
    port: Annotated[int | None, Parameter(validator=Number(gte=0, lte=65535))] = None,
) -> None:
    """Serve the web console at /, and the REST API, whose description is at /api/openapi.json.

    Args:
        host: Where to listen. Default: REGISTRATION_API_HOST.
        port: The port; 0 takes a free one. Default: REGISTRATION_API_PORT.
    """
    from interfaces.console.app import create_program

    given = settings()
    listening = listen(host or given.api_host, given.api_port if port is None else port)
    _log_to_stderr()
    application = create_program(given)
    server = Server(_config(application, given), application.feeds)
    leave_loaded_out()
    address, number, *_ = listening.getsockname()
    shown = f"[{address}]" if ":" in address else address
    remarks().print(f"the console listens at http://{shown}:{number}/", markup=False, soft_wrap=True)
    remarks().print(f"the REST API listens at http://{shown}:{number}/api", markup=False, soft_wrap=True)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await asyncio.wait({serving}, timeout=_GRACE_SECONDS + 0.3)
        raise


class Server(uvicorn.Server):
    """A server that leaves signals to the command line, and ends its streams before it waits for its requests."""

    def __init__(self, config: uvicorn.Config, feeds: "Feeds") -> None:
        super().__init__(config)
        self._feeds = feeds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams: they are requests that would not end by themselves."""
        await self._feeds.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """None is captured: the command line cancels the task that serves."""
        yield


def _config(application: Callable[..., Any], given: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send each answer at once. Raises Refused if the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
        # The head and the body of an answer are two writes. Connections inherit this option, without which the second
        # write waits 40 ms for the client's acknowledgement of the first; asyncio sets it for its own sockets only.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise Refused(f"cannot listen at {host} port {port}: {error.strerror or error}") from error


def _log_to_stderr() -> None:
    """One line for each request, and what goes wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name in ("registration.api", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO if name == "registration.api" else logging.WARNING)
