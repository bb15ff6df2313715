"""What is asked about one job at the configuration gate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from registration.models.decisions import Change, ExtractAgain, GoAhead, LeaveOut
from registration.models.restaurant import MenuChoice
from registration.models.rounds import Choice, Details, Option, Prefilled, Question
from registration.models.website_choices import HeaderImageSource
from registration.models.yolo_config import YoloConfig
from registration.proposals import Proposal
from registration.questions.change import change_options, prefilled_change
from registration.questions.config_evidence import Difference, config_evidence
from registration.questions.labels import DECIDE_LATER, LEAVE_OUT, field_name, title
from registration.questions.sections import SECTIONS, still_fitting

GO_AHEAD = "Go ahead as proposed"
CHANGE = "Change…"
EXTRACT_AGAIN = "Extract again"
GO_AHEAD_WITH_DETAILS = "Go ahead with the details below"


@dataclass(frozen=True, kw_only=True)
class ConfigCase:
    """What is known about a job that waits for its configuration.

    `position` is its place in the batch, from 1; `menus` its active menus, newest first; `refusals` what preflight says
    about the proposal. `extraction_error` is set if step 1 failed. `differences` are texts that a person typed and the
    register has otherwise. `refused` says why the last answer was not taken, `typed` are the fields of its section.
    """

    job_id: UUID
    position: int
    visit: int
    restaurant_name: str
    city: str | None
    proposal: Proposal
    menus: tuple[MenuChoice, ...] = ()
    header_images: tuple[HeaderImageSource, ...] = ()
    refusals: tuple[str, ...] = ()
    extraction_error: str | None = None
    has_account: bool | None = None
    company_name: str | None = None
    company_number: str | None = None
    differences: tuple[Difference, ...] = ()
    asked: Details | None = None
    refused: str | None = None
    typed: Mapping[str, Prefilled] = field(default_factory=dict[str, Prefilled])

    @property
    def config(self) -> YoloConfig:
        """What is proposed."""
        return self.proposal.config

    @property
    def selected_menu(self) -> MenuChoice | None:
        """The proposed menu."""
        return next((menu for menu in self.menus if menu.id == self.config.menu.selected_menu_id), None)


def config_question(case: ConfigCase) -> Question:
    """The question for one job: a drop-down, and a section with all its own fields if they were asked for."""
    asked = case.asked is Details.CHANGE
    options = change_options(case.menus, case.header_images) if asked else {}
    return Question(
        job_id=case.job_id,
        visit=case.visit,
        field=field_name(case.position, case.visit),
        title=title(case.restaurant_name, case.city),
        evidence=config_evidence(
            proposal=case.proposal,
            menu=case.selected_menu,
            refusals=case.refusals,
            extraction_error=case.extraction_error,
            has_account=case.has_account,
            company=(case.company_name, case.company_number),
            differences=case.differences,
            refused=case.refused,
        ),
        choices=tuple(_choices(case, asked=asked)),
        preset=_preset(case, asked=asked),
        details=case.asked,
        prefilled=_prefilled(case, options),
        options=options,
    )


def _choices(case: ConfigCase, *, asked: bool) -> Iterator[Choice]:
    if asked:
        yield Choice(label=GO_AHEAD_WITH_DETAILS, answer=Change())
    if not case.refusals:
        yield Choice(label=GO_AHEAD, answer=GoAhead())
    if not asked:
        yield Choice(label=CHANGE, answer=Change())
    if case.extraction_error or not any(menu.items for menu in case.menus):
        yield Choice(label=EXTRACT_AGAIN, answer=ExtractAgain())
    yield Choice(label=DECIDE_LATER)
    yield Choice(label=LEAVE_OUT, answer=LeaveOut())


def _preset(case: ConfigCase, *, asked: bool) -> str:
    if asked:
        return GO_AHEAD_WITH_DETAILS
    return CHANGE if case.refusals else GO_AHEAD


def _prefilled(case: ConfigCase, options: Mapping[str, tuple[Option, ...]]) -> dict[str, Prefilled]:
    if not options:
        return {}
    return still_fitting(SECTIONS[Details.CHANGE], options, prefilled_change(case.config, case.menus), case.typed)
