"""Labels and names that the questions of both gates share."""

DECIDE_LATER = "Decide later"
LEAVE_OUT = "Leave this restaurant out"


def field_name(position: int, visit: int) -> str:
    """The field of a job in the form: its place in the batch, and the visit, so that an old form answers nothing."""
    return f"restaurant_{position:02d}_v{visit}"


def title(restaurant_name: str, city: str | None) -> str:
    """`NAME (City)` on one line."""
    name = " ".join(restaurant_name.split())
    return f"{name} ({' '.join(city.split())})" if city and city.strip() else name
