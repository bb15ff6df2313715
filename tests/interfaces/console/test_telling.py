"""What people are told without asking: who has a question open."""

from typing import Any

import httpx

from interfaces.console.live.presence import Presence
from tests.interfaces.console.visiting import Visit
from tests.registration.tenant import Tenant


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
