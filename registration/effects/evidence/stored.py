"""Evidence of what the platform stores itself: generated code and uploaded images."""

from registration.effects.evidence.facts import Facts, Images, read_time, since, since_by_server
from registration.effects.evidence.judge import observed, proven, reported
from registration.effects.evidence.models import Expected, Observation, Presence
from registration.effects.outputs import CodeOutputs, ImagesOutputs
from registration.platform.rows import CodeRow

_RUNNING = ("pending", "processing")


async def code(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """Code that was stored after the request, by a run that began after it: the platform can store files of an old run.

    Both times are by the clock of the platform's server. Where the clocks cannot tell, a success counts as reported.
    """
    row = await facts.code(expected)
    if row is None or not row.has_content or row.stored_at is None:
        return observed(Presence.ABSENT, "the platform has no generated code", row)
    apart = await facts.apart()
    stored = since_by_server(row.stored_at, expected.since, apart)
    run_at = read_time(row.run_at)
    run = stored if run_at is None else since_by_server(run_at, expected.since, apart)
    if stored is False or run is False:
        which = f"at {row.stored_at.isoformat()}" if stored is False else f"by an earlier run, at {row.run_at}"
        return observed(Presence.ABSENT, f"the stored code was generated {which}", row)
    if stored and run:
        return proven("code was generated", _outputs(row), row)
    if after_success:
        return reported("code is stored; the clocks do not tell by which request", _outputs(row), row)
    return observed(Presence.UNKNOWN, "code is stored, but the clocks do not tell by which request", row)


def _outputs(row: CodeRow) -> CodeOutputs:
    return CodeOutputs.model_validate({"code_injection_id": row.id, "generated_at": row.stored_at})


async def images(facts: Facts, expected: Expected, *, after_success: bool) -> Observation:
    """All images of the menu, whoever uploaded them; PARTIAL while an upload runs."""
    there = await facts.images(expected)
    rows = there.rows
    reason = f"{rows.uploaded} of {rows.total} images are uploaded"
    if there.upload is not None and there.upload.status in _RUNNING:
        return observed(Presence.PARTIAL, f"{reason}, and an upload is under way", rows, there.upload)
    if rows.uploaded < rows.total:
        return _missing(there, expected, reason, after_success=after_success)
    if there.doubtful:
        return observed(Presence.UNKNOWN, "the platform shows no image, as it does if it fails to read them", rows)
    outputs = ImagesOutputs(status="finished", total=rows.total, uploaded=rows.uploaded)
    return proven(reason if rows.total else "the menu has no images", outputs, rows)


def _missing(there: Images, expected: Expected, reason: str, *, after_success: bool) -> Observation:
    rows, upload = there.rows, there.upload
    ended = upload is not None and (upload.at is None or since(upload.at, expected.since))
    if not (ended or after_success):
        # The request may be about to begin its upload; over HTTP an upload without its id cannot be seen.
        verdict = Presence.UNKNOWN if there.upload_known else Presence.PARTIAL
        return observed(verdict, f"{reason}, and no upload of ours is to be seen", rows)
    failed = f"; these failed: {', '.join(rows.failed)}" if rows.failed else ""
    return observed(Presence.INCOMPLETE, f"{reason}{failed}", rows, upload)
