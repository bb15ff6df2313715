"""`registration leads`: the leads that can be converted, and what each of them still lacks; deleting leads."""

from cyclopts import App

from interfaces.cli.commands.convert_leads import lead_id, split_ids
from interfaces.cli.lists import Limit, Offset, Several, print_document, print_page, read_page
from interfaces.cli.output import print_json, remarks
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.errors import Refused
from registration.leads.deletion import delete_leads
from registration.leads.pending_queries import LeadFilter, PendingLead, pending_leads

app = App(
    "leads",
    help_epilogue="""
A lead is listed until it is converted. What it lacks can be filled in after the
conversion (`registration restaurants edit`).

Examples:
  registration leads --city Napier
  registration leads --search kai --json | jq -r '.leads[].id'
  registration convert-leads 1a2b3c4d 5e6f7a8b
""",
    help_format="plaintext",
)


@app.default
async def leads(
    *,
    search: str | None = None,
    city: Several = None,
    cuisine: Several = None,
    platform: Several = None,
    limit: Limit = 50,
    offset: Offset = 0,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """List the leads that can be converted, the newest first.

    Args:
        search: A part of the name, e-mail or address.
        city: Only leads in this town; repeat the option for several.
        cuisine: Only leads with this kind of food; repeat the option for several.
        platform: Only leads from this platform; repeat the option for several.
        limit: The largest number of leads.
        offset: How many are passed over.
        organisation: The organisation of the leads. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    only = LeadFilter(
        search=search, cities=tuple(city or ()), cuisines=tuple(cuisine or ()), platforms=tuple(platform or ())
    )
    found, total = await read_page(
        organisation, lambda transaction: pending_leads(transaction, only, limit=limit, offset=offset)
    )
    if as_json:
        return print_document("leads", map(_document, found), total)
    columns = ("id", "lead", "town", "platform", "lacks")
    return print_page("pending leads", columns, [_row(lead) for lead in found], total)


_DELETE_HELP = """
Either all leads are deleted or none. A converted lead stays: its restaurant may
be in a batch. A lead that was deleted before is no error.

Examples:
  registration leads delete 1a2b3c4d 5e6f7a8b --why "closed down"
"""


@app.command(name="delete", help_epilogue=_DELETE_HELP, help_format="plaintext")
async def delete(
    *leads: str,
    why: Why = None,
    by: By = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Delete leads that nobody wants to convert.

    Args:
        leads: The leads' ids, or their first 8 characters, separated by blanks or commas.
        why: The reason, for the record.
        by: The person who deletes them, for the record.
        organisation: The organisation of the leads. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    typed = split_ids(leads)
    if not typed:
        raise Refused("say which leads: their ids")
    async with open_context(organisation) as context:
        lead_ids = [await lead_id(context, one) for one in typed]
        found = await delete_leads(context.database, context.organisation_id, lead_ids, attribution(by, why))
    if as_json:
        print_json({"deleted": list(found.deleted), "already_deleted": list(found.already)})
        return
    before = f", {len(found.already)} deleted before" if found.already else ""
    remarks().print(f"{len(found.deleted)} leads deleted{before}", markup=False)


def _row(lead: PendingLead) -> tuple[str, ...]:
    data = lead.data
    return (str(data.id)[:8], data.restaurant_name, data.city or "", data.platform, ", ".join(lead.lacks))


def _document(lead: PendingLead) -> dict[str, object]:
    data = lead.data.model_dump(mode="json", exclude={"ubereats_og_image"})
    return {**data, "created_at": lead.created_at, "lacks": list(lead.lacks)}
