"""`registration restaurants`: the list of restaurants; the data and the images of one, corrected."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.text import Text

from interfaces.cli.commands.start import Started, continuation_document, continue_work, print_continuation
from interfaces.cli.lists import Limit, Offset, Several, print_document, print_page, read_page
from interfaces.cli.output import add_rows, output, print_json, table
from interfaces.cli.session import AsJson, By, Organisation, Why, attribution, open_context
from registration.errors import Refused
from registration.operations.edit_restaurant import EDITABLE_IMAGES, EditedRestaurant, edit_restaurant, read_edit
from registration.restaurants.image_download import download_image, is_web_address
from registration.restaurants.images import GivenImage, read_image_file
from registration.restaurants.list_queries import ListedRestaurant, RestaurantFilter, list_restaurants
from registration.restaurants.models import ImageName
from registration.workflow.lookup_queries import Kind

app = App("restaurants")
_EDIT_HELP = f"""
Values are read as in a file for `registration import`; an empty value ("")
empties a field. Nothing is changed if any value is invalid. An open question
that depends on a change is asked anew: the companies register is searched again
for a changed name, address or city. A restaurant whose configuration is
confirmed is registered with the confirmed values.

Images: {", ".join(EDITABLE_IMAGES[:3])},
        {", ".join(EDITABLE_IMAGES[3:])}.
An image is a file or an address (PNG, JPEG, GIF, WebP, AVIF; at most 5 MiB); it
is copied into the database. NAME= removes it.

Examples:
  registration restaurants edit 1a2b3c4d --phone "09 379 1234" --why "he called"
  registration restaurants edit 1a2b3c4d --opening-hours "Mon-Fri 11:00-21:00"
  registration restaurants edit 1a2b3c4d --cuisine "Thai; Vegan" --contact-name ""
  registration restaurants edit 1a2b3c4d --image website_og_image=front.jpg \\
    --image logo_url=https://kai.example.nz/logo.png
"""
_LONGEST_SHOWN = 60
_LIST_HELP = """
Examples:
  registration restaurants list --city Napier --no-registered
  registration restaurants list --no-active --search kai
  registration restaurants list --json | jq -r '.restaurants[].id'
"""


@app.command(name="list", help_epilogue=_LIST_HELP, help_format="plaintext")
async def list_(
    *,
    search: str | None = None,
    city: Several = None,
    cuisine: Several = None,
    registered: bool | None = None,
    active: bool | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """List the restaurants, by name.

    Args:
        search: A part of the name, address or e-mail.
        city: Only restaurants in this town; repeat the option for several.
        cuisine: Only restaurants with this kind of food; repeat the option for several.
        registered: Only those that the platform has, or has not (--no-registered).
        active: Only those in a batch that has not ended, or in none (--no-active).
        limit: The largest number of restaurants.
        offset: How many are passed over.
        organisation: The organisation of the restaurants. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    only = RestaurantFilter(
        search=search,
        cities=tuple(city or ()),
        cuisines=tuple(cuisine or ()),
        registered=registered,
        active=active,
    )
    found, total = await read_page(
        organisation, lambda transaction: list_restaurants(transaction, only, limit=limit, offset=offset)
    )
    if as_json:
        return print_document("restaurants", map(asdict, found), total)
    columns = ("id", "restaurant", "town", "e-mail", "menu", "account", "platform", "batch")
    return print_page("restaurants", columns, [_listed(one) for one in found], total)


def _listed(one: ListedRestaurant) -> tuple[str, ...]:
    def word(holds: bool, shown: str) -> str:
        return shown if holds else ""

    batch = str(one.active_batch_id)[:8] if one.active_batch_id else ""
    states = (word(one.has_menu, "menu"), word(one.has_account, "account"), word(one.registered, "registered"))
    return (str(one.id)[:8], one.name, one.city or "", one.email or "", *states, batch)


