"""How the NZBN API is asked, and answers that the sandbox cannot give."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dev.stack.databases import DatabaseUrls
from registration.companies.models import RegisterQuery
from registration.companies.rate_limit import RequestPace
from registration.database.session import Database
from registration.errors import RegisterPageNotUnderstood, RegisterUnavailable, RegistrationError, SearchFailed
from tests.registration.companies.nzbn.nzbn_mock import KAI, KEY, URL, Answer, asking, full, item, listing, searched


async def test_requests_are_as_officially_described() -> None:
    """Address, parameters and the header with the key."""
    requests: list[httpx.Request] = []

    def nothing(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"items": [], "totalItems": 0})

    async with asking(nothing) as register:
        await register.search(RegisterQuery(name="Ōtaki Kai (Main Street)", city="Ōtaki"))
    assert {str(request.url.copy_with(query=None)) for request in requests} == {f"{URL}/entities"}
    assert {request.headers["Ocp-Apim-Subscription-Key"] for request in requests} == {"top-secret-key"}
    fixed = {"entity-status": "Registered", "page": "0", "page-size": "50"}
    terms = ("Ōtaki Kai (Main Street)", "Ōtaki Kai", "otaki kai")
    assert [dict(request.url.params) for request in requests] == [{"search-term": term} | fixed for term in terms]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"items": None},
        {"items": "none"},
        {"items": [], "totalItems": 3},
        {"items": [{"entityName": "KAI LIMITED"}], "totalItems": 1},
        {"items": [{"nzbn": "1", "name": "KAI LIMITED", "number": "1"}], "totalItems": 1},
        {"items": [item(1, registrationDate="yesterday")], "totalItems": 1},
        {"items": [item(1, tradingNames="Kai")], "totalItems": 1},
    ],
)
async def test_results_of_another_shape_are_not_understood(body: object) -> None:
    """Never "nothing found"."""
    with pytest.raises(SearchFailed, match="not understood"):
        await searched(lambda _: httpx.Response(200, json=body))


@pytest.mark.parametrize("body", [{"items": None, "totalItems": 0}, {"items": [], "totalItems": None}])
async def test_nothing_may_be_said_in_two_ways(body: object) -> None:
    """A count of none, or a list of none."""
    assert (await searched(lambda _: httpx.Response(200, json=body))).found_by_name == ()


async def test_entities_without_number_or_name_are_no_companies() -> None:
    """As sole traders, who are in the same directory."""
    results = await searched(listing([item(None), item(7, entityName=None), item(8, entityStatusDescription=None)], 3))
    assert [(one.company_number, one.status) for one in results.found_by_name] == [("8", "")]


async def test_what_the_entity_says_fills_the_list() -> None:
    """Of several registered offices the latest counts, those that ended do not; names that ended are previous ones."""
    offices = [
        {"addressType": "registered", "address1": street, "startDate": start, "endDate": end}
        for street, start, end in (
            ("1 A St", "2020-01-01", None),
            ("2 B St", "2022-01-01", ""),
            ("3 C St", "", "2019-01-01"),
        )
    ]
    names = [{"name": "Kai"}, {"name": "Old Kai", "endDate": "2020-01-01T00:00:00.000+1300"}]
    said = {"addresses": {"addressList": offices}, "tradingNames": names, "entityStatusDescription": "Registered"}
    one = item(1, previousEntityNames=["FIRST LIMITED", None], entityStatusDescription=None)
    [found] = (await searched(listing([one], 1, **said))).found_by_name
    assert (found.registered_address, found.status) == ("2 B St", "Registered")
    assert (found.trading_names, found.previous_names) == (("Kai",), ("FIRST LIMITED", "Old Kai"))


@pytest.mark.parametrize(
    "said, is_active",
    [
        ({"roleStatus": "CEASED"}, False),
        ({"roleStatus": "Inactive", "endDate": ""}, False),
        ({"roleStatus": "Resigned"}, False),
        ({"roleStatus": "ACTIVE", "endDate": "2020-01-01T00:00:00.000+1300"}, False),
        ({"endDate": "2020-01-01T00:00:00.000+1300"}, False),
        ({"roleStatus": "ACTIVE", "endDate": "2999-01-01T00:00:00.000+1300"}, True),
        ({"roleStatus": "Active"}, True),
        ({"roleStatus": None}, True),
        ({}, True),
    ],
)
async def test_a_director_is_active_unless_date_or_status_say_otherwise(said: dict[str, Any], is_active: bool) -> None:
    """A status may tell an end whose date is missing; an end in the future is only announced."""
    role = {"roleType": "Director", "rolePerson": {"firstName": "Mere", "lastName": "WALKER"}}
    async with asking(listing([item(1)], 1, roles=[role | said])) as register:
        details = await register.details("1")
    assert [director.is_active for director in details.directors] == [is_active]
    assert (details.first_active_director is not None) is is_active


async def test_a_directors_address_is_the_one_that_holds_today() -> None:
    """Neither one that has ended, nor one that is to come; of several the latest; none rather than a wrong one."""
    ended = {"address1": "1 A St", "startDate": "2010-01-01", "endDate": "2019-01-01"}
    today = {"address1": "2 B St", "startDate": "2019-01-01", "endDate": None}
    older = {"address1": "3 C St", "startDate": "2015-01-01"}
    to_come = {"address1": "4 D St", "startDate": "2999-01-01"}
    for addresses, right in (([ended, older, today, to_come], "2 B St"), ([ended], None), ([ended, to_come], None)):
        role = {"roleType": "Director", "rolePerson": {"lastName": "WALKER"}, "roleAddress": addresses}
        async with asking(listing([item(1)], 1, roles=[role])) as register:
            [director] = (await register.details("1")).directors
        assert director.address == right


async def test_an_announced_change_is_not_made_yet() -> None:
    """A registered office and a trading name hold until the day of their end; what begins later is not there yet."""
    offices = [
        {"addressType": "registered", "address1": "1 A St", "startDate": "2020-01-01", "endDate": "2999-01-01"},
        {"addressType": "registered", "address1": "2 B St", "startDate": "2999-01-01"},
    ]
    names = [{"name": "Kai", "endDate": "2999-01-01T00:00:00.000+1300"}]
    one = item(1)
    [found] = (await searched(listing([one], 1, addresses={"addressList": offices}, tradingNames=names))).found_by_name
    assert (found.registered_address, found.trading_names, found.previous_names) == ("1 A St", ("Kai",), ())


@pytest.mark.parametrize("said", [{"nzbn": "9429000000999"}, {"sourceRegisterUniqueIdentifier": "2"}])
async def test_an_entity_that_was_not_asked_for_is_not_understood(said: dict[str, str]) -> None:
    """Nobody's address is taken for another's: the candidate stays as it was listed."""
    offices = {"addressList": [{"addressType": "REGISTERED", "address1": "1 A St"}]}
    answer = listing([item(1)], 1, addresses=offices, **said)
    [found] = (await searched(answer)).found_by_name
    assert (found.registered_address, found.company_number) == ("", "1")
    assert "it describes" in str(found.not_read)
    async with asking(answer) as register:
        with pytest.raises(RegisterPageNotUnderstood, match="it describes"):
            await register.details("1")


async def test_a_number_of_two_registers_is_the_companys() -> None:
    """Each register counts on its own; if that does not tell them apart, nobody guesses."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/entities"):
            return httpx.Response(200, json={"items": [item(7, nzbn="1"), item(7, nzbn="2")], "totalItems": 2})
        return full(request, sourceRegister="COMPANY" if request.url.path.endswith("2") else "T")

    async with asking(answer) as register:
        assert (await register.details("7")).nzbn == "2"
    async with asking(listing([item(7, nzbn="1"), item(7, nzbn="2")], 2)) as register:
        with pytest.raises(RegisterPageNotUnderstood, match="2 entities have the number 7"):
            await register.details("7")


