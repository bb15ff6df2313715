"""`registration start`: a batch in the database, and a flow run for it at a real Prefect server."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import prefect
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from dev.stack.network import free_port
from registration.settings import settings
from registration.workflow.lease import Lease
from tests.interfaces.cli.conftest import HEADER, Commands, Runs
from tests.interfaces.cli.gates import at_company_gate

NOWHERE = f"http://127.0.0.1:{free_port()}/api"


async def _batches(registration: Commands) -> list[dict[str, object]]:
    return await registration.query("select * from registration_batch_jobs order by created_at")


async def test_a_file_becomes_a_batch_with_a_flow_run(registration: Commands, runs: Runs) -> None:
    """Imported, opened with its options, started with the batch's id; batch, run and link are told."""
    file = registration.file("list.csv", HEADER + "Kai,1 Queen Street,Auckland,\nMoana,,Napier,\n")
    said = await registration(
        "start", "--csv", file, "--name", "Monday", "--max-parallel", "1", "--confirm-queries", "--json"
    )
    assert said.code == 0, said.err
    [batch], [run], [told] = await _batches(registration), await runs.all(), said.json
    assert (batch["name"], batch["max_parallel"], batch["confirm_queries"]) == ("Monday", 1, True)
    assert run.parameters == {"organisation_id": str(registration.organisation_id), "batch_id": str(batch["id"])}
    assert (told["batch_id"], told["flow_run"], run.name) == (str(batch["id"]), run.name, "Monday")
    assert told["url"].endswith(f"/runs/flow-run/{run.id}")


async def test_restaurants_may_be_named_by_the_beginning_of_their_ids(registration: Commands, runs: Runs) -> None:
    """Separated by commas; the order is theirs."""
    one, two = await registration.restaurants(2)
    said = await registration("start", "--restaurants", f"{two[:8]},{one}")
    assert said.code == 0, said.err
    assert "registration watch" in said.out
    jobs = await registration.query("select restaurant_id from registration_jobs order by position")
    assert [str(job["restaurant_id"]) for job in jobs] == [two, one]
    assert len(await runs.all()) == 1


async def test_starting_twice_in_a_row_makes_one_run(registration: Commands, runs: Runs) -> None:
    """While the first run has not begun, it is named again."""
    [restaurant] = await registration.restaurants(1)
    first = (await registration("start", "--restaurants", restaurant, "--json")).json
    again = (await registration("start", "--batch", first[0]["batch_id"], "--json")).json
    assert again[0]["flow_run_id"] == first[0]["flow_run_id"]
    assert len(await runs.all()) == 1


async def test_a_batch_that_is_worked_on_is_left_to_its_process(registration: Commands, runs: Runs) -> None:
    """A live lease: no second run; who works on it is said, and that is no error."""
    [restaurant] = await registration.restaurants(1)
    batch_id = (await registration("start", "--restaurants", restaurant, "--json")).json[0]["batch_id"]
    run_id = uuid4()
    lease = await Lease.acquire(registration.database, registration.organisation_id, UUID(batch_id), run_id, 60)
    assert isinstance(lease, Lease)
    said = await registration("start", "--batch", batch_id)
    assert said.code == 0
    assert f"{run_id} works on it" in said.out
    assert len(await runs.all()) == 1


async def test_waiting_ends_when_only_people_can_go_on(registration: Commands, runs: Runs) -> None:
    """Exit code 3; the JSON stays alone on stdout."""
    batch = await at_company_gate(registration, None)
    said = await registration("start", "--batch", batch.batch_id, "--wait", "--json")
    assert said.code == 3
    assert said.json[0]["batch_id"] == str(batch.batch_id)
    assert "waits: Company Selection" in said.err
    assert len(await runs.all()) == 1


async def test_more_than_fifty_are_split_if_asked(registration: Commands, runs: Runs) -> None:
    """Refused before anything is imported, or several batches, each with a run of its own."""
    rows = "".join(f"Kai {number},,,\n" for number in range(51))
    file = registration.file("big.csv", HEADER + rows)
    refused = await registration("start", "--csv", file)
    assert refused.code == 2
    assert "--split" in refused.err
    assert await registration.query("select id from restaurants") == []
    said = await registration("start", "--csv", file, "--split", "--name", "November", "--json")
    assert said.code == 0, said.err
    assert [one["name"] for one in said.json] == ["November · 1 of 2", "November · 2 of 2"]
    sizes = "select count(*) as size from registration_jobs group by batch_job_id order by 1 desc"
    assert [row["size"] for row in await registration.query(sizes)] == [50, 1]
    assert len(await runs.all()) == 2


