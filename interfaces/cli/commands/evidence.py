"""`registration evidence`: the pages of the register that were not understood for a job."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from cyclopts import App

from interfaces.cli.output import output, print_json, remarks, write_bytes
from interfaces.cli.rendering.job import print_evidence
from interfaces.cli.session import AsJson, CommandContext, Organisation, open_context
from registration.companies.page_evidence import EvidenceKind, inert
from registration.companies.page_evidence_queries import KeptEvidence, list_evidence, read_evidence
from registration.errors import BadFile
from registration.workflow.lookup_queries import Kind

app = App(
    "evidence",
    help_epilogue="""
Examples:
  registration evidence 1a2b3c4d                   the kept pages of the job
  registration evidence 1a2b3c4d --save pages      as files in the folder pages
  registration evidence 1a2b3c4d --json | jq '.[].url'
""",
    help_format="plaintext",
)


@app.default
async def evidence(
    job: str, *, save: Path | None = None, organisation: Organisation = None, as_json: AsJson = False
) -> None:
    """List or save what the register showed where its pages were not understood: HTML and screenshot of each attempt.

    They are deleted after REGISTRATION_EVIDENCE_DAYS. Saved HTML gets a first line that keeps browsers from running its
    scripts and from loading anything.

    Args:
        job: The id of a job, or its first 8 characters.
        save: Write the pages into this folder, which is made if it is missing; existing files are not overwritten.
        organisation: The organisation of the job. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    async with open_context(organisation) as context:
        _, job_id = await context.find(job, Kind.JOB)
        async with context.database.transaction(context.organisation_id, read_only=True) as transaction:
            kept = await list_evidence(transaction, job_id)
        files = {one.id: await _save(context, save, one) for one in kept} if save else {}
    if as_json:
        print_json([_document(one, files.get(one.id)) for one in kept])
    elif not kept:
        remarks().print("nothing is kept: every page of the register was understood, or its evidence was deleted")
    elif save:
        print("\n".join(map(str, files.values())))
    else:
        print_evidence(output(), kept)


async def _save(context: CommandContext, folder: Path, one: KeptEvidence) -> Path:
    """Write one piece; returns its file."""
    async with context.database.transaction(context.organisation_id, read_only=True) as transaction:
        _, content = await read_evidence(transaction, one.job_id, one.id)
    is_html = one.kind is EvidenceKind.HTML
    file = folder / one.file_name.removesuffix(".txt")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadFile(f"{folder} cannot be made: {error.strerror}") from error
    write_bytes(file, inert(content) if is_html else content)
    return file


def _document(one: KeptEvidence, file: Path | None) -> dict[str, Any]:
    return asdict(one) | ({"file": str(file)} if file else {})
