"""Pages that could not be read, kept as files: the HTML and the screenshot."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

_MOST_KEPT = 200
_OWNER_ONLY = 0o700
_INERT = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n"""
"""The stored page shows in a browser, but runs no script and loads nothing."""


class EvidenceFolder:
    """The newest files of each kind; older files are deleted, so that a changed register cannot fill the disk."""

    def __init__(self, folder: Path, most_kept: int = _MOST_KEPT) -> None:
        self._folder = folder
        self._most_kept = most_kept

    async def keep(self, html: str, screenshot: bytes | None) -> dict[str, str]:
        """Write the files. The result has their absolute paths by kind, or the reason why they could not be written.

        Never raises OSError: the error that the files document must be raised in any case.
        """
        try:
            return await asyncio.to_thread(self._write, html, screenshot)
        except OSError as error:
            return {"not_kept": f"{self._folder} cannot store files: {error.strerror or error}"}

    def _write(self, html: str, screenshot: bytes | None) -> dict[str, str]:
        folder = self._folder.resolve()
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{uuid4().hex[:6]}"
        page, picture = folder / f"{name}.html", folder / f"{name}.png"
        page.write_text(f"{_INERT}{html}", encoding="utf-8", errors="replace")
        kept = {"html": str(page)}
        if screenshot is not None:
            picture.write_bytes(screenshot)
            kept["screenshot"] = str(picture)
        self._forget_old(folder)
        return kept

    def _forget_old(self, folder: Path) -> None:
        for kind in ("*.html", "*.png"):
            for old in sorted(folder.glob(kind))[: -self._most_kept]:
                old.unlink(missing_ok=True)
