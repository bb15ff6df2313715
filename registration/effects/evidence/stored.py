"""Evidence of what the platform stores itself: generated code and uploaded images."""

from registration.effects.evidence.facts import Facts, Images, read_time, since, since_by_server
from registration.effects.evidence.judge import found, reported, seen
from registration.effects.evidence.model import Expected, Observation, Presence
from registration.effects.outputs import CodeOutputs, ImagesOutputs
from registration.platform.rows import CodeRow

_RUNNING = ("pending", "processing")


async def code(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """Code that was stored since, by a run that began since: the platform can store the files of an earlier run.

    Both times are the platform's server's. Where the clocks cannot tell, a success before it counts as its report.
    """
    row = await facts.code(asked)
    if row is None or not row.has_content or row.stored_at is None:
        return seen(Presence.ABSENT, "the platform has no generated code", row)
    apart = await facts.apart()
    stored = since_by_server(row.stored_at, asked.since, apart)
    run_at = read_time(row.run_at)
    run = stored if run_at is None else since_by_server(run_at, asked.since, apart)
    if stored is False or run is False:
        which = f"at {row.stored_at.isoformat()}" if stored is False else f"by an earlier run, at {row.run_at}"
        return seen(Presence.ABSENT, f"the stored code was generated {which}", row)
    if stored and run:
        return found("code was generated", _outputs(row), row)
    if after_success:
        return reported("code is stored; the clocks do not tell by which request", _outputs(row), row)
    return seen(Presence.UNKNOWN, "code is stored, but the clocks do not tell by which request", row)


def _outputs(row: CodeRow) -> CodeOutputs:
    return CodeOutputs.model_validate({"code_injection_id": row.id, "generated_at": row.stored_at})


async def images(facts: Facts, asked: Expected, *, after_success: bool) -> Observation:
    """All images of the menu, whoever uploaded them; while an upload runs they are waited for."""
    there = await facts.images(asked)
    rows = there.rows
    reason = f"{rows.uploaded} of {rows.total} images are uploaded"
    if there.upload is not None and there.upload.status in _RUNNING:
        return seen(Presence.PARTIAL, f"{reason}, and an upload is under way", rows, there.upload)
    if rows.uploaded < rows.total:
        return _missing(there, asked, reason, after_success=after_success)
    if there.doubtful:
        return seen(Presence.UNKNOWN, "the platform shows no image, as it does if it fails to read them", rows)
    outputs = ImagesOutputs(status="finished", total=rows.total, uploaded=rows.uploaded)
    return found(reason if rows.total else "the menu has no images", outputs, rows)


def _missing(there: Images, asked: Expected, reason: str, *, after_success: bool) -> Observation:
    rows, upload = there.rows, there.upload
    ended = upload is not None and (upload.at is None or since(upload.at, asked.since))
    if not (ended or after_success):
        # An unclear request may be about to begin its upload; over HTTP nobody can see one without its id.
        verdict = Presence.UNKNOWN if there.upload_known else Presence.PARTIAL
        return seen(verdict, f"{reason}, and no upload of ours is to be seen", rows)
    failed = f"; these failed: {', '.join(rows.failed)}" if rows.failed else ""
    return seen(Presence.INCOMPLETE, f"{reason}{failed}", rows, upload)
