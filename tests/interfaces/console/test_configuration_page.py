"""The page of configurations over HTTP: links, going ahead as shown, the editor, for all, and what was decided."""

import re
from typing import Any

import pytest
from cryptography.fernet import Fernet
from selectolax.lexbor import LexborHTMLParser

from dev.stack.databases import DatabaseUrls
from interfaces.console.pages.configuration.view import Shown
from registration.gates.decisions import Channel, GoAhead
from registration.states import StepStatus
from registration.workflow.steps import Step
from tests.interfaces.console.visiting import OWN, Visit, first, served, signed_in
from tests.registration.at_gate import AtGate, all_at_config_gate, at_config_gate
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant

HOSTILE = ["<img src=x onerror=alert(1)>", "\"' onmouseover='x", "\u202ekcab\u202c {{ 7*7 }}", "x" * 255]


def _path(one: AtGate, rest: str = "") -> str:
    return f"/batches/{one.batch_id}/configuration{rest}"


async def _shown(visit: Visit, one: AtGate) -> dict[str, str]:
    """What the lines of the page would send, by job."""
    page = await visit.page(_path(one))
    rows = page.css("#list tr[data-job]")
    return {
        str(row.attributes["data-job"]): str(first(row, "input[name=shown]").attributes["value"])
        for row in rows
        if row.css_first("input[name=shown]")
    }


async def _form(visit: Visit, one: AtGate, **typed: Any) -> dict[str, Any]:
    """What the browser sends for the editor, with other values."""
    page = LexborHTMLParser((await visit.get(_path(one, f"/{one.job_id}"), hx="true")).text)
    form = first(page, "#editor-form")
    values: dict[str, Any] = {}
    for field in form.css("input[name], select[name]"):
        name, attributes = str(field.attributes["name"]), field.attributes
        if field.tag == "select":
            chosen = field.css_first("option[selected]")
            values[name] = str((chosen.attributes["value"] if chosen else "") or "")
        elif attributes.get("type") == "checkbox":
            if "checked" in attributes:
                values.setdefault(name, []).append(attributes["value"])
        else:
            values[name] = attributes.get("value") or ""
    return values | typed


async def test_inbox_batch_and_restaurant_lead_to_the_page(visit: Visit, tenant: Tenant) -> None:
    """Not to the other ways of answering; the page has a line for each that waits, and a way back."""
    one = await at_config_gate(tenant, name="Saffron Lane")
    assert f'href="{_path(one)}"' in (await visit.get("/")).text
    batch = (await visit.get(f"/batches/{one.batch_id}")).text
    assert f'href="{_path(one)}"' in batch
    assert f'href="{_path(one)}#ask-{one.job_id}"' in batch
    page = await visit.page(_path(one))
    row = first(page, f"#ask-{one.job_id}")
    assert (row.attributes["data-kind"], first(row, "td.name").text(strip=True)) == ("clear", "Saffron Lane")
    assert [each.attributes["fill"] for each in row.css("rect")] == ["#112233", "#445566"]
    assert first(page, "[data-go-all] [data-clear]").text() == "1"
    part = await visit.get(_path(one), hx="true")
    assert part.text.startswith('<div id="list">')


async def test_names_are_text_whatever_they_hold(visit: Visit, tenant: Tenant) -> None:
    """In the table, in the editor, and in what is sent back."""
    waiting = await all_at_config_gate(tenant, *({"name": name, "contact_name": name} for name in HOSTILE))
    page = await visit.page(_path(waiting[0]))
    assert sorted(each.text() for each in page.css("#list td.name b")) == sorted(HOSTILE)
    assert [one for one in page.css("#list img") if "onerror" in one.attributes] == []
    editor = LexborHTMLParser((await visit.get(_path(waiting[0], f"/{waiting[0].job_id}"), hx="true")).text)
    assert first(editor, "input[name=contact_name]").attributes["value"] == HOSTILE[0]
    assert not [one for one in editor.css("img") if "onerror" in one.attributes]
    names = {
        Shown.model_validate_json(one).config.restaurant.name for one in (await _shown(visit, waiting[0])).values()
    }
    assert names == {" ".join(name.replace("\u202e", "").replace("\u202c", "").split()) for name in HOSTILE}


