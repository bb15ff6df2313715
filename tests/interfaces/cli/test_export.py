"""`registration export`: the outcome of each restaurant."""

import csv
import json
from io import StringIO
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.states import Assurance, SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS
from registration.workflow.transition_queries import move_sub_step
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import WaitingBatch, batch_at_company_gate

SECRET = "hush-hush"


async def _ended(registration: Commands) -> WaitingBatch:
    """A batch with one registered and one failed restaurant."""
    batch = await batch_at_company_gate(registration, None, None)
    organisation, job = registration.organisation_id, batch.jobs[0]
    account = {"email": "a@kai.nz", "account_id": "A1", "already_exists": False, "password": SECRET}
    registered = {"pumpd_restaurant_id": "RES1", "pumpd_subdomain": "kai", "dashboard_url": "https://kai.example"}
    async with registration.database.transaction(organisation) as transaction:
        for name, outputs in (("cloudwaitressAccount", account), ("restaurantRegistration", registered)):
            await move_sub_step(transaction, job, name, SubStepStatus.IN_PROGRESS)
            key = (transaction, job, name)
            await move_sub_step(*key, SubStepStatus.COMPLETED, outputs=outputs, known=Assurance.PROVEN)
        key = (transaction, batch.jobs[1], "menuImport")
        await move_sub_step(*key, SubStepStatus.IN_PROGRESS)
        await move_sub_step(*key, SubStepStatus.FAILED, error_message="+the platform said no")
    await registration.query("update restaurants set company_name = 'KAI LIMITED', company_number = '1000001'")
    await registration.query("update registration_jobs set status = 'completed' where id = :job", job=job)
    return batch


async def test_json_has_a_restaurant_with_its_sub_steps(registration: Commands) -> None:
    """Outcome, company, account, platform id and error; no secret."""
    batch = await _ended(registration)
    result = await registration("export", batch.batch_id, "--json")
    assert result.code == 0, result.err
    first, second = result.json
    assert (first["restaurant"], first["external_id"], first["outcome"]) == ("Kai 1", "K-1", "completed")
    assert (first["company_name"], first["company_number"]) == ("KAI LIMITED", "1000001")
    assert (first["account_email"], first["platform_restaurant_id"]) == ("a@kai.nz", "RES1")
    assert list(first["sub_steps"]) == list(SUB_STEPS)
    assert second["sub_steps"]["menuImport"] == {
        "status": "failed",
        "why": "+the platform said no",
        "known": None,
        "said_by": None,
    }
    assert first["sub_steps"]["restaurantRegistration"]["known"] == "proven"
    assert SECRET not in result.out


async def test_csv_has_a_column_per_sub_step(registration: Commands) -> None:
    """To a file for a spreadsheet, or to a pipe; no cell is a formula."""
    batch = await _ended(registration)
    await registration.query("update restaurants set name = '=1+1' where name = 'Kai 2'")
    result = await registration("export", batch.batch_id, "--csv")
    first, second = csv.DictReader(StringIO(result.out, newline=""))
    assert (first["restaurant"], first["account_email"], first["restaurantRegistration"]) == (
        "Kai 1",
        "a@kai.nz",
        "completed (proven)",
    )
    assert (second["restaurant"], second["menuImport"]) == ("'=1+1", "failed: +the platform said no")
    assert SECRET not in result.out
    file = registration.folder / "monday.csv"
    assert (await registration("export", batch.batch_id, "--csv", "--file", file)).code == 0
    assert file.read_bytes().decode("utf-8-sig").splitlines() == result.out.splitlines()


async def test_one_format_has_to_be_named(registration: Commands) -> None:
    """Otherwise the exit code is 2."""
    batch = await batch_at_company_gate(registration, None)
    for forms in ((), ("--csv", "--json")):
        assert (await registration("export", batch.batch_id, *forms)).code == 2


async def test_what_is_passed_on_to_an_owner(registration: Commands, everything: AsyncConnection) -> None:
    """Links, contact, hours and the configuration in words; no cell of the spreadsheet is a formula."""
    batch = await _ended(registration)
    job, menu = batch.jobs[0], uuid4()
    config = {
        "restaurant": {"opening_hours": [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}]},
        "onboarding": {"user_name": "=HYPERLINK(1)", "user_email": "mere@kai.nz"},
        "menu": {"selected_menu_id": str(menu)},
        "website": {"theme": "light", "primary_color": "#112233", "nav_text_color": "#ff8800"},
        "steps_enabled": {"itemTags": False},
    }
    await registration.query(
        "update registration_jobs set execution_config = cast(:config as jsonb) where id = :job",
        config=json.dumps(config),
        job=job,
    )
    menus = "insert into menus (id, restaurant_id, version) select :menu, restaurant_id, 3 from registration_jobs"
    await everything.execute(text(f"{menus} where id = :job"), {"menu": menu, "job": job})
    links = {"websiteConfig": {"demo_store_url": "https://kai.example"}, "paymentConfig": {"stripe_connect_url": "x"}}
    for name, outputs in links.items():
        change = (
            "update registration_sub_steps set outputs = cast(:outputs as jsonb) where job_id = :job and name = :name"
        )
        await registration.query(change, outputs=json.dumps(outputs), job=job, name=name)
    await registration.query("update restaurants set stripe_connect_url = '@stripe', opening_hours_text = 'daily 9-5'")
    first, second = (await registration("export", batch.batch_id, "--json")).json
    assert (first["demo_store_url"], first["stripe_connect_url"]) == ("https://kai.example", "x")
    assert (first["contact_email"], first["opening_hours"]) == ("mere@kai.nz", "Fri 11:00-21:00")
    words = first["configuration"]
    assert (words["menu"], words["theme"], words["switched off"]) == ("version 3 with 0 items", "light", "itemTags")
    assert (words["navigation text"], words["card text"]) == ("#ff8800", "secondary")
    assert (second["opening_hours"], second["configuration"]) == ("daily 9-5", {})
    result = await registration("export", batch.batch_id, "--csv")
    rows = list(csv.DictReader(StringIO(result.out, newline="")))
    assert "theme: light" in rows[0]["configuration"].splitlines()
    assert (rows[0]["contact_name"], rows[1]["stripe_connect_url"]) == ("'=HYPERLINK(1)", "'@stripe")
    assert SECRET not in result.out
