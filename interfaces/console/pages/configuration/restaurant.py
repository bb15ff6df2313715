"""What the page corrects at once, beside its answers: the restaurant, its pictures, and the password of its account.

Each goes through the function that the REST API and the command line call, and is recorded with the person. A question
that depends on it is asked anew.
"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response, UploadFile
from pydantic import SecretStr

from interfaces.api.limits import Kind, Limits
from interfaces.api.problems import ProblemError
from interfaces.api.runs import go_on
from interfaces.console.pages.configuration.asked import proposed_of, read_question
from interfaces.console.pages.configuration.changes import FIELDS
from interfaces.console.pages.configuration.editing import read_layer_of
from interfaces.console.pages.configuration.editor import filled_from, opened
from interfaces.console.pages.configuration.feed import read_decided, read_listing
from interfaces.console.pages.configuration.outcome import Outcome
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Admin, Operator, Visitor
from registration.accounts.passwords import Cipher
from registration.accounts.service import set_password
from registration.errors import Refused
from registration.operations.edit_restaurant import EditedRestaurant, edit_restaurant, read_edit
from registration.restaurants.image_download import download_image, is_web_address
from registration.restaurants.images import MOST_BYTES, GivenImage, read_image
from registration.restaurants.models import ImageName, RestaurantEdit

router = APIRouter(prefix="/batches/{batch_id}/configuration/{job_id}", include_in_schema=False)

_COLUMNS: Final = {
    "name": "name",
    "address": "address",
    "city": "city",
    "phone": "phone",
    "email": "user_email",
    "contact_name": "contact_name",
    "opening_hours": "opening_hours",
    "cuisines": "cuisine",
    "theme": "theme",
    "primary_color": "primary_color",
    "secondary_color": "secondary_color",
}
"""The column of the restaurant that each field of the editor fills; the others are of the registration alone."""
_TITLES: Final = {field.name: field.title for field in FIELDS}
_LONGEST: Final = 2000


@router.post("/restaurant")
async def save(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """Write the typed fields to the restaurant; the question stays open, and is asked anew."""
    form = await request.form()
    async with visitor.reading() as transaction:
        job, one = await read_question(transaction, batch_id, job_id)
    begun = opened(proposed_of(one), read_layer_of(form))
    filled = filled_from(form, begun)
    fields = {_COLUMNS[name]: filled.values[name] for name in _COLUMNS if name in filled.typed}
    if filled.contact:
        fields["contact_name"] = filled.contact
    if "theme" in fields:
        fields["theme"] = str(fields["theme"]).lower()
    only_here = [title for name, title in _TITLES.items() if name in filled.typed and name not in _COLUMNS]
    key = (visitor.database, visitor.organisation_id, job.restaurant_id)
    edited = await edit_restaurant(*key, read_edit(fields), visitor.attribution())
    kept = f"of this registration alone, and not saved: {', '.join(only_here)}" if only_here else ""
    note = kept or await _going_on(visitor, edited)
    saved = (*(name for name in _COLUMNS if name in filled.typed), "contact")
    return await _saved(request, visitor, batch_id, job_id, _words(edited), note, saved)


@router.post("/image")
async def image(
    request: Request,
    batch_id: UUID,
    job_id: UUID,
    visitor: Operator,
    name: Annotated[ImageName, Form()],
    address: Annotated[str, Form(max_length=_LONGEST)] = "",
    file: UploadFile | None = None,
) -> Response:
    """Replace a picture by the one at an address, or in a file."""
    async with visitor.reading() as transaction:
        job, _ = await read_question(transaction, batch_id, job_id)
    given = await _given(address.strip(), file)
    key = (visitor.database, visitor.organisation_id, job.restaurant_id)
    edited = await edit_restaurant(*key, RestaurantEdit(), visitor.attribution(), {name: given})
    return await _saved(request, visitor, batch_id, job_id, _words(edited), await _going_on(visitor, edited))


async def _going_on(visitor: Visitor, edited: EditedRestaurant) -> str:
    """Have a process ask the question anew; why none does."""
    if edited.asked_anew is None or edited.batch_id is None:
        return ""
    return (await go_on(visitor, edited.batch_id)).note or ""


async def _given(address: str, file: UploadFile | None) -> GivenImage:
    if file is not None and file.filename:
        return read_image(await file.read(MOST_BYTES + 1), file.filename[:100])
    if not is_web_address(address):
        raise ProblemError(422, "INVALID_FIELDS", "a picture is a file, or an address that begins with https://")
    return await download_image(address)


@router.post("/password")
async def password(
    request: Request,
    batch_id: UUID,
    job_id: UUID,
    visitor: Admin,
    secret: Annotated[SecretStr, Form(max_length=_LONGEST)],
    why: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Store the password of an account that exists at the platform, so that the restaurant can use it."""
    limits: Limits = request.app.state.limits
    await limits.count(Kind.CREDENTIALS, visitor)
    async with visitor.reading() as transaction:
        _, one = await read_question(transaction, batch_id, job_id)
    email = proposed_of(one).config.account.email
    if email is None:
        raise Refused("there is no e-mail for the account", hint="save the e-mail to the restaurant first")
    cipher = Cipher(request.app.state.settings.encryption_keys)
    key = (visitor.database, visitor.organisation_id, email, secret, cipher)
    await set_password(*key, visitor.attribution(why.strip() or None))
    return await _saved(request, visitor, batch_id, job_id, f"the password of {email} is stored")


async def _saved(
    request: Request,
    visitor: Visitor,
    batch_id: UUID,
    job_id: UUID,
    title: str,
    note: str = "",
    saved: tuple[str, ...] = (),
) -> Response:
    """What was done, with the line of the restaurant as it is now."""
    async with visitor.reading() as transaction:
        listing, view = await read_listing(transaction, batch_id)
        waiting = tuple(row for row in listing.rows if row.id == job_id)
        decided = () if waiting else tuple(await read_decided(transaction, view, [job_id]))
    outcome = Outcome(listing, title, (), note, waiting, decided, saved)
    return render_part(request, "configuration/answers.html", "outcome", outcome)


def _words(edited: EditedRestaurant) -> str:
    if not edited.changes:
        return f"{edited.restaurant} had these values before"
    names = ", ".join(name.replace("_", " ") for name in edited.changes)
    return f"{edited.restaurant}: saved {names}{'; it is asked anew' if edited.asked_anew else ''}"
