"""Work beside the platform's own database: as guests, under its row-level security, with the printed rights alone."""

import asyncio
import importlib
import json
import pkgutil
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from psycopg import errors
from sqlalchemy import ClauseElement, text
from sqlalchemy.dialects.postgresql import asyncpg

import registration
from interfaces.cli.main import run
from registration.accounts.queries import known_accounts
from registration.configuration.models import YoloConfig
from registration.configuration.queries import read_config_inputs
from registration.database import schema
from registration.database.platform_rights import NEEDED
from registration.database.session import Database
from registration.gates.config_decisions import all_restaurant_columns
from registration.gates.decisions import ChooseCompany, EnterByHand, ManualCompany
from registration.leads.conversion import convert_leads
from registration.leads.models import BatchOfLeads, ConversionRequest
from registration.operations.edit_restaurant import edit_restaurant, read_edit
from registration.restaurants.extraction_queries import read_extractions
from registration.restaurants.images import GivenImage
from registration.restaurants.models import ImageName, RestaurantEdit
from registration.settings import settings
from registration.workflow.transition_queries import Attribution
from tests.registration.at_gate import NUMBERS, at_company_gate
from tests.registration.database.conftest import engine
from tests.registration.database.platform_database import OWN_PIPELINE
from tests.registration.database.platform_server import GuestTenant
from tests.registration.database.rows import add
from tests.registration.leads.make import QUALIFIED
from tests.registration.tenant import Tenant

_BY_THE_OWNER = ("alembic_config", "schema", "own_schema", "platform_schema", "provisioning", "roles")
"""Modules of the store whose statements the owner of the tables runs, or a superuser, and not the application."""


class Beside(Tenant):
    """A place in the platform's database: its dishes hang on categories."""

    async def restaurant(self, **columns: Any) -> tuple[UUID, UUID]:
        """A restaurant with a menu of one dish: both ids."""
        restaurant_id = await add(self.everything, "restaurants", self.organisation_id, **{"name": "Kai"} | columns)
        menu_id = await add(self.everything, "menus", self.organisation_id, restaurant_id=restaurant_id)
        category = "insert into categories (name) values ('Sides') returning id"
        values = {"menu": menu_id, "category": (await self.everything.execute(text(category))).scalar_one()}
        dish = "insert into menu_items (menu_id, category_id, name) values (:menu, :category, 'Fries')"
        await self.everything.execute(text(dish), values)
        return restaurant_id, menu_id

    async def lead(self, **columns: Any) -> UUID:
        """A qualified lead of a scrape job of its own."""
        job = (
            "insert into lead_scrape_jobs (organisation_id, name, platform) values (:id, 'x', 'ubereats') returning id"
        )
        made = await self.everything.execute(text(job), {"id": self.organisation_id})
        values = {"lead_scrape_job_id": made.scalar_one(), **QUALIFIED, **columns}
        return await add(self.everything, "leads", self.organisation_id, **values)

    async def query(self, sql: str) -> list[dict[str, Any]]:
        """Rows as a superuser sees them."""
        return [dict(row) for row in (await self.everything.execute(text(sql))).mappings()]


@pytest_asyncio.fixture
async def beside(guest: GuestTenant) -> AsyncGenerator[Beside]:
    """The script was run, and our tables are there."""
    guest.run_script()
    schema.upgrade(guest.owner, existing_platform=True)
    database = Database(guest.app)
    async with engine(guest.superuser).connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        yield Beside(database, everything, "", guest.organisation)
    await database.close()


async def test_leads_become_restaurants_and_a_batch(beside: Beside) -> None:
    """Their column takes no name; ours says who it was. Nothing is written into the platform's own pipeline."""
    lead = await beside.lead(restaurant_name="Kai One", phone="09 379 1234", email="kai@example.nz")
    asked = ConversionRequest(lead_ids=(lead,), by="Mere", batch=BatchOfLeads(start=False))
    done = await convert_leads(beside.database, beside.organisation_id, asked)
    assert (done.line, done.failed) == ("1 converted", ())
    [row] = await beside.query("select converted_to_restaurant_id, converted_at, converted_by from leads")
    [restaurant] = await beside.query("select id, name, organisation_id from restaurants")
    assert row["converted_to_restaurant_id"] == restaurant["id"]
    assert (row["converted_at"] is None, row["converted_by"]) == (False, None)
    again = await convert_leads(beside.database, beside.organisation_id, asked)
    assert [one.converted_by for one in again.already] == ["Mere"]
    [batch] = await beside.query("select id, name from registration.registration_batch_jobs")
    assert [one.id for one in done.batches] == [batch["id"]]
    for table in OWN_PIPELINE:
        assert await beside.query(f"select 1 from public.{table}") == [], table


async def test_a_lead_that_the_platforms_people_converted_names_their_user(beside: Beside) -> None:
    """Its id is what there is: the names of the platform's users are not for us to read."""
    restaurant, _ = await beside.restaurant()
    [user] = await beside.query("select id from auth.users")
    lead = await beside.lead(restaurant_name="Kai", converted_to_restaurant_id=restaurant)
    await beside.everything.execute(text("update leads set converted_by = :user"), {"user": user["id"]})
    done = await convert_leads(beside.database, beside.organisation_id, ConversionRequest(lead_ids=(lead,), by="Mere"))
    assert [one.converted_by for one in done.already] == [str(user["id"])]


