"""What the page of a batch's configurations shows: a line for each restaurant, what is in the way first. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from interfaces.presenting.marks import Tone
from registration.accounts.service import foreign_account
from registration.configuration.models import YoloConfig
from registration.gates.decisions import GoAhead
from registration.gates.open_questions import OpenQuestion
from registration.gates.queries import AcceptedDecision
from registration.gates.questions.contexts import ConfigContext, UnreadableContext
from registration.gates.questions.facts import NOT_TAKEN, config_facts, config_remarks
from registration.gates.rounds import Question
from registration.gates.wording import answer_in_words
from registration.kit.values import Value
from registration.restaurants.detail_queries import ShownRestaurant
from registration.restaurants.models import ImageName


class Kind(StrEnum):
    """Why a line stands where it does; in this order on the page."""

    BLOCKED = "in the way"
    AGAIN = "look again"
    FAILED = "extraction failed"
    CLEAR = "clear"


SIGNS: Final[Mapping[Kind, tuple[str, Tone]]] = {
    Kind.BLOCKED: ("✗", Tone.BAD),
    Kind.AGAIN: ("≠", Tone.WAITING),
    Kind.FAILED: ("◌", Tone.PARTLY),
    Kind.CLEAR: ("✓", Tone.GOOD),
}
_CHANNELS: Final = {
    "prefect": "the Prefect form",
    "cli": "the command line",
    "policy": "a policy",
    "api": "the REST API",
    "console": "the console",
}
_ACCOUNTS: Final = {True: "exists", False: "new", None: ""}


class Shown(Value):
    """A proposal as the page showed it, which goes with the answer; another one is not registered."""

    job: UUID
    visit: int
    config: YoloConfig


@dataclass(frozen=True)
class Row:
    """A restaurant that waits. `why` says what is in the way, `notes` what is good to know; `shown` is its `Shown` as
    JSON, empty if its data cannot be read. `ready`: it can go ahead as proposed.
    """

    id: UUID
    batch_id: UUID
    position: int
    visit: int
    kind: Kind
    name: str
    city: str
    why: str
    notes: str
    email: str = ""
    account: str = ""
    phone: str = ""
    contact: str = ""
    contact_source: str = ""
    menu: str = ""
    menu_at: datetime | None = None
    colours: tuple[str | None, str | None] = (None, None)
    theme: str = ""
    header: str = ""
    company: str = ""
    shown: str = ""
    ready: bool = False
    readable: bool = True

    @property
    def sign(self) -> str:
        """The sign of the line."""
        return SIGNS[self.kind][0]

    @property
    def tone(self) -> Tone:
        """The colour of the sign."""
        return SIGNS[self.kind][1]


@dataclass(frozen=True)
class Decided:
    """A restaurant that does not wait any more: what was decided, by whom, through which channel, and when."""

    id: UUID
    position: int
    name: str
    answer: str
    by: str
    channel: str
    at: datetime | None

    @classmethod
    def of(cls, job_id: UUID, position: int, name: str, decision: AcceptedDecision | None) -> "Decided":
        """The line of a job with its decision; None if it left the gate without one."""
        if decision is None:
            return cls(job_id, position, name, "does not wait any more", "", "", None)
        channel = _CHANNELS.get(decision.source, decision.source)
        return cls(job_id, position, name, answer_in_words(decision.answer), decision.by, channel, decision.at)


@dataclass(frozen=True)
class Listing:
    """All lines of a batch; `decided` restaurants are past this gate, `coming` ones have not come to it."""

    batch_id: UUID
    batch: str
    rows: tuple[Row, ...]
    decided: int
    coming: int
    settled: bool

    @property
    def counts(self) -> tuple[tuple[Kind, str, Tone, int], ...]:
        """Each kind that occurs, with sign, tone and number."""
        kinds = [row.kind for row in self.rows]
        return tuple((kind, SIGNS[kind][0], SIGNS[kind][1], kinds.count(kind)) for kind in Kind if kind in kinds)

    @property
    def clear(self) -> int:
        """The number of restaurants that can go ahead as they are shown."""
        return sum(row.kind is Kind.CLEAR for row in self.rows)

    @property
    def positions(self) -> str:
        """The positions of those that wait, by which a page knows that others have come."""
        return " ".join(str(position) for position in sorted(row.position for row in self.rows))


def rows_of(
    batch_id: UUID, questions: Iterable[OpenQuestion], restaurants: Mapping[UUID, ShownRestaurant]
) -> tuple[Row, ...]:
    """The lines, by kind and then in the order of the batch; `restaurants` are the stored ones by job."""
    rows = [_row(batch_id, one, restaurants.get(one.question.job_id)) for one in questions]
    return tuple(sorted(rows, key=lambda row: (list(Kind).index(row.kind), row.position)))


def _row(batch_id: UUID, one: OpenQuestion, restaurant: ShownRestaurant | None) -> Row:
    context = one.context
    if isinstance(context, ConfigContext):
        return _proposed_row(batch_id, context, one.question, restaurant)
    assert isinstance(context, UnreadableContext)
    return Row(
        id=context.job_id,
        batch_id=batch_id,
        position=context.position,
        visit=context.visit,
        kind=Kind.BLOCKED,
        name=context.restaurant_name,
        city=context.city or "",
        why=context.in_the_way,
        notes="",
        readable=False,
    )


def _proposed_row(
    batch_id: UUID, context: ConfigContext, question: Question, restaurant: ShownRestaurant | None
) -> Row:
    config, facts = context.config, config_facts(context)
    menu = context.selected_menu
    dates = {one.id: one.created_at for one in restaurant.menus} if restaurant else {}
    header = config.website.header_image_source if config.website.configure_header else None
    kind = _kind(context)
    remarks = [str(one) for one in config_remarks(context) if one.what != NOT_TAKEN]
    return Row(
        id=context.job_id,
        batch_id=batch_id,
        position=context.position,
        visit=context.visit,
        kind=kind,
        name=context.restaurant_name,
        city=context.city or "",
        why="; ".join(filter(None, (_not_taken(context), *context.refusals))),
        notes="; ".join((*remarks, *_differences(context))),
        email=facts["e-mail"],
        account=account_of(context),
        phone=facts["phone"],
        contact=config.onboarding.user_name or "",
        contact_source=facts["contact"],
        menu=f"v{menu.version} · {menu.items}" if menu else "",
        menu_at=dates.get(menu.id) if menu else None,
        colours=(config.website.primary_color, config.website.secondary_color),
        theme=facts["theme"],
        header=header or "",
        company=facts["company"],
        shown=shown_json(context),
        ready=any(isinstance(choice.answer, GoAhead) for choice in question.choices),
    )


def shown_json(context: ConfigContext) -> str:
    """The proposal as a page keeps it, to send it back with the answer."""
    return Shown(job=context.job_id, visit=context.visit, config=context.config).model_dump_json(exclude_defaults=True)


def account_of(context: ConfigContext) -> str:
    """`new`, `exists`, or `foreign`: the platform has an account that was not made here."""
    email = context.config.account.email
    if email and foreign_account(email) in context.refusals:
        return "foreign"
    return _ACCOUNTS[context.has_account] if email else ""


def images_of(restaurant: ShownRestaurant | None) -> tuple[ImageName, ...]:
    """The images that the restaurant has, logo first."""
    return tuple(name for name in ImageName if restaurant and name in restaurant.images)


def _kind(context: ConfigContext) -> Kind:
    if context.refusals:
        return Kind.BLOCKED
    if context.refused or context.asked:
        return Kind.AGAIN
    return Kind.FAILED if context.extraction_error else Kind.CLEAR


def _not_taken(context: ConfigContext) -> str:
    if context.refused:
        return f"not taken: {context.refused}"
    return "its details were asked for" if context.asked else ""


def _differences(context: ConfigContext) -> list[str]:
    return [f"{one.label}: typed “{one.typed}”, register “{one.register}”" for one in context.differences]
