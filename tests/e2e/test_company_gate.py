"""The company gate in the Prefect UI."""

import pytest

from dev.prefect_ui.operator import Operator
from registration.gates.questions.company import (
    DECIDE_LATER,
    ENTER_BY_HAND,
    SEARCH_AGAIN,
    SEARCH_WITH_DETAILS,
    USE_DETAILS,
)
from tests.e2e.installation import BY, Installation, StartedBatch
from tests.e2e.waiting_gates import COMPANIES, CONFIGURATION, look_away, open_gate, wait_for_gate
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_a_batch_is_decided_in_rounds(operator: Operator, installation: Installation) -> None:
    """One restaurant is decided, one searched again, one entered by hand, one left open; each goes on by itself."""
    batch = await installation.start("Rounds of companies", 4)
    clear, again, by_hand, later = batch.titles

    # Round 1: all four, each with its best candidate.
    form = await open_gate(operator, installation, batch, COMPANIES, "4 waiting")
    assert await form.titles() == ["Decided by", *batch.titles]
    assert "required" in (await form.submit() or "taken without a name")
    company = await form.chosen(clear)
    assert company in await form.choices(clear)
    await form.write("Decided by", BY)
    for title, choice in ((again, SEARCH_AGAIN), (by_hand, ENTER_BY_HAND), (later, DECIDE_LATER)):
        await form.choose(title, choice)
    assert await form.submit() is None

    await look_away(operator)
    # The first waits at the other gate by now: both are open, and each form takes its own answer.
    await wait_for_gate(installation, batch, CONFIGURATION, "1 waiting")
    await wait_for_gate(installation, batch, COMPANIES, "3 waiting")
    open_now = {name.split(" · ")[0] for name in await operator.gates() if batch.name in name}
    assert open_now == {COMPANIES, CONFIGURATION}
    form = await open_gate(operator, installation, batch, CONFIGURATION)
    await form.field(clear).wait_for()
    assert not set(await form.titles()) & {again, by_hand, later}
    await form.write("Decided by", BY)
    assert await form.submit() is None

    # Round 2: the other three, and what they need.
    form = await open_gate(operator, installation, batch, COMPANIES, "3 waiting")
    assert clear not in await form.titles()
    assert await form.chosen(again) == SEARCH_WITH_DETAILS
    assert await form.chosen(by_hand) == USE_DETAILS
    await form.write("Decided by", BY)
    await form.section(f"{again}: details").write("Name", _name(clear))
    await form.section(f"{by_hand}: details").write("Contact name", "Hana Brown")
    assert await form.submit() is None

    # Round 3: what the new search found.
    form = await open_gate(operator, installation, batch, COMPANIES, "1 waiting")
    assert company in await form.choices(again)
    await form.write("Decided by", BY)
    await form.choose(again, company)
    assert await form.submit() is None

    await look_away(operator)
    expected = {
        clear: ["company", "go_ahead"],
        again: ["search_again", "search_again", "company"],
        by_hand: ["enter_by_hand", "enter_by_hand"],
        later: ["company"],
    }

    async def recorded() -> bool:
        return await _decided(installation, batch) == expected

    await eventually(recorded, "every answer is recorded")


async def _decided(installation: Installation, batch: StartedBatch) -> dict[str, list[str]]:
    """The kinds of answers of this person, by the titles of the forms."""
    decisions = await installation.records.decisions(batch.id)
    return {
        title: [
            row["answer"]["kind"]
            for row in decisions
            if (row["restaurant"], row["decided_by"]) == (_name(title), BY) and row["accepted"]
        ]
        for title in batch.titles
    }


def _name(title: str) -> str:
    return title.split(" (", maxsplit=1)[0]