async def test_a_batch_whose_start_failed_can_be_gone_on_with(registration: Commands, runs: Runs) -> None:
    """The server is away: the batch is there, and the command that continues it is said; then it works."""
    [restaurant] = await registration.restaurants(1)
    with temporary_settings({PREFECT_API_URL: NOWHERE}):
        failed = await registration("start", "--restaurants", restaurant)
    [batch] = await _batches(registration)
    assert failed.code == 1
    assert NOWHERE in failed.err
    assert f"registration start --batch {batch['id']}" in failed.err
    assert await runs.all() == []
    assert (await registration("start", "--batch", str(batch["id"])[:8])).code == 0
    assert len(await runs.all()) == 1


async def test_no_server_at_all_names_the_variable(registration: Commands, runs: Runs) -> None:
    """No server of Prefect's own is started in its place."""
    [restaurant] = await registration.restaurants(1)
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        said = await registration("start", "--restaurants", restaurant)
    assert said.code == 1
    assert "PREFECT_API_URL" in said.err
    assert "make up" in said.err


class _EmptyServer(BaseHTTPRequestHandler):
    """Answers as a Prefect server on which nothing is deployed."""

    def do_GET(self) -> None:
        """Healthy, of this version, and otherwise without anything."""
        known = self.path.endswith("/health") or self.path.endswith("/admin/version")
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps(prefect.__version__ if known else {"detail": "Deployment not found"}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Say nothing."""


@pytest.fixture
def empty_server() -> Generator[str]:
    """The address of a server without deployments."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _EmptyServer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_missing_deployment_names_the_next_step(registration: Commands, empty_server: str) -> None:
    """`make bootstrap` puts it there; the batch waits for it."""
    [restaurant] = await registration.restaurants(1)
    with temporary_settings({PREFECT_API_URL: empty_server}):
        said = await registration("start", "--restaurants", restaurant)
    assert said.code == 1
    assert "make bootstrap" in said.err
    assert "registration start --batch" in said.err


async def test_a_platform_that_is_down_is_said_before_anything_is_written(
    registration: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If we are told where it is, it is asked first."""
    monkeypatch.setenv("REGISTRATION_PLATFORM_URL", NOWHERE)
    settings.cache_clear()
    said = await registration("start", "--csv", registration.file("list.csv", HEADER + "Kai,,,\n"))
    assert said.code == 1
    assert NOWHERE in said.err
    assert await registration.query("select id from restaurants") == []


@pytest.mark.parametrize(
    "arguments, reason",
    [
        ((), "--restaurants ID,…, --csv FILE and --batch ID"),
        (("--restaurants", "1a2b3c4d", "--batch", "1a2b3c4d"), "one of"),
        (("--batch", "1a2b3c4d", "--name", "Monday"), "not with --batch"),
        (("--batch", str(UUID(int=7))), "there is no batch"),
        (("--restaurants", str(UUID(int=7))), "there is no restaurant"),
        (("--restaurants", ""), "at least one restaurant"),
        (("--restaurants", "1a2b3c4d", "--max-parallel", "0"), ">= 1"),
    ],
)
async def test_wrong_use_is_said_at_once(registration: Commands, arguments: tuple[str, ...], reason: str) -> None:
    """Exit code 2, one line, nothing written."""
    said = await registration("start", *arguments)
    assert said.code == 2
    assert reason in said.err
    assert await _batches(registration) == []


async def test_restaurants_that_cannot_be_a_batch_are_named(registration: Commands, runs: Runs) -> None:
    """One that is named twice, one that is active in another batch: nothing is written, nothing is started."""
    one, two = await registration.restaurants(2)
    twice = await registration("start", "--restaurants", f"{one},{one}")
    assert (twice.code, one in twice.err) == (2, True)
    await registration("start", "--restaurants", one, "--name", "First")
    active = await registration("start", "--restaurants", f"{two},{one}")
    assert active.code == 2
    assert "“First”" in active.err
    assert len(await _batches(registration)) == 1
    assert len(await runs.all()) == 1


async def test_a_foreign_restaurant_and_a_foreign_batch_are_not_found(registration: Commands, runs: Runs) -> None:
    """Another organisation's ids are as good as none."""
    [restaurant] = await registration.restaurants(1)
    batch_id = (await registration("start", "--restaurants", restaurant, "--json")).json[0]["batch_id"]
    other = ("--organisation", uuid4())
    assert (await registration("start", "--batch", batch_id, *other)).code == 2
    assert (await registration("start", "--restaurants", restaurant, *other)).code == 2
    for command in ("show", "watch"):
        said = await registration(command, batch_id, *other)
        assert (said.code, "there is no batch" in said.err) == (2, True)
    assert (await registration("batches", "--json", *other)).json == []
