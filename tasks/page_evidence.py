"""Keeps the pages of the register that steps 2 and 4 did not understand, and links them in the Prefect UI."""

import asyncio
from collections.abc import Sequence

import httpx
from prefect import get_run_logger
from prefect.artifacts import acreate_link_artifact
from prefect.context import TaskRunContext
from sqlalchemy.exc import SQLAlchemyError

from registration.companies.page_evidence import pieces_of
from registration.companies.page_evidence_queries import PackedPage, keep_pages
from registration.errors import DatabaseUnavailable, PageCopy, RegistrationError
from registration.kit.markdown import address, link, plain
from registration.settings import Settings
from registration.workflow.step_queries import StepRow
from registration.workflow.steps import Step
from tasks.context import JobRef, resources
from tasks.step_runner import under_lease


async def keep_pages_of(error: RegistrationError, job: JobRef, step: Step, row: StepRow) -> None:
    """Keep the pages that an error is about; its details then name them, or say why they were not kept.

    Call it before the error is stored: a process that dies in between leaves evidence of an attempt that the next
    process repeats. Raises only Stopped, so that the error itself is stored in any case.
    """
    if error.pages:
        reason = await keep(error.pages, job, step, row)
        error.details["evidence"] = {"not_kept": reason} if reason else {"pages": [str(one.id) for one in error.pages]}


async def keep(pages: Sequence[PageCopy], job: JobRef, step: Step, row: StepRow) -> str:
    """Keep pages for an attempt of a step, and link each in the Prefect UI; returns the reason if they are not kept.

    The pages are packed before the transaction begins. Raises only Stopped.
    """
    if not pages:
        return ""
    packed = [PackedPage(page.id, page.url, await asyncio.to_thread(pieces_of, page)) for page in pages]
    try:
        await under_lease(
            resources(job),
            lambda transaction: keep_pages(transaction, job.job_id, step.value, row.visit, packed),
        )
    except (SQLAlchemyError, DatabaseUnavailable) as error:
        reason = f"the database did not take the evidence ({type(error).__name__})"
        _warn("The page that was not understood is not kept: %s", reason)
        return reason
    await _create_artifacts(job, pages)
    return ""


def page_artifact(job: JobRef, page: PageCopy, settings: Settings) -> dict[str, str]:
    """Link, text and description of the artifact for one page; the UI shows them as Markdown.

    The link leads to the restaurant in the console, and to the register where the console's address is not set.
    """
    kept = "HTML and screenshot" if page.screenshot else "the HTML"
    at = f"{settings.console_url.rstrip('/')}/jobs/{job.job_id}" if settings.console_url else address(page.url)
    return {
        "link": at,
        "link_text": f"What the register showed for {plain(job.restaurant)}",
        "description": f"{link('The page', page.url)} was not understood. Kept with job `{job.job_id}`: {kept}",
    }


async def _create_artifacts(job: JobRef, pages: Sequence[PageCopy]) -> None:
    """One link artifact for each page. If the Prefect server is away they are skipped: the rows are stored."""
    if TaskRunContext.get() is None:
        return
    for number, page in enumerate(pages, 1):
        artifact = page_artifact(job, page, resources(job).settings)
        try:
            await acreate_link_artifact(
                artifact["link"],
                link_text=artifact["link_text"],
                key=f"register-page-{job.job_id}-{number}",
                description=artifact["description"],
            )
        except (httpx.HTTPError, OSError) as error:
            _warn("The page that was not understood cannot be linked now: %s", error)


def _warn(message: str, value: object) -> None:
    if TaskRunContext.get() is not None:
        get_run_logger().warning(message, value)
