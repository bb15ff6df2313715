"""What is wrong in a section, said with the titles that its form shows instead of the names of our models."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from registration.models.rounds import Details
from registration.models.values import plain_message, problems
from registration.questions.sections import SECTIONS

_OTHERWISE = {
    "user_email": "email",
    "user_name": "contact_name",
    "header_image_source": "header_image",
    "selected_menu_id": "menu",
}
"""Fields of a model that a field of another name fills."""


def what_is_wrong(asked: Details, error: ValueError) -> str:
    """The reasons as one text; a field that fills two places of a model is told once."""
    if not isinstance(error, ValidationError):
        return str(error)
    titles = {field.name: field.title for field in SECTIONS[asked]}
    return "; ".join(dict.fromkeys(_reason(titles, one) for one in problems(error)))


def _reason(titles: dict[str, str], details: ErrorDetails) -> str:
    names = [_OTHERWISE.get(str(part), str(part)) for part in details["loc"]]
    title = next((titles[name] for name in reversed(names) if name in titles), ".".join(names))
    return f"{title}: {plain_message(details)}" if title else plain_message(details)