async def test_all_clear_ones_go_ahead_as_they_were_shown(visit: Visit, tenant: Tenant) -> None:
    """One that changed meanwhile is not registered, and says what changed; one that was decided says by whom."""
    waiting = await all_at_config_gate(tenant, {"name": "A"}, {"name": "B"}, {"name": "C"})
    shown = await _shown(visit, waiting[0])
    assert len(shown) == 3
    await waiting[1].query("update restaurants set city = 'Nelson' where id = :restaurant")
    assert (await waiting[2].answer(GoAhead(), by="Hemi", channel=Channel.PREFECT)).accepted
    done = await visit.post(_path(waiting[0], "/go-ahead"), {"shown": list(shown.values())})
    assert done.status_code == 200, done.text
    text = " ".join(LexborHTMLParser(done.text).text().split())
    assert "A goes ahead" in text
    assert "City: none → Nelson" in text
    assert "already decided by Hemi (prefect)" in text
    assert re.search(
        rf'hx-target="#ask-{waiting[2].job_id}".*go ahead.* · Hemi in the Prefect form', done.text, re.DOTALL
    )
    statuses = [(await one.job()).steps[Step.YOLO_CONFIG].status for one in waiting]
    assert statuses == [StepStatus.COMPLETED, StepStatus.ACTION_REQUIRED, StepStatus.COMPLETED]
    [decision] = await waiting[0].decisions()
    assert (decision["source"], decision["decided_by"], decision["shown"]["visit"]) == ("console", "Mere", 1)
    row = first(await visit.page(_path(waiting[0])), f"#ask-{waiting[1].job_id}")
    assert row.attributes["data-kind"] == "look again"
    again = await visit.post(_path(waiting[0], "/go-ahead"), {"shown": [shown[str(waiting[0].job_id)]]})
    assert "A goes ahead" in again.text


async def test_the_values_for_all_are_previewed_and_go_along(visit: Visit, tenant: Tenant) -> None:
    """With the restaurants that they change, and those that could not go ahead with them."""
    waiting = await all_at_config_gate(tenant, {"name": "A"}, {"name": "B", "theme": "light"})
    query = "?all_theme=Light&all_steps_off=itemTags"
    preview = await visit.get(_path(waiting[0], f"/for-all{query}"), hx="true")
    assert "changes 2 of 2 restaurants" in preview.text
    assert "Theme: Dark → Light" in preview.text
    shown = await _shown(visit, waiting[0])
    sent = {
        "shown": list(shown.values()),
        "all_theme": "Light",
        "all_steps_off": ["itemTags"],
        "all_item_layout": "As proposed",
    }
    assert "2 restaurants go ahead" in (await visit.post(_path(waiting[0], "/go-ahead"), sent)).text
    [job] = await waiting[0].query("select execution_config as config from registration_jobs where id = :job")
    assert (job["config"]["website"]["theme"], job["config"]["steps_enabled"]["itemTags"]) == ("light", False)
    wrong = await visit.get(_path(waiting[0], "/for-all?all_theme=Pink"), hx="true")
    assert (wrong.status_code, "was not offered" in wrong.text) == (422, True)


