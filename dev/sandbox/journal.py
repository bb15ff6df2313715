"""The platform's memory on disk: each change appends the whole state of one restaurant; its last line counts."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from dev.sandbox.state import RestaurantState


class _Line(BaseModel):
    restaurant_id: UUID
    state: RestaurantState


class Journal:
    """A file that survives the process; without a file nothing is kept."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def read(self) -> dict[UUID, RestaurantState]:
        """The state at the end of the file; a line that a killed process left incomplete is skipped."""
        if self._file is None or not self._file.exists():
            return {}
        *lines, _unfinished = self._file.read_text().split("\n")
        known = {line.restaurant_id: line.state for line in map(_Line.model_validate_json, lines)}
        self.rewrite(known)
        return known

    def note(self, restaurant_id: UUID, state: RestaurantState) -> None:
        """Append the present state of a restaurant."""
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(_text(restaurant_id, state))

    def rewrite(self, known: Mapping[UUID, RestaurantState]) -> None:
        """Replace the file by the present state of all restaurants; a kill leaves the old file or the new one."""
        if self._file is not None:
            fresh = self._file.with_suffix(".new")
            fresh.write_text("".join(_text(restaurant_id, state) for restaurant_id, state in known.items()))
            fresh.replace(self._file)


def _text(restaurant_id: UUID, state: RestaurantState) -> str:
    return _Line(restaurant_id=restaurant_id, state=state).model_dump_json() + "\n"
