"""What the page of a restaurant shows, without a page: bars on the axis of time, differences, a question as shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from interfaces.console.pages.job.facts import config_lines
from interfaces.console.pages.job.reading import shown_proposal
from interfaces.console.pages.job.timeline import Kind, chart_of
from interfaces.console.pages.job.view import asked_of
from registration.configuration.models import OnboardingSection, YoloConfig
from registration.reporting.history_queries import (
    History,
    HistoryDecision,
    HistoryEffect,
    HistoryEvent,
    HistoryJob,
    HistoryStep,
)
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

BEGIN = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
N = SubStepName


def _at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def _effect(name: str, status: str = "pending", sent: float | None = None, **ends: float) -> HistoryEffect:
    times = {key: _at(ends[key]) if key in ends else None for key in ("started_at", "completed_at")}
    sent_at = None if sent is None else _at(sent)
    values = {"generation": 1, "needs_person": False, "window_closed": False, "skip_reason": None, "known": None}
    details = dict.fromkeys(("error_message", "error_details", "outputs", "evidence"))
    return HistoryEffect(name=name, status=status, attempt=1, sent_at=sent_at, **values, **times, **details)


def _moved(name: str, to: str, seconds: float) -> HistoryEvent:
    return HistoryEvent(_at(seconds), name, "pending", to, "pipeline", None, {})


def _history(*effects: HistoryEffect, events: tuple[HistoryEvent, ...] = ()) -> History:
    named = {one.name: one for one in effects}
    job = HistoryJob(UUID(int=1), 1, "x", None, None, None, UUID(int=2), "Kai", None, UUID(int=3), "B", BEGIN, "Mere")
    step = HistoryStep(6, "Pumpd Account Setup", "in_progress", 1, 0, None, BEGIN, None, None)
    every = tuple(named.get(name, _effect(name)) for name in SUB_STEPS)
    return History(job, (step,), every, events, (), ())


def test_bars_tell_need_turn_and_sending_apart() -> None:
    """The account was sent after three seconds; the registration waited for it, then for its turn, and is in flight."""
    history = _history(
        _effect(N.CLOUDWAITRESS_ACCOUNT, "completed", sent=3, started_at=0, completed_at=10),
        _effect(N.RESTAURANT_REGISTRATION, "in_progress", sent=18, started_at=15),
        events=(
            _moved(N.CLOUDWAITRESS_ACCOUNT, "in_progress", 0),
            _moved(N.CLOUDWAITRESS_ACCOUNT, "completed", 10),
            _moved(N.RESTAURANT_REGISTRATION, "in_progress", 15),
        ),
    )
    chart = chart_of(history)
    account, registration = chart.bars[N.CLOUDWAITRESS_ACCOUNT], chart.bars[N.RESTAURANT_REGISTRATION]
    assert [(bar.kind, bar.x, bar.width, bar.open) for bar in account] == [
        (Kind.SLOT, 0, 3, False),
        (Kind.WORK, 3, 7, False),
    ]
    assert [(bar.kind, bar.x, bar.open) for bar in registration] == [
        (Kind.NEED, 0, False),
        (Kind.SLOT, 10, False),
        (Kind.SLOT, 15, False),
        (Kind.WORK, 18, True),
    ]
    assert (chart.running, chart.length, chart.end) == (True, 18, _at(18))
    assert chart.bars[N.MENU_IMPORT][0].open


def test_a_retry_of_the_next_day_leaves_the_first_attempt_visible() -> None:
    """The night between is cut out of the axis."""
    day = 86_400
    moves = [("in_progress", 0), ("retrying", 40), ("in_progress", 60), ("failed", 100)]
    moves += [("in_progress", day), ("completed", day + 50)]
    history = _history(
        _effect(N.UPLOAD_IMAGES, "completed", sent=day, started_at=0, completed_at=day + 50),
        events=tuple(_moved(N.UPLOAD_IMAGES, to, seconds) for to, seconds in moves),
    )
    chart = chart_of(replace(history, steps=(replace(history.steps[0], status="completed"),)))
    bars = chart.bars[N.UPLOAD_IMAGES]
    assert [bar.kind for bar in bars] == [Kind.WORK, Kind.PAUSE, Kind.WORK, Kind.WORK]
    assert (len(chart.cuts), chart.running) == (1, False)
    assert 150 < chart.length < 200
    assert bars[0].width == 40


def test_before_step_6_there_is_no_axis() -> None:
    """A sub-step that was never begun has no bar."""
    history = replace(_history(), steps=())
    assert (set(chart_of(history).bars.values()), chart_of(history).begin) == ({()}, None)


def _decision(answer: dict[str, object], **shown: object) -> HistoryDecision:
    return HistoryDecision(_at(0), "yolo-config", 1, 1, dict(answer), dict(shown), "Mere", "prefect", True, None)


def test_a_confirmed_configuration_is_compared_with_what_was_shown() -> None:
    """Also where a person changed it: the choice “as proposed” of the same question has the proposal."""
    proposed = YoloConfig(onboarding=OnboardingSection(user_name="Aroha"))
    dumped = proposed.model_dump(mode="json")
    choice = {"label": "As proposed", "answer": {"kind": "go_ahead", "proposed": dumped}}
    asked = _decision({"kind": "change", "config": dumped}, choices=[{"label": "Decide later"}, choice])
    assert shown_proposal((asked,)) == proposed
    assert shown_proposal((replace(asked, accepted=False),)) is None
    changed = YoloConfig(onboarding=OnboardingSection(user_name="Mere"), steps_enabled=frozenset(N) - {N.ITEM_TAGS})
    differing = {one.label: (one.proposed, one.value) for one in config_lines(changed, proposed) if one.proposed}
    assert differing == {"user name": ("Aroha", "Mere"), "not run": ("–", "itemTags")}
    assert [one for one in config_lines(changed, None) if one.proposed is not None] == []


def test_a_question_is_told_as_it_was_shown() -> None:
    """What was preselected, what was answered; backslashes of Markdown are none of a person's business."""
    choices = [
        {"label": "KAI LIMITED", "answer": {"kind": "company", "company_number": "1"}},
        {"label": "OTHER", "answer": {"kind": "company", "company_number": "2"}},
        {"label": "Search again…", "answer": {"kind": "search_again", "query": None}},
    ]
    evidence = r"**1 \<b\> Street\.** · [12\]3](<https://x.example>) \[a\](<b>)"
    shown = {"title": "Kai", "evidence": evidence, "choices": choices, "preset": "KAI LIMITED"}
    asked = asked_of(_decision({"kind": "company", "company_number": "2"}, **shown))
    assert asked.choices == (("KAI LIMITED", True, False), ("OTHER", False, True), ("Search again…", False, False))
    assert asked.evidence == "1 <b> Street. · 12]3 [a](<b>)"
    typed = asked_of(_decision({"kind": "search_again", "query": {"name": "Kai"}}, **shown))
    assert [chosen for *_, chosen in typed.choices] == [False, False, True]
