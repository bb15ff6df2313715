"""The page of a restaurant links the pages of the register that were not understood; none becomes a page of ours."""

from uuid import uuid4

from tests.interfaces.console.visiting import Visit, first
from tests.registration.at_gate import at_company_gate
from tests.registration.kept_pages import HTML, PNG, URL, keep_page
from tests.registration.tenant import Tenant


async def test_html_is_a_download_and_a_screenshot_a_picture(visit: Visit, tenant: Tenant) -> None:
    """The newest page comes first, with step and visit."""
    waiting = await at_company_gate(tenant)
    address = f"/jobs/{waiting.job_id}"
    assert "not understood" not in first(await visit.page(address), "#restaurant-facts").text()
    for number in (1, 2):
        await keep_page(tenant.database, tenant.organisation_id, waiting.job_id, HTML, visit=number)
    shown = (await visit.page(address)).css("#restaurant-facts ul li")
    assert ["visit 2" in one.text() for one in shown] == [True, False]
    links = {one.text(): one.attributes["href"] for one in shown[0].css("a")}
    assert links.pop("in the register ↗") == URL
    text, picture = [await visit.get(links[name] or "") for name in ("HTML as text", "screenshot")]
    assert (text.headers["Content-Type"], text.content) == ("text/plain; charset=utf-8", HTML.encode())
    assert text.headers["Content-Disposition"].startswith("attachment;")
    assert (picture.headers["Content-Type"], picture.content) == ("image/png", PNG)
    assert picture.headers["Content-Disposition"].startswith("inline;")
    for answer in (text, picture):
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_evidence_of_nobody_is_not_there(visit: Visit, tenant: Tenant) -> None:
    """Of an own job, and of a job that is not there."""
    waiting = await at_company_gate(tenant)
    for job_id in (waiting.job_id, uuid4()):
        assert (await visit.get(f"/jobs/{job_id}/evidence/{uuid4()}")).status_code == 404
