"""The platform's contract with types: what `contract.json` says of endpoints, answers and tables; see README.md."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).parent / "contract.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Part):
    """One member of a request."""

    type: str
    required: bool
    default: Any
    used: str
    note: str | None = None
    enum: list[str] | None = None
    values: list[str] | None = None


class Answer(_Part):
    """One answer of an endpoint; without a status no answer comes at all. `rows` are ids of writes, "w1?" may be."""

    case: str
    status: int | None
    body: dict[str, Any] | str | None
    effect: str
    outside: Literal["none", "done", "partly", "running", "unknown"]
    rows: list[str]
    retry_safe: bool | Literal["unknown"]
    certain: Literal["read in the source", "inferred"]
    at: str
    answer_at: str | None = None
    told_by: str | None = None
    note: str | None = None
    reachable: str | None = None
    content_type: str | None = None

    @property
    def written(self) -> list[str]:
        """The writes that have certainly happened."""
        return [one for one in self.rows if not one.endswith("?")]

    @property
    def possibly_written(self) -> list[str]:
        """The writes that have or may have happened."""
        return [one.removesuffix("?") for one in self.rows]


class Write(_Part):
    """One write of an endpoint; a column's value is a constant of the platform or says in words what stands there."""

    id: str
    table: str
    op: str
    columns: dict[str, Any]
    when: str
    at: str
    note: str | None = None
    with_log: dict[str, Any] | None = None


class Auth(_Part):
    """Who may call."""

    scheme: str
    headers: list[str]
    rule: str
    at: str


class Endpoint(_Part):
    """One endpoint of the platform."""

    method: Literal["GET", "POST"]
    path: str
    auth: Auth
    feature_flag: list[str] | None
    where: str
    request: dict[str, Member]
    answers: list[Answer]
    duration_limit_s: int | None
    duration_note: str | None = None
    idempotent: bool
    idempotent_note: str | None = None
    writes: list[Write]
    evidence: list[dict[str, Any]] | None
    evidence_limit: str | None = None
    what_is_sent: Any = None
    missing: list[str] | None = None
    actions: list[str] | None = None
    statuses: list[str] | None = None
    not_written: list[str] | None = None
    notes: str | None = None
    common: str

    def answer(self, case: str) -> Answer:
        """The answer of that name."""
        return next(one for one in self.answers if one.case == case)

    def write(self, name: str) -> Write:
        """The write of that id."""
        return next(one for one in self.writes if one.id == name)


class Column(_Part):
    """One column of a table."""

    type: str
    nullable: bool
    default: str | None


class Unique(_Part):
    """A unique constraint."""

    name: str
    columns: list[str]


class Table(BaseModel):
    """One table of the platform, without what is told in words only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: str
    source_kind: str
    columns: dict[str, Column]
    primary_key: list[str]
    uniques: list[Unique] | Literal["unknown"]
    rls: dict[str, Any]
    secrets: list[str] = Field(default_factory=list[str])


class Contract(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: dict[str, Any] = Field(alias="_about")
    common_answers: list[Answer]
    endpoints: dict[str, Endpoint]
    tables: dict[str, Any]

    def table(self, name: str) -> Table:
        """A table by its name."""
        return Table.model_validate(self._columns_of()[name])

    def table_names(self) -> list[str]:
        """The names of all tables, those of the platform's own pipeline among them."""
        return list(self._columns_of())

    def _columns_of(self) -> dict[str, Any]:
        named = {name: table for name, table in self.tables.items() if isinstance(table, dict)}
        nested = [table for name, table in named.items() if name.startswith("registration_* ")]
        return {name: table for each in (named, *nested) for name, table in each.items() if "columns" in table}


@cache
def contract() -> Contract:
    """The contract, read once."""
    return Contract.model_validate_json(FILE.read_text())
