"""The labelled restaurants: `cases/*.json`, in the format of `registration rank --file`, with the right answer.

The weights were tuned on `tuning`, `hard` and `look_alikes`; `held_out` was written after the first two, to detect
over-fitting.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import model_validator

from registration.companies.matching.case_file import RankingCase, read_cases
from registration.errors import BadFile

CASES = Path(__file__).with_name("cases")


class LabelledCase(RankingCase):
    """A restaurant with the number of its company, None if it has none; `kind` is the difficulty of the case."""

    kind: str
    right: str | None

    @model_validator(mode="after")
    def _right_is_among_them(self) -> "LabelledCase":
        if self.right is not None and self.right not in {candidate.company_number for candidate in self.candidates}:
            raise ValueError(f"the right company {self.right} is not among the candidates")
        return self


@dataclass(frozen=True)
class Part:
    """The cases of one file."""

    name: str
    cases: tuple[LabelledCase, ...]


def read_parts(folder: Path = CASES) -> tuple[Part, ...]:
    """All parts, the held-out one first. Raises BadFile."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise BadFile(f"there are no cases in {folder}")
    return tuple(Part(file.stem, read_cases(file, LabelledCase)) for file in files)