async def test_the_editor_says_what_is_wrong_and_sends_what_is_right(visit: Visit, tenant: Tenant) -> None:
    """Beside its field, by the validators of every channel; nothing is written by a check."""
    one = await at_config_gate(tenant)
    wrong = await _form(visit, one, phone="12", opening_hours="", contact_name='Jo "Fast" Ray')
    answer = await visit.client.get(_path(one, f"/{one.job_id}/check"), params=wrong, headers={"HX-Request": "true"})
    page = LexborHTMLParser(answer.text.replace("<hx-partial", "<div").replace("</hx-partial", "</div"))
    said = {each.attributes["id"]: each.text() for each in page.css(".said")}
    assert len(said) == 23
    assert "is not a New Zealand phone number" in said["said-phone"]
    assert "typed" in said["said-phone"]
    assert "restaurant" in said["said-name"]
    hours = await _form(visit, one, opening_hours="", contact_name='Jo "Fast" Ray')
    answer = await visit.client.get(_path(one, f"/{one.job_id}/check"), params=hours, headers={"HX-Request": "true"})
    assert "there are no opening hours" in answer.text
    assert "which the platform cannot hand to its scripts" in answer.text
    refused = await visit.post(_path(one, f"/{one.job_id}/change"), wrong)
    assert "Nothing was done" in refused.text
    assert await one.decisions() == []
    right = await _form(visit, one, phone="021 123 4567", steps=["cloudwaitressAccount"])
    assert "goes ahead" in (await visit.post(_path(one, f"/{one.job_id}/change"), right)).text
    [decision] = await one.decisions()
    assert decision["answer"]["kind"] == "change"
    assert (await one.restaurant())["phone"] == "+64211234567"
    gone = await visit.get(_path(one, f"/{one.job_id}"), hx="true")
    assert (gone.status_code, "change, by Mere in the console" in gone.text) == (409, True)


async def test_an_editor_of_before_registers_nothing(visit: Visit, tenant: Tenant) -> None:
    """It says what changed; without a change by the person it goes ahead as proposed."""
    one = await at_config_gate(tenant)
    before = await _form(visit, one, city="Napier")
    await one.query("update restaurants set address = '2 Queen Street' where id = :restaurant")
    stale = await visit.post(_path(one, f"/{one.job_id}/change"), before)
    assert "Address: 1 Queen Street, Auckland → 2 Queen Street" in stale.text
    assert await one.decisions() == []
    await visit.post(_path(one, f"/{one.job_id}/change"), await _form(visit, one))
    [decision] = await one.decisions()
    assert decision["answer"]["kind"] == "go_ahead"


async def test_what_is_saved_to_the_restaurant_is_recorded_and_asked_anew(visit: Visit, tenant: Tenant) -> None:
    """Only what was typed; what is of the registration alone is named and not saved."""
    one = await at_config_gate(tenant)
    form = await _form(visit, one, city="Napier", theme="Light", item_layout="List")
    saved = await visit.post(_path(one, f"/{one.job_id}/restaurant"), form)
    assert "saved city, theme; it is asked anew" in saved.text, saved.text
    assert "not saved: Item layout" in saved.text
    stored = await one.restaurant()
    assert (stored["city"], stored["theme"], stored["contact_name"]) == ("Napier", "light", "Mere Walker")
    [event] = await one.query("select actor from registration_events where job_id = :job and what like '%edited%'")
    assert event["actor"] == "Mere"
    picture = b"\x89PNG\r\n\x1a\n" + bytes(2_000_000)
    headers = {"X-CSRF-Token": visit.csrf, "HX-Request": "true"} | OWN
    replaced = await visit.client.post(
        _path(one, f"/{one.job_id}/image"),
        data={"name": "logo_url", "address": ""},
        files={"file": ("logo.png", picture, "image/png")},
        headers=headers,
    )
    assert "saved logo url" in replaced.text, replaced.text
    assert (await one.restaurant())["logo_url"].startswith("data:image/png;base64,iVBOR")
    for address in ("data:image/png;base64,iVBORw0KGgo=", "http://127.0.0.1/share.jpg"):
        data = {"name": "website_og_image", "address": address}
        assert (await visit.post(_path(one, f"/{one.job_id}/image"), data)).status_code == 422


