"""`registration start`: a batch in the database, and a flow run for it at a real Prefect server."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import prefect
import pytest
from prefect.client.orchestration import PrefectClient
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Pending, Running

from dev.stack.network import free_port
from registration.settings import settings
from registration.workflow.lease import Lease
from tests.interfaces.cli.conftest import HEADER, Commands, Runs
from tests.interfaces.cli.waiting_batches import batch_at_company_gate

NOWHERE = f"http://127.0.0.1:{free_port()}/api"


async def _batches(registration: Commands) -> list[dict[str, object]]:
    return await registration.query("select * from registration_batch_jobs order by created_at")


async def test_a_file_becomes_a_batch_with_a_flow_run(registration: Commands, runs: Runs) -> None:
    """The file is imported, the batch opened with its options and started; batch, run and link are printed."""
    file = registration.file("list.csv", HEADER + "Kai,1 Queen Street,Auckland,\nMoana,,Napier,\n")
    result = await registration(
        "start", "--csv", file, "--name", "Monday", "--max-parallel", "1", "--confirm-queries", "--json"
    )
    assert result.code == 0, result.err
    [batch], [run], [document] = await _batches(registration), await runs.all(), result.json
    assert (batch["name"], batch["max_parallel"], batch["confirm_queries"]) == ("Monday", 1, True)
    assert run.parameters == {"organisation_id": str(registration.organisation_id), "batch_id": str(batch["id"])}
    assert (document["batch_id"], document["flow_run"], run.name) == (str(batch["id"]), run.name, "Monday")
    assert document["url"].endswith(f"/runs/flow-run/{run.id}")


async def test_restaurants_may_be_named_by_the_beginning_of_their_ids(registration: Commands, runs: Runs) -> None:
    """Separated by commas; the batch keeps their order."""
    row, two = await registration.restaurants(2)
    result = await registration("start", "--restaurants", f"{two[:8]},{row}")
    assert result.code == 0, result.err
    assert "registration watch" in result.out
    jobs = await registration.query("select restaurant_id from registration_jobs order by position")
    assert [str(job["restaurant_id"]) for job in jobs] == [two, row]
    assert len(await runs.all()) == 1


async def test_starting_twice_in_a_row_makes_one_run(registration: Commands, runs: Runs) -> None:
    """Until the first run has begun, the second start returns that run."""
    [restaurant] = await registration.restaurants(1)
    first = (await registration("start", "--restaurants", restaurant, "--json")).json
    again = (await registration("start", "--batch", first[0]["batch_id"], "--json")).json
    assert again[0]["flow_run_id"] == first[0]["flow_run_id"]
    assert len(await runs.all()) == 1


async def test_a_run_from_the_ui_counts_until_it_has_held_the_batch(
    registration: Commands, runs: Runs, client: PrefectClient, deployment: UUID
) -> None:
    """It has no tag of the batch before it begins; while it begins nobody holds the lease."""
    [restaurant] = await registration.restaurants(1)
    batch_id = UUID((await registration("start", "--restaurants", restaurant, "--json")).json[0]["batch_id"])
    for one in await runs.all():
        await client.delete_flow_run(one.id)
    made = await client.create_flow_run_from_deployment(
        deployment, parameters={"batch_id": str(batch_id)}, tags=[str(registration.organisation_id)]
    )
    for state in (None, Pending(), Running()):
        if state is not None:
            await client.set_flow_run_state(made.id, state, force=True)
        assert (await registration("start", "--batch", batch_id, "--json")).json[0]["flow_run_id"] == str(made.id)
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch_id, made.id, 60)
    assert isinstance(lease, Lease)
    await lease.release()
    assert (await registration("start", "--batch", batch_id, "--json")).json[0]["flow_run_id"] != str(made.id)
    assert len(await runs.all()) == 2


async def test_a_batch_that_is_worked_on_is_left_to_its_process(registration: Commands, runs: Runs) -> None:
    """With a live lease no second run is started; the current run is named, and that is no error."""
    [restaurant] = await registration.restaurants(1)
    batch_id = (await registration("start", "--restaurants", restaurant, "--json")).json[0]["batch_id"]
    run_id = uuid4()
    lease = await Lease.acquire(registration.database, registration.organisation_id, UUID(batch_id), run_id, 60)
    assert isinstance(lease, Lease)
    result = await registration("start", "--batch", batch_id)
    assert result.code == 0
    assert f"{run_id} works on it" in result.out
    assert len(await runs.all()) == 1


async def test_waiting_ends_when_only_people_can_go_on(registration: Commands, runs: Runs) -> None:
    """With exit code 3; stdout contains only the JSON."""
    batch = await batch_at_company_gate(registration, None)
    result = await registration("start", "--batch", batch.batch_id, "--wait", "--json")
    assert result.code == 3
    assert result.json[0]["batch_id"] == str(batch.batch_id)
    assert "waits: Company Selection" in result.err
    assert len(await runs.all()) == 1


async def test_more_than_fifty_are_split_if_asked(registration: Commands, runs: Runs) -> None:
    """Without --split the file is refused before the import; with it each batch has its own run."""
    rows = "".join(f"Kai {number},,,\n" for number in range(51))
    file = registration.file("big.csv", HEADER + rows)
    refused = await registration("start", "--csv", file)
    assert refused.code == 2
    assert "--split" in refused.err
    assert await registration.query("select id from restaurants") == []
    result = await registration("start", "--csv", file, "--split", "--name", "November", "--json")
    assert result.code == 0, result.err
    assert [entry["name"] for entry in result.json] == ["November · 1 of 2", "November · 2 of 2"]
    sizes = "select count(*) as size from registration_jobs group by batch_job_id order by 1 desc"
    assert [row["size"] for row in await registration.query(sizes)] == [50, 1]
    assert len(await runs.all()) == 2


async def test_a_batch_whose_start_failed_can_be_started_again(registration: Commands, runs: Runs) -> None:
    """The server is unreachable: the batch is stored, and the named command starts it."""
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
    """Prefect's own temporary server is not started."""
    [restaurant] = await registration.restaurants(1)
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        result = await registration("start", "--restaurants", restaurant)
    assert result.code == 1
    assert "PREFECT_API_URL" in result.err
    assert "make up" in result.err