@app.command(help_epilogue=_EDIT_HELP, help_format="plaintext")
async def edit(
    restaurant: str,
    *,
    name: str | None = None,
    address: str | None = None,
    city: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    user_email: str | None = None,
    contact_name: str | None = None,
    contact_email: str | None = None,
    contact_phone: str | None = None,
    website_url: str | None = None,
    ubereats_url: str | None = None,
    doordash_url: str | None = None,
    cuisine: str | None = None,
    opening_hours: str | None = None,
    theme: str | None = None,
    primary_color: str | None = None,
    secondary_color: str | None = None,
    external_id: str | None = None,
    image: Annotated[list[str] | None, Parameter(negative="")] = None,
    by: By = None,
    why: Why = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Correct fields and images of a restaurant; the change is recorded with your name and reason.

    Args:
        restaurant: The restaurant's id, or its first 8 characters.
        name: Its name.
        address: Street and town, as one line.
        city: Its town.
        phone: A New Zealand phone number.
        email: Its e-mail; the account's e-mail follows if it was the same.
        user_email: The e-mail of its account.
        contact_name: The contact person.
        contact_email: The contact's e-mail.
        contact_phone: The contact's phone number.
        website_url: Its website.
        ubereats_url: Its page at Uber Eats.
        doordash_url: Its page at DoorDash.
        cuisine: The kinds of food, separated by semicolons.
        opening_hours: The hours of a week, as on import.
        theme: The look of the website, light or dark.
        primary_color: A colour as #rrggbb.
        secondary_color: A colour as #rrggbb.
        external_id: The id under which your own lists have the restaurant.
        image: NAME=FILE or NAME=ADDRESS; repeat the option for several images.
        by: The person who edits, for the record.
        why: The reason, for the record.
        organisation: The organisation of the restaurant. Default: REGISTRATION_ORGANISATION.
        as_json: Print JSON.
    """
    typed = {
        "name": name,
        "address": address,
        "city": city,
        "phone": phone,
        "email": email,
        "user_email": user_email,
        "contact_name": contact_name,
        "contact_email": contact_email,
        "contact_phone": contact_phone,
        "website_url": website_url,
        "ubereats_url": ubereats_url,
        "doordash_url": doordash_url,
        "cuisine": cuisine,
        "opening_hours": opening_hours,
        "theme": theme,
        "primary_color": primary_color,
        "secondary_color": secondary_color,
        "external_id": external_id,
    }
    fields = read_edit({field: value for field, value in typed.items() if value is not None})
    attributed = attribution(by, why)
    async with open_context(organisation) as context:
        _, restaurant_id = await context.find(restaurant, Kind.RESTAURANT)
        images = dict([await _image(given) for given in image or ()])
        key = (context.database, context.organisation_id, restaurant_id)
        edited = await edit_restaurant(*key, fields, attributed, images)
        started = None
        if edited.asked_anew is not None and edited.batch_id is not None:
            started = await continue_work(context, edited.batch_id, live=edited.live)
    _print(edited, started, as_json=as_json)


async def _image(given: str) -> tuple[ImageName, GivenImage | None]:
    """The image that `NAME=SOURCE` names; None to remove it."""
    name, separator, source = given.partition("=")
    if not separator or name not in list(EDITABLE_IMAGES):
        raise Refused(
            f"{given[:_LONGEST_SHOWN]!r} names no image",
            code="IMAGE_NOT_EDITABLE",
            hint=f"write NAME=FILE or NAME=ADDRESS; the names are {', '.join(EDITABLE_IMAGES)}",
        )
    if not source:
        return ImageName(name), None
    return ImageName(name), await download_image(source) if is_web_address(source) else read_image_file(Path(source))


def _print(edited: EditedRestaurant, started: Started | None, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(edited) | (continuation_document(started) if edited.asked_anew else {}))
        return
    console = output()
    if not edited.changes:
        console.print(Text(f"{edited.restaurant} has these values already: nothing was changed"), soft_wrap=True)
        return
    rows = ((name, _short(change.before), _short(change.after)) for name, change in edited.changes.items())
    console.print(add_rows(table("field", "before", "now"), rows))
    if edited.confirmed:
        text = "its configuration is confirmed: it is registered with the confirmed values"
        console.print(Text(text, style="yellow"), soft_wrap=True)
    if edited.asked_anew is not None:
        console.print(Text(f"\nthe open question ({edited.asked_anew}) is asked anew"), soft_wrap=True)
        print_continuation(started)


def _document(edited: EditedRestaurant) -> dict[str, Any]:
    return {
        "restaurant_id": edited.restaurant_id,
        "restaurant": edited.restaurant,
        "changes": {name: asdict(change) for name, change in edited.changes.items()},
        "asked_anew": edited.asked_anew,
        "batch_id": edited.batch_id,
        "confirmed": edited.confirmed,
    }


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
