"""Pages of the register that were not understood: named in a job's detail, downloaded as files that run nothing."""

from uuid import uuid4

from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import at_company_gate
from tests.registration.kept_pages import HTML, PNG, URL, keep_page
from tests.registration.tenant import Tenant


async def test_a_job_names_its_evidence_and_where_its_bytes_are(api: Api, tenant: Tenant) -> None:
    """HTML is text and a download, a picture too; no header lets a browser make a page of either."""
    waiting = await at_company_gate(tenant)
    path = f"/api/registration-jobs/{waiting.job_id}"
    assert (await api.json(path))["evidence"] == []
    html, screenshot = await keep_page(tenant.database, tenant.organisation_id, waiting.job_id)
    shown = (await api.json(path))["evidence"]
    assert [(one["kind"], one["size"], one["url"]) for one in shown] == [
        ("html", len(HTML.encode()), URL),
        ("screenshot", len(PNG), URL),
    ]
    assert [one["sha256"] for one in shown] == [html.sha256, screenshot.sha256]
    types = {"html": ("text/plain; charset=utf-8", HTML.encode()), "screenshot": ("image/png", PNG)}
    for one in shown:
        answer = await api.get(one["content_url"])
        assert (answer.headers["Content-Type"], answer.content) == types[one["kind"]]
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="register-')
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "private" in answer.headers["Cache-Control"]


async def test_the_evidence_of_others_is_that_of_nobody(api: Api, tenant: Tenant, other: Tenant) -> None:
    """Neither by its own path nor by that of an own job; nor is it in an own job."""
    theirs, own = await at_company_gate(other), await at_company_gate(tenant)
    [html, _] = await keep_page(other.database, other.organisation_id, theirs.job_id)
    asked = [(theirs.job_id, html.id), (own.job_id, html.id), (own.job_id, uuid4()), (uuid4(), uuid4())]
    details: set[str] = set()
    for job_id, evidence_id in asked:
        answer = await api.get(f"/api/registration-jobs/{job_id}/evidence/{evidence_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "EVIDENCE_NOT_FOUND")
        details.add(answer.json()["detail"])
    assert len(details) == 1
    assert (await api.json(f"{BATCHES}/jobs/{own.job_id}"))["evidence"] == []
    path = f"/api/registration-jobs/{theirs.job_id}/evidence/{html.id}"
    assert (await api.as_organisation(other.organisation_id).get(path)).content == HTML.encode()
