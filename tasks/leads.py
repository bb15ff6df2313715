"""Conversion of leads, the start of their batches, and the report in the Prefect UI."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from prefect import get_client, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import FlowRun
from prefect.utilities.urls import url_for

from registration.batches.run_queries import OpenedBatch
from registration.errors import MisconfiguredInstallation
from registration.kit.markdown import bold, escape, link_to, paragraphs, plain
from registration.leads.conversion import convert_leads
from registration.leads.models import ConversionRequest
from registration.leads.outcome import Conversion
from tasks.batch_runs import create_run, deployment_of_batches
from tasks.installation import database
from tasks.step_runner import STEP_DELAYS, delays, only_transient


@task(
    name="Convert leads",
    retries=len(STEP_DELAYS),
    retry_delay_seconds=delays(STEP_DELAYS),
    retry_condition_fn=only_transient,
    persist_result=False,
)
async def convert(organisation_id: UUID, request: ConversionRequest) -> Conversion:
    """Convert leads to restaurants and open batches, in one transaction; a repeated call does only what is not done
    yet.

    Raises PersonMustAct if the request cannot be carried out at all.
    """
    async with database() as opened:
        return await convert_leads(opened, organisation_id, request)


@task(name="Start batch", task_run_name="Start {batch.name}", persist_result=False)
async def start(organisation_id: UUID, batch: OpenedBatch) -> UUID:
    """Start the flow that works on a batch; returns the run's id. Repeated calls return the same run.

    If this process dies before the start, recovery starts the batch. Raises MisconfiguredInstallation if there is no
    deployment.
    """
    async with get_client() as client:
        try:
            deployment_id = await deployment_of_batches(client)
        except MisconfiguredInstallation as error:
            raise MisconfiguredInstallation(
                f"{batch.name} is open but not started: {error.message}; then start the batch {batch.id}"
            ) from error
        key = f"first run of {batch.id}"
        return (await create_run(client, deployment_id, organisation_id, batch.id, batch.name, key)).id


async def report(organisation_id: UUID, run: FlowRun, done: Conversion, started: Mapping[UUID, UUID]) -> str:
    """Write the summary with every lead that needs attention, and name the run after its outcome; returns the outcome.

    `started` is the flow run of each batch that was started.
    """
    async with get_client() as client:
        await client.update_flow_run(
            run.id, name=f"{run.name.split(' · ')[0]} · {done.line}", tags={*run.tags, str(organisation_id)}
        )
    await acreate_markdown_artifact(markdown(done, started), key=f"leads-{run.id}", description=plain(done.line))
    return message(done, started)


def message(done: Conversion, started: Mapping[UUID, UUID]) -> str:
    """The outcome in one line, with the batches and the first reason."""
    opened = ", ".join(f"“{batch.name}”" for batch in done.batches)
    parts = [done.line]
    parts += [f"{opened} {'started' if started else 'opened'}"] if opened else []
    parts += [f"{lead.name or lead.lead_id}: {lead.reason}" for lead in done.failed[:1]]
    return "; ".join(parts)


def markdown(done: Conversion, started: Mapping[UUID, UUID]) -> str:
    """The summary: failures with their reasons, the batches, leads that need attention, and leads that were done
    before.
    """
    failed = (f"{bold(lead.name or 'unknown')} ({lead.lead_id}): {escape(lead.reason)}" for lead in done.failed)
    remarks = (f"{bold(lead.name)}: {escape(remark)}" for lead in done.converted for remark in lead.remarks)
    restaurants = {
        title: (f"{escape(lead.name)}: restaurant {lead.restaurant_id}" for lead in leads)
        for title, leads in (("Already converted", done.already), ("Converted", done.converted))
    }
    lists = {
        "Not converted": failed,
        "Batches": (_batch(batch, started.get(batch.id)) for batch in done.batches),
        "Needs a look": remarks,
        **restaurants,
    }
    return paragraphs(f"# {escape(done.line)}", *(_list(title, lines) for title, lines in lists.items()))


def _list(title: str, lines: Iterable[str]) -> str | None:
    items = "\n".join(f"- {line}" for line in lines)
    return f"## {title}\n\n{items}" if items else None


def _batch(batch: OpenedBatch, run_id: UUID | None) -> str:
    if run_id is None:
        return f"{escape(batch.name)}: not started; its id is {batch.id}"
    url = url_for("flow-run", obj_id=run_id)
    return link_to(batch.name, url) if url else f"{escape(batch.name)}: flow run {run_id}"