async def test_pictures_come_from_the_console_and_are_never_pages(visit: Visit, tenant: Tenant) -> None:
    """By their bytes, whatever the column says; anything else is a drawing."""
    png = "data:text/html;base64,iVBORw0KGgoAAAANSUhEUg=="
    page = "data:image/png;base64,PGh0bWw+PHNjcmlwdD4="
    one = await at_config_gate(tenant, website_og_image=png, logo_url=page)
    images = _path(one, f"/{one.job_id}/images")
    shown = await visit.get(f"{images}/website_og_image")
    assert (shown.headers["content-type"], shown.content[:4]) == ("image/png", b"\x89PNG")
    assert "sandbox" in shown.headers["content-security-policy"]
    known = {"If-None-Match": shown.headers["etag"]}
    assert (await visit.get(f"{images}/website_og_image", **known)).status_code == 304
    drawing = await visit.get(f"{images}/logo_url")
    assert (drawing.status_code, "no-picture.svg" in drawing.headers["location"]) == (303, True)
    other = await at_config_gate(tenant)
    assert (await visit.get(_path(one, f"/{other.job_id}/images/logo_url"))).status_code == 404


async def test_extract_again_and_leave_out_ask_first(visit: Visit, tenant: Tenant) -> None:
    """A preview by GET; the answer names the visit that was shown."""
    first_one, second = await all_at_config_gate(tenant, {"name": "A"}, {"name": "B"})
    for one, what, done in (
        (first_one, "extract-again", "A is extracted again"),
        (second, "leave-out", "B is left out"),
    ):
        path = _path(one, f"/{one.job_id}/{what}")
        preview = await visit.get(path, hx="true")
        assert "Recorded as <strong>Mere</strong>" in preview.text
        assert await one.decisions() == []
        assert (await visit.post(path)).status_code == 422
        assert "nothing waits" in (await visit.post(path, {"visit": "7"})).text
        assert done in (await visit.post(path, {"visit": "1"})).text
    assert (await first_one.job()).steps[Step.EXTRACTION].status is StepStatus.PENDING
    assert (await second.job()).status == "skipped"
    assert "All of this batch are past this question" not in (await visit.get(_path(first_one))).text


async def test_an_administrator_stores_the_password_of_an_account(
    visit: Visit, database_urls: DatabaseUrls, tenant: Tenant
) -> None:
    """It is on no page, before or after; operators are told whom to ask."""
    secret = "kept-from-all-pages"
    one = await at_config_gate(tenant, email="hello@kai.example.nz")
    account = {"restaurant_id": one.restaurant_id, "email": "hello@kai.example.nz"}
    await add(tenant.everything, "pumpd_accounts", tenant.organisation_id, **account)
    row = first(await visit.page(_path(one)), f"#ask-{one.job_id}")
    assert (row.attributes["data-kind"], "foreign" in row.text()) == ("in the way", True)
    assert "An administrator can store" in (await visit.get(_path(one, f"/{one.job_id}"), hx="true")).text
    path = _path(one, f"/{one.job_id}/password")
    assert (await visit.post(path, {"secret": secret})).status_code == 403
    keys = Fernet.generate_key().decode()
    async with (
        served(database_urls.app, encryption_keys=keys) as program,
        signed_in(program, tenant, role="admin", name="Ana") as admin,
    ):
        assert 'name="secret"' in (await admin.get(_path(one, f"/{one.job_id}"), hx="true")).text
        stored = await admin.post(path, {"secret": secret})
        assert "the password of hello@kai.example.nz is stored" in stored.text, stored.text
        pages = [stored.text, (await admin.get(_path(one))).text, (await admin.get(_path(one, f"/{one.job_id}"))).text]
    assert not [text for text in pages if secret in text]
    assert (await _shown(visit, one)).keys() == {str(one.job_id)}


@pytest.mark.parametrize("rest", ["", "/stream", "/for-all", "/{job}", "/{job}/check", "/{job}/leave-out"])
async def test_other_organisations_have_nothing_here(visit: Visit, other: Tenant, rest: str) -> None:
    """Their batches and jobs are those of nobody."""
    theirs = await at_config_gate(other, name="Kai of others")
    path = _path(theirs, rest.format(job=theirs.job_id))
    answer = await visit.get(path)
    assert (answer.status_code, "Kai of others" in answer.text) == (404, False)
