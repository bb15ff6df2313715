"""Labels that both gates share, and short descriptions of answers."""

from collections.abc import Mapping
from typing import Any

DECIDE_LATER = "Decide later"
LEAVE_OUT = "Leave this restaurant out"


def answer_in_words(answer: Mapping[str, Any]) -> str:
    """A stored answer as `company 1234567` or `search again for “kai”, “1 queen street”`.

    An unreadable answer is stored as {choice, details}; its description is the choice.
    """
    kind = str(answer.get("kind") or answer.get("choice") or "").replace("_", " ")
    return f"{kind}{_object(answer)}"


def _object(answer: Mapping[str, Any]) -> str:
    if number := answer.get("company_number"):
        return f" {number}"
    query: Mapping[str, Any] = answer.get("query") or {}
    if parts := [query[name] for name in ("name", "street", "city") if query.get(name)]:
        return f" for {', '.join(f'“{part}”' for part in parts)}"
    details: Mapping[str, Any] = answer.get("details") or {}
    name = details.get("company_name") or details.get("contact_name")
    return f": {name}" if name else ""


def field_name(position: int, visit: int) -> str:
    """The field of a job in the form: its position in the batch and the visit, so that an old form answers no new
    question.
    """
    return f"restaurant_{position:02d}_v{visit}"


def title(restaurant_name: str, city: str | None) -> str:
    """`NAME (City)` on one line."""
    name = " ".join(restaurant_name.split())
    return f"{name} ({' '.join(city.split())})" if city and city.strip() else name
