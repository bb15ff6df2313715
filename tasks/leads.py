"""Conversion of leads, the start of their batches, and the report in the Prefect UI."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from prefect import get_client, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.utilities.urls import url_for

from registration.batches.run_queries import OpenedBatch
from registration.errors import MisconfiguredInstallation
from registration.kit.markdown import bold, escape, link_to, paragraphs, plain
from registration.leads.conversion import convert_leads
from registration.leads.models import ConversionAsked
from registration.leads.outcome import Conversion
from tasks.installation import database
from tasks.recovery import DEPLOYMENT
from tasks.step_runner import STEP_DELAYS, delays, only_transient


@task(
    name="Convert leads",
    retries=len(STEP_DELAYS),
    retry_delay_seconds=delays(STEP_DELAYS),
    retry_condition_fn=only_transient,
    persist_result=False,
)
async def convert(organisation_id: UUID, asked: ConversionAsked) -> Conversion:
    """Make restaurants and batches of leads, in one transaction; the second time, only what is not done.

    Raises PersonMustAct for what cannot be done at all.
    """
    async with database() as opened:
        return await convert_leads(opened, organisation_id, asked)


@task(name="Start batch", task_run_name="Start {batch.name}", persist_result=False)
async def start(organisation_id: UUID, batch: OpenedBatch) -> UUID:
    """Start the flow that works on a batch; returns its run's id. However often it is asked, it is one run.

    If nobody comes this far, recovery starts the batch. Raises MisconfiguredInstallation if there is no deployment.
    """
    async with get_client() as client:
        try:
            deployment = await client.read_deployment_by_name(DEPLOYMENT)
        except ObjectNotFound as error:
            raise MisconfiguredInstallation(
                f"{batch.name} is open but not started: the Prefect server has no deployment {DEPLOYMENT}; "
                f"`make bootstrap` puts it there, then `registration start --batch {batch.id}`"
            ) from error
        run = await client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"organisation_id": str(organisation_id), "batch_id": str(batch.id)},
            name=batch.name,
            tags=[str(organisation_id), str(batch.id)],
            idempotency_key=f"first run of {batch.id}",
        )
        return run.id


async def report(organisation_id: UUID, run: FlowRun, done: Conversion, started: Mapping[UUID, UUID]) -> str:
    """Write the summary with every lead that needs a look, and name the run after its outcome; returns that, in words.

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
    parts += [f"{one.name or one.lead_id}: {one.reason}" for one in done.failed[:1]]
    return "; ".join(parts)


def markdown(done: Conversion, started: Mapping[UUID, UUID]) -> str:
    """The summary: what failed and why, the batches, what needs a look, what was done before."""
    failed = (f"{bold(one.name or 'unknown')} ({one.lead_id}): {escape(one.reason)}" for one in done.failed)
    remarks = (f"{bold(one.name)}: {escape(remark)}" for one in done.converted for remark in one.remarks)
    restaurants = {
        title: (f"{escape(one.name)}: restaurant {one.restaurant_id}" for one in leads)
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
        return f"{escape(batch.name)}: not started; `registration start --batch {batch.id}`"
    url = url_for("flow-run", obj_id=run_id)
    return link_to(batch.name, url) if url else f"{escape(batch.name)}: flow run {run_id}"
