"""`registration resolve`: a person says whether an unknown effect happened."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.commands.start import all_go_on, going_on_document, print_freed, print_going_on
from interfaces.cli.output import output, print_json
from interfaces.cli.session import AsJson, Organisation, attribution, open_context
from registration.effects.account_waiting_queries import Freed
from registration.errors import Refused
from registration.operations.resolve import Resolution, resolve
from registration.operations.retry_request import effect_named
from registration.workflow.lookup_queries import Kind

app = App(
    "resolve",
    help_epilogue="""
An effect is unknown when it was sent, was never answered, and the platform
cannot tell. Look there yourself, then say what you found.

Examples:
  registration resolve 1a2b3c4d menuImport --it-is-there --by Mere --why "I see 41 items"
  registration resolve 1a2b3c4d menuImport --do-it-again --by Mere --why "the menu is empty"
""",
    help_format="plaintext",
)

_Flag = Parameter(negative="")


@app.default
async def resolve_command(
    job: str,
    sub_step: str,
    *,
    it_is_there: Annotated[bool, _Flag] = False,
    do_it_again: Annotated[bool, _Flag] = False,
    by: str,
    why: str,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Settle an effect that cannot be told: it is there, or it shall be done again.

    Args:
        job: Its id, or the first 8 characters.
        sub_step: The name of the sub-step, or menuExtraction, brandingExtraction.
        it_is_there: The platform has it: it counts as completed.
        do_it_again: The platform does not have it: it may be sent once more.
        by: Who looked.
        why: What was seen.
        organisation: Whose restaurant. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    if it_is_there == do_it_again:
        raise Refused("say what you found: one of --it-is-there and --do-it-again")
    said, name = attribution(by, why), effect_named(sub_step)
    resolution = Resolution.IT_IS_THERE if it_is_there else Resolution.DO_IT_AGAIN
    async with open_context(organisation) as context:
        _, job_id = await context.find(job, Kind.JOB)
        done = await resolve(context.database, context.organisation_id, job_id, name, resolution, said)
        # Who waited for the same account goes on too, in whatever batch.
        own, *freed = await all_go_on(context, (Freed(done.batch_id, done.live), *done.freed))
    if as_json:
        told = {"job_id": job_id, "restaurant": done.restaurant, "sub_step": name, "status": done.status}
        others = [{"batch_id": one.batch_id} | going_on_document(one.started) for one in freed]
        print_json(told | going_on_document(own.started) | {"freed": others})
        return
    output().print(Text(f"{done.restaurant}: {name} is {done.status}"), soft_wrap=True)
    print_going_on(own.started)
    print_freed(freed)
