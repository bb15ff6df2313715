"""The contact is picked among the persons of the register entry, in the form of the configuration gate."""

from typing import Any

from prefect._internal.pydantic.v2_schema import create_v2_schema

from flows.gate.form import form_model
from registration.companies.details import CompanyDetails, Director, Shareholder
from registration.configuration.proposals import propose
from registration.gates.decisions import Change, GoAhead
from registration.gates.form_answers import read_answers
from registration.gates.questions.config import config_question
from registration.gates.questions.config_evidence import config_evidence
from registration.gates.questions.contexts import ConfigContext
from registration.gates.rounds import Details, Reading, Round
from registration.workflow.steps import GateName
from tests.registration.gates.questions.make import MENU, make_config_context, make_restaurant

FIELD = "restaurant_01_v1"
ENTRY = CompanyDetails(
    company_name="JAX BURGERS LIMITED",
    company_number="1003",
    status="Registered",
    directors=tuple(Director(name=name, full_legal_name=name.upper()) for name in ("Mere Walker", "Hemi Tane")),
    shareholders=(
        Shareholder(name="Hemi TANE", type="individual"),
        Shareholder(name="Aroha NGATA", type="individual"),
        Shareholder(name="KAI HOLDINGS LIMITED", type="company"),
        Shareholder(name="x" * 400, type="individual"),
    ),
)


def _context(**values: Any) -> ConfigContext:
    proposal = propose(make_restaurant(contact_name=None), MENU, directors=ENTRY.contacts)
    return make_config_context(proposal=proposal, entry=ENTRY, **values)


def _labels(context: ConfigContext) -> list[str]:
    return [option.label for option in config_question(context).options.get("contact", ())]


def _read(context: ConfigContext, **submitted: object) -> Reading:
    content = Round(gate=GateName.YOLO_CONFIG, questions=(config_question(context),))
    return read_answers(content, {"decided_by": "Mere", **submitted})


def test_the_other_directors_and_shareholders_can_be_picked() -> None:
    """With their source, after the proposed contact; no company, and no name that cannot be stored."""
    assert _labels(_context()) == [
        "As proposed: Mere Walker",
        "Hemi Tane · director and shareholder on the register",
        "Aroha Ngata · shareholder on the register",
    ]
    assert _labels(_context(asked=Details.CHANGE))[:2] == [
        "As in the details below",
        "Mere Walker · director on the register",
    ]


def test_there_is_no_drop_down_without_anybody_to_pick() -> None:
    """Without an entry, or where its only person is proposed already."""
    assert _labels(make_config_context()) == []
    alone = ENTRY.model_copy(update={"directors": ENTRY.directors[:1], "shareholders": ()})
    assert _labels(make_config_context(proposal=_context().proposal, entry=alone)) == []


def test_the_drop_down_follows_its_restaurant() -> None:
    """The contact as proposed is preset."""
    content = Round(gate=GateName.YOLO_CONFIG, questions=(config_question(_context()),))
    model = form_model(content)
    properties = create_v2_schema(model.__name__, model_base=model)["properties"]
    field = properties[f"{FIELD}_contact"]
    assert field["position"] == properties[FIELD]["position"] + 1
    assert (field["default"], field["title"]) == ("As proposed: Mere Walker", "Jax Burger Shack (Auckland): contact")
    assert field["enum"] == _labels(_context())


def test_the_picked_person_goes_with_the_answer() -> None:
    """With either choice; the preset picks nobody."""
    hemi = "Hemi Tane · director and shareholder on the register"
    picked = {f"{FIELD}_contact": hemi}
    [ahead] = _read(_context(), **{FIELD: "Go ahead as proposed"}, **picked).answers
    assert isinstance(ahead.answer, GoAhead)
    assert ahead.answer.contact == "Hemi Tane"
    [change] = _read(_context(), **{FIELD: "Change…"}, **picked).answers
    assert change.answer == Change(contact="Hemi Tane")
    [plain] = _read(_context(), **{FIELD: "Go ahead as proposed", f"{FIELD}_contact": _labels(_context())[0]}).answers
    assert isinstance(plain.answer, GoAhead)
    assert plain.answer.contact is None
    asked = _context(asked=Details.CHANGE)
    [details] = _read(asked, **{FIELD: "Go ahead with the details below"}, **picked).answers
    assert isinstance(details.answer, Change)
    assert (details.answer.config is not None, details.answer.contact) == (True, "Hemi Tane")


def test_a_person_who_was_not_offered_refuses_the_answer() -> None:
    """Nothing is registered with a contact that nobody saw."""
    reading = _read(_context(), **{FIELD: "Go ahead as proposed", f"{FIELD}_contact": "Somebody Else"})
    assert not reading.answers
    assert "was not offered" in reading.refused[0].reason


def test_a_picked_shareholder_is_named_with_the_source() -> None:
    """In the evidence of the next form."""
    picked = propose(make_restaurant(contact_name="Aroha Ngata"), MENU, directors=ENTRY.contacts)
    evidence = config_evidence(make_config_context(proposal=picked, entry=ENTRY))
    assert "Contact: **Aroha Ngata** (a shareholder of the company)" in evidence