class _EmptyServer(BaseHTTPRequestHandler):
    """Responds as a Prefect server without deployments."""

    def do_GET(self) -> None:
        """Respond to the health check and the version, and with 404 to the rest."""
        known = self.path.endswith("/health") or self.path.endswith("/admin/version")
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps(prefect.__version__ if known else {"detail": "Deployment not found"}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Log nothing."""


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
    """`make bootstrap` creates the deployment; the batch stays."""
    [restaurant] = await registration.restaurants(1)
    with temporary_settings({PREFECT_API_URL: empty_server}):
        result = await registration("start", "--restaurants", restaurant)
    assert result.code == 1
    assert "make bootstrap" in result.err
    assert "registration start --batch" in result.err


async def test_an_unreachable_platform_is_reported_before_any_write(
    registration: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the platform's address is set, it is checked first."""
    monkeypatch.setenv("REGISTRATION_PLATFORM_URL", NOWHERE)
    settings.cache_clear()
    result = await registration("start", "--csv", registration.file("list.csv", HEADER + "Kai,,,\n"))
    assert result.code == 1
    assert NOWHERE in result.err
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
async def test_wrong_use_writes_nothing(registration: Commands, arguments: tuple[str, ...], reason: str) -> None:
    """Exit code 2, and one line."""
    result = await registration("start", *arguments)
    assert result.code == 2
    assert reason in result.err
    assert await _batches(registration) == []


async def test_restaurants_that_cannot_be_a_batch_are_named(registration: Commands, runs: Runs) -> None:
    """A restaurant that is named twice, or is active in another batch: nothing is written or started."""
    row, two = await registration.restaurants(2)
    twice = await registration("start", "--restaurants", f"{row},{row}")
    assert (twice.code, row in twice.err) == (2, True)
    await registration("start", "--restaurants", row, "--name", "First")
    active = await registration("start", "--restaurants", f"{two},{row}")
    assert active.code == 2
    assert "“First”" in active.err
    assert len(await _batches(registration)) == 1
    assert len(await runs.all()) == 1


async def test_a_foreign_restaurant_and_a_foreign_batch_are_not_found(registration: Commands, runs: Runs) -> None:
    """The ids of another organisation are unknown."""
    [restaurant] = await registration.restaurants(1)
    batch_id = (await registration("start", "--restaurants", restaurant, "--json")).json[0]["batch_id"]
    other = ("--organisation", uuid4())
    assert (await registration("start", "--batch", batch_id, *other)).code == 2
    assert (await registration("start", "--restaurants", restaurant, *other)).code == 2
    for command in ("show", "watch"):
        result = await registration(command, batch_id, *other)
        assert (result.code, "there is no batch" in result.err) == (2, True)
    assert (await registration("batches", "--json", *other)).json == []
