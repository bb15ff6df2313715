"""The HTTP server, on the loopback only."""

import socket
import sys

import uvicorn

from dev.sandbox.app import create_app
from dev.sandbox.connections import protocol_for
from dev.sandbox.world import World

HOST = "127.0.0.1"


class AnnouncingServer(uvicorn.Server):
    """Prints its address as soon as it accepts connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        sys.stdout.write(f"sandbox ready at http://{HOST}:{port}\n")
        sys.stdout.flush()


def serve(world: World) -> None:
    """Serve until a termination signal; requests that still hang are cancelled after a second."""
    config = uvicorn.Config(
        create_app(world),
        host=HOST,
        port=world.settings.port,
        http=protocol_for(world.connections),
        ws="none",
        loop="asyncio",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
    )
    AnnouncingServer(config).run()
