"""HTML pages: the Jinja templates, and the error page of a proxy whose server has failed."""

from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: object) -> str:
    """A page from a template; a missing value raises an error."""
    return _TEMPLATES.get_template(template).render(values)


def error_page(status: int, title: str | None = None) -> str:
    """The HTML error page of a proxy."""
    return render("error.html", title=title or f"{status} {HTTPStatus(status).phrase}")