async def test_gates_are_answered_and_restaurants_written(beside: Beside) -> None:
    """A company is chosen, another is typed; its columns are the restaurant's then."""
    chosen = await at_company_gate(beside)
    assert (await chosen.answer(ChooseCompany(company_number=NUMBERS[0]))).accepted
    typed = await at_company_gate(beside)
    values = dict.fromkeys(ManualCompany.model_fields) | {"company_name": "Kai Ltd", "contact_name": "Hemi"}
    assert (await typed.answer(EnterByHand(details=ManualCompany.model_validate(values)))).accepted
    key = f"where id = '{typed.restaurant_id}'"
    await beside.everything.execute(text("update menus set version = null"))
    [row] = await beside.query(
        f"select company_name, contact_name, updated_at > created_at as later from restaurants {key}"
    )
    assert row == {"company_name": "Kai Ltd", "contact_name": "Hemi", "later": True}
    async with beside.database.transaction(beside.organisation_id) as transaction:
        inputs = await read_config_inputs(transaction, [typed.job_id])
        assert [menu.items for menu in inputs[typed.job_id]().menus] == [1]
        found = await read_extractions(transaction, typed.restaurant_id, None)
        assert found.restaurant.company_name == "Kai Ltd"
        assert not (await known_accounts(transaction, ["kai@example.nz"]))["kai@example.nz"].on_platform


async def test_a_restaurant_is_edited(beside: Beside) -> None:
    """With its images; the platform's own columns stay out of reach."""
    restaurant, _ = await beside.restaurant()
    image = GivenImage("image/png", b"pixels")
    edit = read_edit({"name": "Kai and Co", "opening_hours": "Fri 11:00-21:00", "external_id": "K-1"})
    key = (beside.database, beside.organisation_id, restaurant, edit, Attribution("Mere"))
    await edit_restaurant(*key, {ImageName.LOGO: image})
    [row] = await beside.query("select name, logo_url, metadata ->> 'external_id' as external_id from restaurants")
    assert row == {"name": "Kai and Co", "logo_url": image.data_uri, "external_id": "K-1"}


def test_whatever_a_person_types_may_be_written() -> None:
    """The rights that are asked for name every field of the form, of an edit, and of a confirmed configuration."""
    typed = {*ManualCompany.model_fields, *RestaurantEdit.model_fields, *all_restaurant_columns(YoloConfig())}
    assert typed - {"external_id"} <= set(NEEDED["restaurants"].update)


async def test_the_command_line_works_there(
    beside: Beside,
    guest: GuestTenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Restaurants are imported, leads converted into a batch, and the batch is shown."""
    monkeypatch.setenv("DATABASE_URL", guest.app)
    monkeypatch.setenv("REGISTRATION_OWNER_DATABASE_URL", guest.owner.get_secret_value())
    monkeypatch.setenv("REGISTRATION_ORGANISATION", str(guest.organisation))
    settings.cache_clear()
    lead = await beside.lead(restaurant_name="Kai Two")
    file = tmp_path / "kai.csv"
    file.write_text("name,city,cuisine,external_id\nKai Three,Auckland,Thai;Lao,K-3\n")

    async def registration_says(*arguments: str) -> dict[str, Any]:
        code = await asyncio.to_thread(run, [*arguments, "--json"])
        said = capsys.readouterr()
        assert code == 0, said.err
        return json.loads(said.out)

    assert (await registration_says("db", "status"))["current"]
    assert len((await registration_says("import", str(file)))["restaurants"]) == 1
    assert (await registration_says("import", str(file)))["restaurants"][0]["name"] == "Kai Three"
    converted = await registration_says("convert-leads", str(lead), "--no-start", "--name", "Monday")
    shown = await registration_says("show", converted["batches"][0]["id"])
    assert "Kai Two" in json.dumps(shown)
    names = [row["name"] for row in await beside.query("select name from restaurants order by name")]
    assert names == ["Kai Three", "Kai Two"]
    settings.cache_clear()


def _statements() -> Iterator[tuple[str, ClauseElement]]:
    """What the modules of the domain hold of SQL that the application runs."""
    for module in pkgutil.walk_packages(registration.__path__, "registration."):
        name = module.name.removeprefix("registration.database.")
        if ".migrations" in module.name or name.startswith(_BY_THE_OWNER):
            continue
        for constant, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, ClauseElement) and type(value).__name__ == "TextClause":
                yield f"{module.name}.{constant}", value


async def test_every_statement_is_allowed_there(beside: Beside) -> None:
    """Postgres plans each for the application: no column, table or right is missing, and every type fits."""
    refused: dict[str, str] = {}
    statements = dict(_statements())
    assert len(statements) > 50
    async with beside.database.transaction(beside.organisation_id) as transaction:
        raw = await transaction.connection.get_raw_connection()
        driver: Any = raw.driver_connection
        for name, statement in statements.items():
            await driver.execute("savepoint one")
            try:
                await driver.execute(f"explain (generic_plan) {statement.compile(dialect=asyncpg.dialect())}".encode())
            except errors.Error as error:
                refused[name] = str(error).splitlines()[0]
            await driver.execute("rollback to savepoint one")
    assert refused == {}
