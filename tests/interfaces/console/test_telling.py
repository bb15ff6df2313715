"""Notifications and presence: the questions that wait, and the people who have them open."""

from typing import Any

import httpx

from interfaces.console.live.presence import Presence
from tests.interfaces.console.visiting import Visit, first
from tests.registration.at_gate import at_company_gate, at_config_gate
from tests.registration.tenant import Tenant


async def test_a_notification_has_the_batch_and_a_number(visit: Visit, tenant: Tenant, other: Tenant) -> None:
    """Of questions of the own organisation; no restaurant is named, and no cache keeps it."""
    assert (await visit.get("/notices/waiting")).json() == []
    company, _ = await at_company_gate(tenant), await at_company_gate(other)
    config = await at_config_gate(tenant, name="Kai & Co")
    answer = await visit.get("/notices/waiting")
    assert (answer.headers["cache-control"], "Kai & Co" in answer.text) == ("private, no-store", False)
    told: list[dict[str, Any]] = answer.json()
    at = [(f"/batches/{company.batch_id}/company-selection", "choose companies")]
    at.append((f"/batches/{config.batch_id}/configuration", "confirm configurations"))
    assert [(one["path"], one["task"]) for one in told] == at
    assert {one["title"].rpartition(": ")[2] for one in told} == {"1 restaurant waits"}
    assert len({one["key"] for one in told}) == 2
    page = await visit.page("/notices")
    assert "hidden" in first(page, "[data-notify]").attributes


async def test_who_has_a_page_open_is_for_the_own_organisation(
    visit: Visit, transport: httpx.ASGITransport, tenant: Tenant, other: Tenant
) -> None:
    """With the address of the page; somebody with two windows is named once, and who left is not."""
    program: Any = transport.app
    presence: Presence = program.console.state.presence
    ours, theirs = "/batches/1/company-selection", "/batches/2/configuration"
    with (
        presence.at((tenant.organisation_id, ours), "<b>Ana</b>"),
        presence.at((other.organisation_id, theirs), "Hemi"),
    ):
        with presence.at((tenant.organisation_id, ours), "<b>Ana</b>"):
            for path in ("/", "/inbox/open"):
                named = (await visit.page(path)).css("#open-pages li")
                assert [(one.attributes["data-path"], one.text()) for one in named] == [(ours, "<b>Ana</b>")], path
        assert (await visit.page("/inbox/open")).css("#open-pages li")
    assert not (await visit.page("/inbox/open")).css("#open-pages li")
