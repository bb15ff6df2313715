"""Takes over the evidence that older versions kept as files, on the machine that has them."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any, Final
from uuid import UUID, uuid5

from registration.companies.evidence_file_queries import NamingRow, rewrite_details, rows_naming_files
from registration.companies.page_evidence import INERT, MOST_BYTES, page_copy, pieces_of
from registration.companies.page_evidence_queries import PackedPage, keep_pages
from registration.database.session import Database

_NAME: Final = re.compile(r"(?P<stem>(?P<at>\d{8}T\d{6}\.\d{6})-[0-9a-f]{6})\.html")
"""The names that older versions gave to files of HTML; the screenshot has the same name with `.png`."""


@dataclass
class TakenOver:
    """Files whose pages are in the database now, and named files that the folder does not have."""

    taken: list[Path] = field(default_factory=list[Path])
    missing: list[str] = field(default_factory=list[str])


async def take_over_files(database: Database, organisation_id: UUID, folder: Path) -> TakenOver:
    """Store the pages of the folder's files that error details of this organisation name, and put the ids of the stored
    pages into the details.

    The files stay. A second call finds nothing to do. The bounds, and the time after which evidence is deleted, hold as
    for new pages; the age of a page is taken from the name of its file.
    """
    done = TakenOver()
    async with database.transaction(organisation_id, read_only=True) as transaction:
        rows = await rows_naming_files(transaction)
    for row in rows:
        pages = dict[str, PackedPage]()
        for named in _named(row.details):
            file = str(named["evidence"]["html"])
            found = await asyncio.to_thread(_read, folder, file, row, str(named.get("url", "")))
            if found is None:
                done.missing.append(file)
            else:
                pages[file] = found
                done.taken.append(folder / PurePath(file).name)
        if pages:
            details = _rewritten(row.details, {file: page.id for file, page in pages.items()})
            async with database.transaction(organisation_id) as transaction:
                await keep_pages(transaction, row.job_id, row.step, row.visit, list(pages.values()))
                await rewrite_details(transaction, row, details)
    return done


def _named(value: Any) -> Iterator[Mapping[str, Any]]:
    """The documents within `value` whose evidence is files."""
    if isinstance(value, Mapping):
        document: Mapping[str, Any] = value
        evidence = document.get("evidence")
        if isinstance(evidence, Mapping) and "html" in evidence:
            yield document
        for inner in document.values():
            yield from _named(inner)
    elif isinstance(value, list):
        members: list[Any] = value
        for inner in members:
            yield from _named(inner)


def _rewritten(value: Any, page_ids: Mapping[str, UUID]) -> Any:
    """`value` with the ids of stored pages in place of the paths of their files, without the HTML of these pages."""
    if isinstance(value, list):
        members: list[Any] = value
        return [_rewritten(inner, page_ids) for inner in members]
    if not isinstance(value, Mapping):
        return value
    document: dict[str, Any] = dict(value)
    evidence = document.get("evidence")
    page_id = page_ids.get(str(evidence.get("html"))) if isinstance(evidence, Mapping) else None
    if page_id is not None:
        document.pop("html", None)
        document["evidence"] = {"pages": [str(page_id)]}
        return document
    return {name: _rewritten(inner, page_ids) for name, inner in document.items()}


def _read(folder: Path, named: str, row: NamingRow, url: str) -> PackedPage | None:
    """The page in a file of the folder with the name that was stored; None if it is not there or not one of ours."""
    name = _NAME.fullmatch(PurePath(named).name)
    if name is None:
        return None
    html, picture = folder / f"{name['stem']}.html", folder / f"{name['stem']}.png"
    try:
        text = html.read_text(encoding="utf-8", errors="replace").removeprefix(INERT)
        shown = picture.read_bytes() if picture.exists() and picture.stat().st_size <= MOST_BYTES else None
    except OSError:
        return None
    at = datetime.strptime(name["at"], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    return PackedPage(uuid5(row.job_id, name["stem"]), url, pieces_of(page_copy(url, text, shown)), at)
