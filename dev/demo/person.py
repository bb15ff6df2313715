"""The demo's person resolves unknown sub-steps that only a person can check, as the script says."""

from collections.abc import Mapping
from textwrap import shorten
from uuid import UUID

from rich.markup import escape

from dev.demo.screens import Screen
from dev.demo.script import NAME, Role
from dev.gate_forms.schema import DemoError
from interfaces.cli.session import CommandContext
from registration.effects.queries import read_effect
from registration.operations.resolve import resolve
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution

_LONGEST_REASON = 100
_WHY = "the script of the demo says so"


async def resolve_unknown(context: CommandContext, view: BatchView, roles: Mapping[UUID, Role], screen: Screen) -> None:
    """Resolve every unknown sub-step that waits for a person, as `registration resolve` does.

    Raises DemoError for a sub-step that is not in the script.
    """
    for job in view.jobs.values():
        for name in sorted(job.undecided):
            await _resolve(context, job, name, roles[job.restaurant_id], screen)


async def _resolve(context: CommandContext, job: JobView, name: str, role: Role, screen: Screen) -> None:
    async with context.database.transaction(context.organisation_id) as transaction:
        reason = (await read_effect(transaction, job.id, name)).error_message
    found = role.decision.unknown.get(SubStepName(name)) if name in set(SubStepName) else None
    if found is None:
        raise DemoError(f"the script does not say whether {name} of {job.restaurant} happened: {reason}")
    why = shorten(reason or "", _LONGEST_REASON, placeholder=" …")
    screen.say(f"{escape(job.restaurant)}: {name} is unknown: {escape(why)}")
    await resolve(context.database, context.organisation_id, job.id, name, found, Attribution(NAME, _WHY))
    screen.say(f"answered [bold]{name} of {escape(job.restaurant)}[/]: {found}")
