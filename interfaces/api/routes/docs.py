"""`/api/docs`: the description of the API as a page on which it can be tried; nothing of it is from another host.

The files in `interfaces/api/swagger_ui` are those of swagger-ui-dist 5.35.0 (Apache License 2.0), but for `start.js`.
"""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

from interfaces.api.problems import not_found

router = APIRouter(prefix="/api/docs", include_in_schema=False)

_FOLDER: Final = Path(__file__).parents[1] / "swagger_ui"
_FILES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "start.js": "text/javascript",
}
_OF_THIS_HOST: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Restaurant registration: REST API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body>
</html>
"""


@router.get("")
async def page() -> Response:
    """The page; it asks for a token like any other caller."""
    return HTMLResponse(_PAGE, headers=_OF_THIS_HOST)


@router.get("/{name}")
async def file(name: str) -> Response:
    """A part of the page."""
    if name not in _FILES:
        raise not_found("NOT_FOUND")
    return FileResponse(_FOLDER / name, media_type=_FILES[name], headers={"Cache-Control": "public, max-age=86400"})
