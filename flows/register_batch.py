"""One batch: opens it, carries its restaurants through the six steps beside the two gates, and closes it."""

import asyncio
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.states import Cancelled, Completed, Failed

from flows.batch.cancelled_runs import CANCELLED_AS_REQUESTED
from flows.batch.run_watch import watch_runs
from flows.batch.supervisor import BatchSupervisor, RunOutcome
from flows.batch.takeover import take_over
from flows.parameters import NO_OPTIONS, ExistingBatch, Options, Organisation, Restaurants, parse_restaurants
from flows.task_runner import EventLoopTaskRunner
from registration.batches.models import Batch, NewBatch
from registration.batches.opening import open_batch
from registration.batches.queries import read_batch, start_batch
from registration.errors import LeaseLost, PersonMustAct, Refused
from registration.settings import settings
from registration.workflow.lease import HeldElsewhere, Lease, end_lease_of_run
from tasks.batch_lifecycle import WAITING_FOR_PEOPLE
from tasks.batch_runs import start_next_run
from tasks.context import open_resources, own_run
from tasks.installation import Installation, installation
from tasks.reminders import keep_reminding
from tasks.reporting.log_context import install_log_context
from tasks.reporting.reporter import Reporter, name_run


@flow(
    name="register-batch",
    flow_run_name="Batch",
    description=__doc__,
    task_runner=EventLoopTaskRunner(),
    retries=0,
    persist_result=False,
)
async def register_batch(
    organisation_id: Organisation,
    restaurant_ids: Restaurants = "",
    batch_id: ExistingBatch = "",
    options: Options = NO_OPTIONS,
) -> State[None]:
    """Register a batch. Running it again is always safe and does only what is not done yet.

    Give either the restaurants (a new batch is made, once per run) or an existing batch. It ends Completed when it did
    its work; no restaurant's failure fails it. It ends Failed, with the reason, if the batch cannot be opened.

    Args:
        organisation_id: The id of the organisation whose restaurants these are.
        restaurant_ids: Paste the ids of 1 to 50 restaurants, separated by lines, blanks or commas; a new batch is made
            of them. `registration import FILE` prints them.
        batch_id: Instead of restaurants: the id of a batch to go on with. Only what is not done yet is done.
        options: For a new batch only; every option may keep its default.
    """
    install_log_context()
    try:
        async with installation() as installed:
            batch = await _open(installed, organisation_id, restaurant_ids, batch_id, options)
            return await _acquire_and_run(installed, batch)
    except PersonMustAct as refused:
        return Failed(message=refused.message)


async def _acquire_and_run(installed: Installation, batch: Batch) -> State[None]:
    run = own_run()
    await name_run(batch, run)
    again = await end_lease_of_run(installed.database, batch.organisation_id, batch.id, run.id)
    if again or run.run_count > 1:
        # Retry and Resume reuse the id of the first run; a new run goes on instead.
        return Completed(message=await start_next_run(batch, run))
    seconds = settings().scaled(settings().lease_seconds)
    lease = await Lease.acquire(installed.database, batch.organisation_id, batch.id, run.id, seconds)
    if isinstance(lease, HeldElsewhere):
        return Completed(name="HeldElsewhere", message=f"flow run {lease.flow_run_id} works on {batch.name}")
    try:
        return await _run_batch(installed, batch, lease, run.id)
    except PersonMustAct:
        # Release the lease now, so that a new run can start before the lease would have expired.
        await lease.release()
        raise


async def _run_batch(installed: Installation, batch: Batch, lease: Lease, run_id: UUID) -> State[None]:
    platform = installed.platform.client(batch.organisation_id)
    register = installed.register.register(installed.database, batch.organisation_id)
    cipher = installed.secrets.cipher()
    async with open_resources(batch, platform, register, cipher, lease, settings()) as context:
        lost, outcome, reporter = None, RunOutcome.WAITING_FOR_PEOPLE, Reporter(context)
        try:
            async with asyncio.TaskGroup() as group:
                upkeep = (lease.keep_renewing(), context.watch.run(), context.browser_slots.run())
                beside = [group.create_task(work) for work in upkeep]
                # First end the runs of the previous holder, and record the answers that it did not record.
                await take_over(context, run_id)

                # Restaurants and gates, side by side, until nothing is left that this process can do.
                beside += [group.create_task(work) for work in (reporter.keep_reporting(), keep_reminding(context))]
                beside.append(group.create_task(watch_runs(context, run_id)))
                outcome = await BatchSupervisor(context).run()
                for task in beside:
                    task.cancel()
        except* LeaseLost as errors:
            lost = str(errors.exceptions[0])
        if lost is not None:
            return Completed(name="Replaced", message=lost)
        if outcome is RunOutcome.HANDED_OVER:
            # With this error Prefect's engine leaves the run in its present state.
            raise Pause(f"{batch.name} was given back", state=context.own_run.state)
        if outcome is RunOutcome.WAITING_FOR_PEOPLE:
            return Completed(name=WAITING_FOR_PEOPLE, message=await reporter.report_waiting())
        line = await reporter.report_end()
        if context.own_run.cancelled:
            return Cancelled(name=CANCELLED_AS_REQUESTED, message=line)
        return Completed(message=line)


async def _open(
    installed: Installation,
    organisation_id: UUID,
    restaurant_ids: Restaurants,
    batch_id: ExistingBatch,
    options: Options,
) -> Batch:
    named, opened = parse_restaurants(restaurant_ids), batch_id or None
    if (named is None) == (opened is None):
        raise Refused("give either restaurants or an existing batch")
    if opened is None:
        new = NewBatch(
            restaurant_ids=named or (),
            created_by="prefect",
            created_by_run=own_run().id,
            options=options.batch_options(),
        )
        opened = await open_batch(installed.database, organisation_id, new, start=True)
    async with installed.database.transaction(organisation_id) as transaction:
        if batch_id:
            await start_batch(transaction, opened)
        return await read_batch(transaction, opened)
