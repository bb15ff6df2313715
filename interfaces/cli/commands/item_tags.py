"""`registration item-tags`: a person decides about tags of the platform that contradict the menu."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.commands.start import continuation_document, continue_all, print_continuation
from interfaces.cli.output import output, print_json
from interfaces.cli.process.streams import DONE, WAITING_FOR_A_PERSON
from interfaces.cli.session import AsJson, CommandContext, Organisation, attribution, open_context
from registration.effects.account_waiting_queries import Freed
from registration.errors import Refused
from registration.gates.item_tags import TagsDecision, decide_tags, open_tags_question
from registration.workflow.lookup_queries import Kind

app = App(
    "item-tags",
    help_epilogue="""
The platform sets tags by a rule of its own: a dish whose tag is "contains nuts"
gets "Nut Free". Where its tags contradict the menu, no tag is set before a
person has decided. Without an option the command prints the question.

Examples:
  registration item-tags 1a2b3c4d
  registration item-tags 1a2b3c4d --leave-out --by Mere --why "the dishes have nuts"
  registration item-tags 1a2b3c4d --set-all-the-same --by Mere --why "the owner says nut free"
""",
    help_format="plaintext",
)

_Flag = Parameter(negative="")


@app.default
async def item_tags(
    job: str,
    *,
    leave_out: Annotated[bool, _Flag] = False,
    set_all_the_same: Annotated[bool, _Flag] = False,
    by: str | None = None,
    why: str | None = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """Show which tags of the platform contradict the menu of a restaurant, and decide about them.

    Args:
        job: The job's id, or its first 8 characters.
        leave_out: Set no tags on the restaurant's dishes; everything else goes on.
        set_all_the_same: Let the platform set its tags.
        by: The person who decides, for the record.
        why: The reason, for the record.
        organisation: The organisation of the restaurant. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    if leave_out and set_all_the_same:
        raise Refused("say one of --leave-out and --set-all-the-same")
    async with open_context(organisation) as context:
        if not (leave_out or set_all_the_same):
            return await _show(context, job, as_json=as_json)
        if by is None or why is None:
            raise Refused("a decision needs --by and --why")
        _, job_id = await context.find(job, Kind.JOB)
        decision = TagsDecision.LEAVE_OUT if leave_out else TagsDecision.SET
        attributed = attribution(by, why)
        decided = await decide_tags(context.database, context.organisation_id, job_id, decision, attributed)
        [own] = await continue_all(context, (Freed(decided.batch_id, decided.live),))
    if as_json:
        document = {"job_id": job_id, "restaurant": decided.restaurant, "status": decided.status}
        print_json(document | continuation_document(own.started))
    else:
        done = "are left out" if leave_out else "will be set"
        output().print(Text(f"{decided.restaurant}: the tags {done}"), soft_wrap=True)
        print_continuation(own.started)
    return DONE


async def _show(context: CommandContext, job: str, *, as_json: bool) -> int:
    _, job_id = await context.find(job, Kind.JOB)
    restaurant, found = await open_tags_question(context.database, context.organisation_id, job_id)
    if as_json:
        print_json({"job_id": job_id, "restaurant": restaurant, "contradictions": [one.stored for one in found]})
    elif not found:
        output().print(Text(f"{restaurant}: no question about item tags is open"), soft_wrap=True)
    else:
        output().print(Text(f"{restaurant}: these tags of the platform contradict the menu"), soft_wrap=True)
        for one in found:
            output().print(Text(f"  {one}"), soft_wrap=True)
        for option in ("--leave-out", "--set-all-the-same"):
            command = f"registration item-tags {job} {option} --by NAME --why REASON"
            output().print(Text(command, style="cyan"), soft_wrap=True)
        output().print("or decide later: until then the restaurant waits, and no tag is set", soft_wrap=True)
    return WAITING_FOR_A_PERSON if found else DONE
