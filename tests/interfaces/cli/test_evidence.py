"""`registration evidence`, and the files of older versions: pages of the register that were not understood."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from registration.companies.page_evidence import INERT
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import open_new_batch
from tests.registration.kept_pages import HTML, PNG, URL, keep_page

_NAMED = """
update registration_job_steps set status = 'failed', error_details = cast(:details as jsonb)
where job_id = :job and step_number = :step
"""
_SEARCHED = """
insert into companies_office_search_candidates (organisation_id, restaurant_id, registration_job_id, visit,
    search_queries, source_errors)
select organisation_id, restaurant_id, id, 1, '{"restaurant_name": "Kai"}', cast(:details as jsonb)
from registration_jobs where id = :job
"""


async def _job(registration: Commands) -> UUID:
    return (await open_new_batch(registration, 1)).jobs[0]


async def test_what_is_kept_is_listed_and_saved(registration: Commands, tmp_path: Path) -> None:
    """A browser that opens a saved page runs nothing of it; a file that is there is not overwritten."""
    job = await _job(registration)
    nothing = await registration("evidence", job)
    assert (nothing.code, nothing.out, "nothing is kept" in nothing.err) == (0, "", True)
    await keep_page(registration.database, registration.organisation_id, job)
    assert URL in (await registration("evidence", str(job)[:8])).out
    folder = tmp_path / "new" / "pages"
    saved = await registration("evidence", job, "--save", folder, "--json")
    page, picture = [Path(one["file"]) for one in saved.json]
    assert page.read_bytes() == INERT.encode() + HTML.encode()
    assert (page.suffix, picture.suffix, picture.read_bytes()) == (".html", ".png", PNG)
    assert folder.stat().st_mode & 0o077 == 0
    again = await registration("evidence", job, "--save", folder)
    assert (again.code, "is there already" in again.err) == (2, True)


async def test_a_job_shows_what_is_kept_of_it(registration: Commands) -> None:
    """And by which command it is had."""
    job = await _job(registration)
    await keep_page(registration.database, registration.organisation_id, job)
    shown = (await registration("show", job)).out
    assert f"registration evidence {str(job)[:8]} --save FOLDER" in shown
    assert URL in shown
    document = (await registration("show", job, "--json")).json["evidence"]
    assert [(one["kind"], one["step"]) for one in document] == [("html", 2), ("screenshot", 2)]


def _file(folder: Path, at: str, html: str) -> str:
    """A file as an older version wrote it on another machine, in whose folder it was."""
    name = f"{at}-abc123.html"
    (folder / name).write_text(f"{INERT}{html}", encoding="utf-8")
    return f"/var/lib/elsewhere/evidence/{name}"


async def test_files_of_older_versions_are_imported_once(registration: Commands, tmp_path: Path) -> None:
    """The details name the pages instead; what the folder does not have stays named as it was."""
    job = await _job(registration)
    by_name, by_address = [_file(tmp_path, f"20261130T01020{one}.000000", f"<p>{one}") for one in (1, 2)]
    (tmp_path / "20261130T010201.000000-abc123.png").write_bytes(PNG)
    passwd = {"html": "/etc/passwd"}
    sources = [
        {"url": URL, "html": "<p>1", "evidence": {"html": by_name, "screenshot": "/x.png"}},
        {"url": URL, "evidence": passwd},
    ]
    await registration.query(_NAMED, job=job, step=2, details=json.dumps({"sources": sources}))
    failed = {"address": {"error": "changed", "error_details": {"url": URL, "evidence": {"html": by_address}}}}
    await registration.query(_SEARCHED, job=job, details=json.dumps(failed))
    imported = await registration("db", "import-evidence", tmp_path)
    assert imported.code == 0
    assert imported.out.splitlines() == [
        "pages that are in the database now: 2",
        "pages that restaurants name and this folder does not have: 1",
    ]
    kept = (await registration("evidence", job, "--json")).json
    assert [one["kind"] for one in kept] == ["html", "screenshot", "html"]
    at = datetime.fromisoformat(kept[0]["created_at"])
    assert at == datetime(2026, 11, 30, 1, 2, 1, tzinfo=UTC)
    [step] = await registration.query(
        "select error_details from registration_job_steps where job_id = :job and step_number = 2", job=job
    )
    assert step["error_details"]["sources"] == [
        {"url": URL, "evidence": {"pages": [kept[0]["page_id"]]}},
        {"url": URL, "evidence": passwd},
    ]
    assert (await registration("db", "import-evidence", tmp_path)).out.splitlines()[0].endswith(" 0")
    assert len((await registration("evidence", job, "--json")).json) == 3
