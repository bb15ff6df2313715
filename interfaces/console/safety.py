"""Headers of every page: nothing from other hosts, no script in a page, no page in a frame, nothing kept by caches."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.api.problems import not_found

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not `no-referrer`: a browser would then leave out the origin of a form, by which it is known as ours.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FILES: Final = {file.name: _TYPES[file.suffix] for file in _FOLDER.iterdir() if file.suffix in _TYPES}
"""The static files, and their types."""

router = APIRouter(include_in_schema=False)


class SafetyHeaders:
    """Wraps the console: each answer has the headers, and no cache keeps a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Cookie")
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


@router.get("/static/{name}")
async def static_file(request: Request, name: str) -> Response:
    """A part of the pages. Its address changes with the version, so a browser may keep it."""
    if name not in FILES:
        raise not_found("NOT_FOUND")
    kept = "public, max-age=31536000, immutable" if request.url.query else "public, max-age=60"
    return FileResponse(_FOLDER / name, media_type=FILES[name], headers={"Cache-Control": kept})
