"""Pages of the register that were not understood, as artifacts in the Prefect UI."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from prefect import get_run_logger
from prefect.artifacts import acreate_link_artifact
from prefect.context import TaskRunContext

from registration.questions.markdown import address, link, plain
from tasks.resources import JobRef


async def show_pages(job: JobRef, details: Mapping[str, Any]) -> None:
    """One link artifact per page that an error's details keep as evidence; nothing for other errors.

    The files lie where the batch's process runs. A Prefect server that is away is told nothing: the details are stored
    with the step in any case.
    """
    pages: list[Mapping[str, Any]] = [one for one in details.get("sources", [details]) if "evidence" in one]
    if TaskRunContext.get() is None:
        return
    for number, page in enumerate(pages, 1):
        try:
            await _show(job, number, page)
        except (httpx.HTTPError, OSError) as error:
            get_run_logger().warning("The page that was not understood cannot be shown now: %s", error)


async def _show(job: JobRef, number: int, page: Mapping[str, Any]) -> None:
    told = told_of_page(job, page)
    await acreate_link_artifact(
        told["link"],
        link_text=told["link_text"],
        key=f"register-page-{job.job_id}-{number}",
        description=told["description"],
    )


def told_of_page(job: JobRef, page: Mapping[str, Any]) -> dict[str, str]:
    """The artifact's link, its text and its description, which are Markdown in the UI."""
    kept: Mapping[str, str] = page["evidence"]
    files = {kind: kept[kind] for kind in ("screenshot", "html") if kind in kept}
    told = [f"`{path}`" for path in files.values()] or [kept.get("not_kept", "no files")]
    return {
        "link": next((Path(path).as_uri() for path in files.values()), address(str(page["url"]))),
        "link_text": f"What the register showed for {plain(job.restaurant)}",
        "description": f"{link('The page', str(page['url']))} was not understood. Kept: {', '.join(told)}",
    }
