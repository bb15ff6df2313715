"""The platform's memory on disk: one line per change, with all that is known of one restaurant; the last one counts."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from dev.sandbox.state import RestaurantState


class _Line(BaseModel):
    restaurant_id: UUID
    state: RestaurantState


class Journal:
    """A file that outlives the process, or nothing if there is no file."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def read(self) -> dict[UUID, RestaurantState]:
        """What was known at the end; a line that a killed process did not finish is left out."""
        if self._file is None or not self._file.exists():
            return {}
        *lines, _unfinished = self._file.read_text().split("\n")
        known = {line.restaurant_id: line.state for line in map(_Line.model_validate_json, lines)}
        self.rewrite(known)
        return known

    def note(self, restaurant_id: UUID, state: RestaurantState) -> None:
        """Add what is known of a restaurant now."""
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(_text(restaurant_id, state))

    def rewrite(self, known: Mapping[UUID, RestaurantState]) -> None:
        """Replace the file by what is known of all; a killed process leaves the old one or the new one."""
        if self._file is not None:
            fresh = self._file.with_suffix(".new")
            fresh.write_text("".join(_text(restaurant_id, state) for restaurant_id, state in known.items()))
            fresh.replace(self._file)


def _text(restaurant_id: UUID, state: RestaurantState) -> str:
    return _Line(restaurant_id=restaurant_id, state=state).model_dump_json() + "\n"
