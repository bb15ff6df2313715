"""Labels that both gates share, and answers in a few words."""

from collections.abc import Mapping
from typing import Any


def answer_in_words(answer: Mapping[str, Any]) -> str:
    """An answer as it is stored, as `company 1234567` or `search again for “kai”, “1 queen street”`.

    What could not be read as an answer is stored as {choice, details}; then it is what was chosen.
    """
    kind = str(answer.get("kind") or answer.get("choice") or "").replace("_", " ")
    return f"{kind}{_of_what(answer)}"


def _of_what(answer: Mapping[str, Any]) -> str:
    if number := answer.get("company_number"):
        return f" {number}"
    query: Mapping[str, Any] = answer.get("query") or {}
    if said := [query[name] for name in ("name", "street", "city") if query.get(name)]:
        return f" for {', '.join(f'“{one}”' for one in said)}"
    details: Mapping[str, Any] = answer.get("details") or {}
    name = details.get("company_name") or details.get("contact_name")
    return f": {name}" if name else ""


DECIDE_LATER = "Decide later"
LEAVE_OUT = "Leave this restaurant out"


def field_name(position: int, visit: int) -> str:
    """The field of a job in the form: its place in the batch, and the visit, so that an old form answers nothing."""
    return f"restaurant_{position:02d}_v{visit}"


def title(restaurant_name: str, city: str | None) -> str:
    """`NAME (City)` on one line."""
    name = " ".join(restaurant_name.split())
    return f"{name} ({' '.join(city.split())})" if city and city.strip() else name
