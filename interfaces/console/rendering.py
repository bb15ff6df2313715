"""Pages from templates: escaped, with the frame around them; a part of a page where only that is asked for."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from interfaces.console.safety import FILES
from interfaces.console.sessions import Visitor
from interfaces.presenting.words import duration

_FOLDER: Final = Path(__file__).parent
_SHORT: Final = 8


@dataclass(frozen=True)
class RailEntry:
    """A line of the rail at the left; `key` is the letter that follows `g`."""

    name: str
    path: str
    key: str
    for_admins: bool = False


RAIL: Final = (
    RailEntry("Inbox", "/", "i"),
    RailEntry("Batches", "/batches", "b"),
    RailEntry("Restaurants", "/restaurants", "r"),
    RailEntry("Import", "/import", "m"),
    RailEntry("Leads", "/leads", "l"),
    RailEntry("Notices", "/notices", "n"),
    RailEntry("Accounts", "/accounts", "a", for_admins=True),
    RailEntry("Settings", "/settings", "s", for_admins=True),
    RailEntry("Health", "/health", "h", for_admins=True),
)
"""A page that is added gets a line here."""


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """A whole page: a template that extends `base.html`. `inbox_count` in the context spares the rail a question."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    known = {"visitor": visitor, "path": request.url.path, "rail": RAIL}
    return HTMLResponse(_environment().get_template(template).render(known | context), status)


def render_part(request: Request, template: str, name: str, /, *arguments: Any, status: int = 200) -> Response:
    """A part of a page, where htmx asks for one: a macro. Whoever opens its address gets it as a page of its own."""
    text = text_of(template, name, *arguments)
    return HTMLResponse(text, status) if asks_for_part(request) else render(request, "part.html", part=text)


def text_of(template: str, name: str, /, *arguments: Any) -> Markup:
    """The text of a macro. It knows no request, so that the parts of live pages are alike for all their readers."""
    macro: Callable[..., Markup] = getattr(_environment().get_template(template).module, name)
    return macro(*arguments).strip()


def asks_for_part(request: Request) -> bool:
    """Whether htmx asks, for a part of the page; an element that is loaded alone is a page like any other."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"


def moved(request: Request, path: str) -> Response:
    """Have the browser go to another page."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": path})
    return Response(status_code=303, headers={"Location": path})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([_FOLDER / "templates", _FOLDER / "pages"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "time": time_element,
        "age": age_element,
        "duration": duration,
        "short": short_id,
        "link": safe_link,
        "quoted": quoted,
        "commands": with_commands,
        "json": lambda value: json.dumps(value, separators=(",", ":")),
        "words": lambda value: str(value).replace("_", " "),
    }
    environment.globals.update(static=static_path)
    return environment


@cache
def static_path(name: str) -> str:
    """The address of a static file, which changes with its content."""
    assert name in FILES, name
    digest = hashlib.sha256((_FOLDER / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?{digest[:12]}"


def time_element(moment: datetime | None, shown: str = "minute") -> Markup:
    """A moment; the browser shows it in its own zone, with the zone in the tooltip. Nothing for None."""
    if moment is None:
        return Markup("")
    local = moment.astimezone()
    words = f"{local:%d %b %H:%M}"
    return Markup('<time datetime="{}" data-shown="{}" title="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), shown, f"{local:%Y-%m-%d %H:%M:%S %Z}", words
    )


def age_element(moment: datetime | None) -> Markup:
    """A moment of which the browser shows how long ago it is, and counts on. Nothing for None.

    The text itself does not change with time: a stream sends only what changes.
    """
    return time_element(moment, "age")


def short_id(value: UUID | str) -> Markup:
    """The beginning of an id; a click copies all of it."""
    return Markup('<button type="button" class="id" data-copy="{0}" title="copy {0}">{1}</button>').format(
        str(value), str(value)[:_SHORT]
    )


def safe_link(url: str | None, label: str | None = None) -> Markup:
    """A link into another site, which learns nothing of this one; text if the address is not http(s)."""
    shown = label or url or ""
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return escape(shown)
    return Markup('<a href="{}" target="_blank" rel="noreferrer noopener">{} ↗</a>').format(url, shown)


def with_commands(text: str) -> Markup:
    """A message in which commands stand between backticks, with the commands as code."""
    parts = enumerate(text.split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(one) if number % 2 else escape(one) for number, one in parts
    )


def quoted(text: str) -> Markup:
    """An attribute's value in single quotes, in which the quotes of JSON need no escaping: half as long."""
    return Markup("'{}'").format(Markup('"').join(text.split('"')))


def query_string(base: Mapping[str, Sequence[str] | str | None], **changes: str | None) -> str:
    """The query of a page with some of its parameters changed; what is empty or None is left out."""
    merged = {name: value for name, value in {**base, **changes}.items() if value}
    return f"?{urlencode(merged, doseq=True)}" if merged else ""
