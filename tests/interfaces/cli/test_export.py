"""`registration export`: what became of each restaurant."""

import csv
from io import StringIO

from registration.states import Assurance, SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS
from registration.workflow.transition_queries import move_sub_step
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import Waiting, at_company_gate

SECRET = "hush-hush"


async def _ended(registration: Commands) -> Waiting:
    """One restaurant that is registered, one that failed."""
    batch = await at_company_gate(registration, None, None)
    organisation, job = registration.organisation_id, batch.jobs[0]
    account = {"email": "a@kai.nz", "account_id": "A1", "already_exists": False, "password": SECRET}
    registered = {"pumpd_restaurant_id": "RES1", "pumpd_subdomain": "kai", "dashboard_url": "https://kai.example"}
    async with registration.database.transaction(organisation) as connection:
        for name, outputs in (("cloudwaitressAccount", account), ("restaurantRegistration", registered)):
            await move_sub_step(connection, organisation, job, name, SubStepStatus.IN_PROGRESS)
            key = (connection, organisation, job, name)
            await move_sub_step(*key, SubStepStatus.COMPLETED, outputs=outputs, known=Assurance.PROVEN)
        key = (connection, organisation, batch.jobs[1], "menuImport")
        await move_sub_step(*key, SubStepStatus.IN_PROGRESS)
        await move_sub_step(*key, SubStepStatus.FAILED, error_message="+the platform said no")
    await registration.query("update restaurants set company_name = 'KAI LIMITED', company_number = '1000001'")
    await registration.query("update registration_jobs set status = 'completed' where id = :job", job=job)
    return batch


async def test_json_has_a_restaurant_with_its_sub_steps(registration: Commands) -> None:
    """Outcome, company, account, platform id, error; no secret."""
    batch = await _ended(registration)
    said = await registration("export", batch.batch_id, "--json")
    assert said.code == 0, said.err
    first, second = said.json
    assert (first["restaurant"], first["external_id"], first["outcome"]) == ("Kai 1", "K-1", "completed")
    assert (first["company_name"], first["company_number"]) == ("KAI LIMITED", "1000001")
    assert (first["account_email"], first["platform_restaurant_id"]) == ("a@kai.nz", "RES1")
    assert list(first["sub_steps"]) == list(SUB_STEPS)
    assert second["sub_steps"]["menuImport"] == {"status": "failed", "why": "+the platform said no", "known": None}
    assert first["sub_steps"]["restaurantRegistration"]["known"] == "proven"
    assert SECRET not in said.out


async def test_csv_has_a_column_per_sub_step(registration: Commands) -> None:
    """To a file for a spreadsheet, or to be piped on; no cell is a formula."""
    batch = await _ended(registration)
    await registration.query("update restaurants set name = '=1+1' where name = 'Kai 2'")
    said = await registration("export", batch.batch_id, "--csv")
    first, second = csv.DictReader(StringIO(said.out, newline=""))
    assert (first["restaurant"], first["account_email"], first["restaurantRegistration"]) == (
        "Kai 1",
        "a@kai.nz",
        "completed (proven)",
    )
    assert (second["restaurant"], second["menuImport"]) == ("'=1+1", "failed: +the platform said no")
    assert SECRET not in said.out
    file = registration.folder / "monday.csv"
    assert (await registration("export", batch.batch_id, "--csv", "--file", file)).code == 0
    assert file.read_bytes().decode("utf-8-sig").splitlines() == said.out.splitlines()


async def test_one_form_has_to_be_said(registration: Commands) -> None:
    """Exit code 2."""
    batch = await at_company_gate(registration, None)
    for forms in ((), ("--csv", "--json")):
        assert (await registration("export", batch.batch_id, *forms)).code == 2
