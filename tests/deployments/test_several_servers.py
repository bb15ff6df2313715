"""compose.scale.yaml, haproxy.cfg and the units of several Prefect servers have the shape of `make up SERVERS=2`."""

import re
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from dev.stack.prefect_servers import SERVERS, shared_settings
from dev.stack.redis_server import RedisAddress
from registration.health.connection_queries import ServerConnections
from registration.health.connections import Configured, judge_connections
from registration.health.finding import Level
from tests.deployments.compose import SERVICES
from tests.deployments.described import DEPLOYMENTS, known_variables

_TEXT = (DEPLOYMENTS / "compose.scale.yaml").read_text()
REGISTERING = "PREFECT_SERVER_REGISTER_BLOCKS_ON_START"
"""What all servers but one leave to that one."""
_ADDRESS = re.compile(r"redis://.*@[^/]+/")


class _Loader(yaml.SafeLoader):
    """Knows the tag by which a file of Compose removes what the file before it says."""


_Loader.add_constructor("!reset", lambda _loader, _node: None)
_LATER: dict[str, dict[str, Any]] = yaml.load(_TEXT, _Loader)["services"]


def _merged(name: str) -> dict[str, Any]:
    """A service of both files as Compose merges them: mappings by key, everything else is replaced."""
    before, later = SERVICES.get(name, {}), _LATER.get(name, {})
    whole = {**before, **later}
    for key in ("environment", "depends_on"):
        whole[key] = {**before.get(key, {}), **later.get(key, {})}
    return whole


MERGED = {name: _merged(name) for name in {*SERVICES, *_LATER}}
SHARING = {name: service for name, service in MERGED.items() if "PREFECT_SERVER_DOCKET_URL" in service["environment"]}


def tried() -> dict[str, str]:
    """What the servers of `make up SERVERS=2` share, with a place for the address of Redis."""
    settings = shared_settings(RedisAddress(6379, SecretStr("password")))
    return {name: _ADDRESS.sub("REDIS/", value) for name, value in settings.items()}


def test_the_servers_share_what_was_tried() -> None:
    """Each of them, and besides has exactly what the one server of compose.yaml has."""
    assert set(SHARING) == {"prefect-migrations", "prefect-server", "prefect-server-2", "prefect-services"}
    for name, service in SHARING.items():
        found = {name: _ADDRESS.sub("REDIS/", value) for name, value in service["environment"].items()}
        own = {REGISTERING: "false"} if name == "prefect-server-2" else {}
        assert found == {**SERVICES["prefect-server"]["environment"], **tried(), **own}


def test_the_services_run_once_and_the_servers_without_them() -> None:
    """Two servers, and a process that migrates before all of them."""
    commands = [" ".join(service["command"]) for service in SHARING.values()]
    assert sum("server start --no-services" in command for command in commands) == SERVERS
    assert commands.count("prefect server services start") == 1
    assert MERGED["prefect-migrations"]["restart"] == "on-failure"
    for name in set(SHARING) - {"prefect-migrations"}:
        needs = MERGED[name]["depends_on"]
        assert needs["prefect-migrations"] == {"condition": "service_completed_successfully"}
        assert needs["redis"] == {"condition": "service_healthy"}


def test_postgres_has_connections_for_all_servers_and_for_batches() -> None:
    """A batch on each of four workers, as in the command of the file's first lines."""
    command = " ".join(MERGED["postgres"].get("command", []))
    limit = re.search(r"max_connections=(\d+)", command)
    each = 15 + 10 + 2
    sizes = {service["environment"]["PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE"] for service in SHARING.values()}
    assert sizes == {"15"}
    used = {"prefect server": each * (len(set(SHARING) - {"prefect-migrations"}))}
    finding = judge_connections(ServerConnections(int(limit[1]) if limit else 100, 3, used), Configured(4, each))
    assert finding.level is Level.OK, finding.says


def test_everybody_goes_through_the_load_balancer() -> None:
    """All our programs by its name, people by the only published port of Prefect."""
    addresses = {service["environment"].get("PREFECT_API_URL") for service in MERGED.values()} - {None}
    assert addresses == {"http://load-balancer:4200/api"}
    ports = {name: service["ports"] for name, service in MERGED.items() if service.get("ports")}
    assert ports == {"load-balancer": ["127.0.0.1:4200:4200"], "api": ["127.0.0.1:8430:8430"]}


def test_the_load_balancer_knows_both_servers() -> None:
    """By the variables of the file that it reads."""
    balancer = MERGED["load-balancer"]
    named = set(re.findall(r'"\$(\w+)"', (DEPLOYMENTS / "haproxy.cfg").read_text()))
    assert set(balancer["environment"]) == named
    servers = {value.partition(":")[0] for name, value in balancer["environment"].items() if name != "LISTEN"}
    assert servers == {name for name, service in SHARING.items() if "--no-services" in service["command"]}
    assert balancer["volumes"] == ["./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro"]


def test_what_a_service_waits_for_exists() -> None:
    """And a service that is waited for until it is healthy says when it is."""
    for service in MERGED.values():
        for name, how in service["depends_on"].items():
            assert how["condition"] != "service_healthy" or "healthcheck" in MERGED[name], name


@pytest.mark.parametrize("name", sorted(SHARING))
def test_every_variable_of_a_server_is_known(name: str) -> None:
    """A misspelt setting would be ignored silently."""
    assert set(MERGED[name]["environment"]) <= known_variables()


def test_the_password_of_redis_is_required() -> None:
    """It stands in no file; all other values are those of compose.yaml."""
    before = (DEPLOYMENTS / "compose.yaml").read_text()
    required, known = (set(re.findall(r"\$\{(\w+):[?-]", text)) for text in (_TEXT, before))
    assert required - known == {"REDIS_PASSWORD"}
    assert not re.search(r"//\w*:(?!\$\{)", _TEXT.replace("//127", ""))


def test_the_settings_of_the_units_are_those_that_were_tried() -> None:
    """As comments: an installation with one server needs none of them."""
    example = (DEPLOYMENTS / "systemd" / "server.example").read_text()
    lines = dict(re.findall(r"^#(PREFECT_\w+)=(.*)$", example, re.MULTILINE))
    assert {name: _ADDRESS.sub("REDIS/", value) for name, value in lines.items()} == {**tried(), REGISTERING: "false"}
    units = {unit.stem: unit.read_text() for unit in (DEPLOYMENTS / "systemd").glob("registration-prefect-*.service")}
    assert "bin/prefect server start --no-services\n" in units["registration-prefect-api"]
    assert "bin/prefect server services start\n" in units["registration-prefect-services"]
