"""The company gate as an operator meets it in the Prefect UI."""

import pytest

from deployments.prefect_ui.operator import Operator
from registration.questions.company import DECIDE_LATER, ENTER_BY_HAND, SEARCH_AGAIN, SEARCH_WITH_DETAILS, USE_DETAILS
from tests.e2e.installation import BY, Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GATE = "Company selection"


async def test_a_batch_is_decided_in_rounds(operator: Operator, installation: Installation) -> None:
    """Decided are some, searched again one, entered by hand one; each goes on, and the gate asks for the rest."""
    batch = await installation.start("Rounds of companies", 4)
    clear, again, by_hand, later = batch.titles

    # Round 1: all four, each with its best candidate.
    form = await operator.open_gate(GATE, batch.name, "4 waiting")
    assert await form.titles() == ["Decided by", *batch.titles]
    assert "required" in (await form.submit() or "taken without a name")
    company = await form.chosen(clear)
    assert company in await form.choices(clear)
    await form.write("Decided by", BY)
    for title, choice in ((again, SEARCH_AGAIN), (by_hand, ENTER_BY_HAND), (later, DECIDE_LATER)):
        await form.choose(title, choice)
    assert await form.submit() is None

    # Round 2: the other three, and what they need; the first is configured beside it.
    form = await operator.open_gate(GATE, batch.name, "3 waiting")
    assert clear not in await form.titles()
    assert await form.chosen(again) == SEARCH_WITH_DETAILS
    assert await form.chosen(by_hand) == USE_DETAILS
    await form.write("Decided by", BY)
    await form.section(f"{again}: details").write("Name", _name(clear))
    await form.section(f"{by_hand}: details").write("Contact name", "Hana Brown")
    assert await form.submit() is None

    # Round 3: what the new search found.
    form = await operator.open_gate(GATE, batch.name, "1 waiting")
    assert company in await form.choices(again)
    await form.write("Decided by", BY)
    await form.choose(again, company)
    assert await form.submit() is None

    decisions = await installation.records.decisions(batch.id)
    assert {decision["decided_by"] for decision in decisions} == {BY}
    kinds = {
        name: [one["answer"]["kind"] for one in decisions if one["restaurant"] == name]
        for name in map(_name, batch.titles)
    }
    assert list(kinds.values()) == [
        ["choose_company"],
        ["search_again", "search_again", "choose_company"],
        ["enter_by_hand", "enter_by_hand"],
        ["choose_company"],
    ]


async def test_two_gates_are_open_at_once(operator: Operator, installation: Installation) -> None:
    """One restaurant waits for its company, the other for its configuration; each form takes its own answer."""
    batch = await installation.start("Two gates", 2)
    ahead, behind = batch.titles
    form = await operator.open_gate(GATE, batch.name, "2 waiting")
    await form.write("Decided by", BY)
    await form.choose(behind, DECIDE_LATER)
    assert await form.submit() is None

    form = await operator.open_gate("Yolo config", batch.name)
    gates = [name for name in await operator.gates() if batch.name in name]
    assert sorted(name.split(" · ")[0] for name in gates) == ["Company selection", "Yolo config"]
    form = await operator.open_gate("Yolo config", batch.name)
    await form.write("Decided by", BY)
    assert await form.submit() is None
    form = await operator.open_gate(GATE, batch.name, "1 waiting")
    assert await form.titles() == ["Decided by", behind]
    assert ahead not in await form.titles()


def _name(title: str) -> str:
    return title.split(" (", maxsplit=1)[0]