async def test_the_key_is_in_no_error() -> None:
    """Neither in text and details nor in the exception that was the cause, nor if the API repeats it."""

    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut", request=request)

    answers: list[Answer] = [cut, lambda _: httpx.Response(418, text=f"not with {KEY.get_secret_value()}")]
    for answer in answers:
        async with asking(answer) as register:
            with pytest.raises(RegistrationError) as caught:
                await register.details("1")
        error = caught.value
        assert KEY.get_secret_value() not in f"{error!r} {error.details}"
        assert not isinstance(error.__cause__ or error.__context__, httpx.HTTPError)


class Crowd(httpx.AsyncBaseTransport):
    """Answers searches, and counts how many are inside at a time."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._answer = httpx.MockTransport(listing([item(number) for number in range(1, 9)], 8))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0)
        self.inside -= 1
        return await self._answer.handle_async_request(request)


async def test_a_few_requests_at_a_time() -> None:
    """The others wait for their turn."""
    crowd = Crowd()
    async with asking(crowd, requests_at_a_time=2) as register:
        assert len((await register.search(KAI)).found_by_name) == 8
    assert (crowd.most, crowd.inside) == (2, 0)


async def test_who_is_too_busy_is_left_alone_by_all(database_urls: DatabaseUrls) -> None:
    """Every request takes a turn of the shared pace, and 429 makes everybody wait, but not for ever."""
    assert database_urls.app
    database, organisation_id, key = Database(database_urls.app), uuid4(), f"test:{uuid4()}"
    paces = [RequestPace(database, organisation_id, key, a_minute=6000) for _ in range(2)]
    busy = httpx.Response(429, headers={"Retry-After": "9000"})
    async with asking(lambda _: busy, pace=paces[0]) as register:
        with pytest.raises(RegisterUnavailable, match="status 429"):
            await register.details("1")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await paces[1].turn()
    await database.close()


OUT_OF_QUOTA = {"statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 01:00:07."}


@pytest.mark.parametrize(
    "answer,wait",
    [
        (httpx.Response(403, headers={"Retry-After": "3607"}, json=OUT_OF_QUOTA), 3607),
        (httpx.Response(403, headers={"Retry-After": "12"}), 12),
        (httpx.Response(403, json=OUT_OF_QUOTA), 3607),
        (httpx.Response(403, json={"message": "Rate limit is exceeded."}), None),
        (httpx.Response(429, json={"message": "Rate limit is exceeded. Try again in 30 seconds."}), 30),
        (httpx.Response(429, headers={"Retry-After": "7"}), 7),
    ],
)
async def test_a_quota_that_is_used_up_passes(
    database_urls: DatabaseUrls, answer: httpx.Response, wait: float | None
) -> None:
    """Nobody needs another key: it is unavailable, says for how long, and everybody leaves it alone."""
    assert database_urls.app
    database, key = Database(database_urls.app), f"test:{uuid4()}"
    paces = [RequestPace(database, uuid4(), key, a_minute=6000) for _ in range(2)]
    async with asking(lambda _: answer, pace=paces[0]) as register:
        with pytest.raises(RegisterUnavailable) as caught:
            await register.search(KAI)
    assert (caught.value.details["status"], caught.value.details["retry_after"]) == (answer.status_code, wait)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await paces[1].turn()
    await database.close()
