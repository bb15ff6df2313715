"""The one browser of a process: when it is there, when it is not, and what becomes of it when something dies."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Awaitable

import pytest
import pytest_asyncio

from dev.stack.environment import base_environment
from dev.stack.sandbox import Sandbox
from registration.companies.models import RegisterQuery, SourceState
from registration.companies.website.browser import Browser, browser_of_this_process
from registration.companies.website.browser_visits import BrowserVisitors
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.errors import BrowserCrashed
from tests.processes import browsers, running
from tests.registration.serving import Site, results, served
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("usable_browser")]

KERERU = RegisterQuery(name="Kererū Kitchen", street="214 Cuba Street", city="Wellington")


_of_other_tests: set[int] = set()


@pytest.fixture(autouse=True)
def others() -> None:
    """The browsers that other tests of this process have open are not those of these tests."""
    _of_other_tests.clear()
    _of_other_tests.update(browsers(os.getpid()))


def _ours() -> dict[int, str]:
    others = _of_other_tests | browsers(*_of_other_tests).keys()
    return {pid: line for pid, line in browsers(os.getpid()).items() if pid not in others}


async def _fail() -> None:
    raise ValueError("wrong")


def _drivers() -> int:
    """There is one for each browser."""
    return sum("driver/node" in line for line in _ours().values())


def _process(words: str) -> int:
    return next(pid for pid, line in _ours().items() if words in line and "sh -e" not in line)


@pytest_asyncio.fixture
async def browser() -> AsyncGenerator[Browser]:
    """The browser of this process, held as a client holds it."""
    async with browser_of_this_process(60) as browser:
        yield browser


@pytest_asyncio.fixture
async def site() -> AsyncGenerator[tuple[Site, CompaniesOfficeWebsite]]:
    """A site that can keep its visitors waiting, and the client on it."""
    site = Site()
    async with served(site.app()) as url, CompaniesOfficeWebsite(url) as client:
        yield site, client


async def test_a_browser_starts_with_the_first_search_and_ends_with_the_client(sandbox: Sandbox) -> None:
    """Before and after there is no process of it."""
    async with CompaniesOfficeWebsite(sandbox.url) as register:
        assert not _ours()
        assert (await register.search(KERERU)).by_name.state is SourceState.FOUND
        assert _ours()
    assert not _ours()


async def test_two_clients_of_a_process_share_the_browser(sandbox: Sandbox) -> None:
    """And it stays for the second one when the first is done."""
    async with CompaniesOfficeWebsite(sandbox.url) as second:
        async with CompaniesOfficeWebsite(sandbox.url) as first:
            await asyncio.gather(first.search(KERERU), second.search(KERERU))
            assert _drivers() == 1
        assert (await second.details("5870122")).company_name == "KERERU KITCHEN LIMITED"


async def test_an_idle_browser_ends_and_the_next_search_starts_one(sandbox: Sandbox) -> None:
    """Nothing of it is left while nobody searches; the client notices nothing."""
    async with CompaniesOfficeWebsite(sandbox.url, BrowserVisitors(idle_seconds=0.1)) as register:
        await register.search(KERERU)
        await until(lambda: not _ours(), "the browser")
        assert (await register.search(KERERU)).by_name.state is SourceState.FOUND


async def test_contexts_are_closed_when_a_visit_ends_badly(browser: Browser) -> None:
    """By an error, by a cancel: no context is left open in the browser."""
    async with browser.context() as context:
        real = context.browser
    assert real is not None
    entered = asyncio.Event()

    async def end_badly(how: Awaitable[object]) -> None:
        async with browser.context():
            entered.set()
            await how

    failing, waiting = (asyncio.create_task(end_badly(how)) for how in (_fail(), asyncio.Event().wait()))
    await entered.wait()
    await asyncio.wait([failing])
    assert len(real.contexts) == 1
    waiting.cancel()
    ended = await asyncio.gather(failing, waiting, return_exceptions=True)
    assert [type(one) for one in ended] == [ValueError, asyncio.CancelledError]
    assert real.contexts == []


async def test_whoever_starts_the_browser_may_be_cancelled(browser: Browser) -> None:
    """The one who came second gets it all the same, and there is one."""

    async def look() -> bool:
        async with browser.context() as context:
            return context.browser is not None

    first, second = asyncio.create_task(look()), asyncio.create_task(look())
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert _drivers() == 1


@pytest.mark.faults
@pytest.mark.parametrize("words", ["--remote-debugging-pipe", "--type=renderer", "driver/node"])
async def test_a_search_survives_the_death_of_a_process(words: str, site: tuple[Site, CompaniesOfficeWebsite]) -> None:
    """Browser, page or driver killed in the middle: the search is made again in a new browser."""
    pages, register = site
    pages.show("hold on", results(7))
    searching = asyncio.create_task(register.search(RegisterQuery(name="hold on")))
    await until(lambda: pages.at_a_time == 1, "the first request")
    os.kill(_process(words), signal.SIGKILL)
    await until(lambda: len(pages.asked) == 2, "the second request")
    pages.hold.set()
    assert (await searching).by_name.state is SourceState.FOUND
    assert _drivers() == 1


@pytest.mark.faults
async def test_a_browser_that_always_dies_is_an_error_that_passes(site: tuple[Site, CompaniesOfficeWebsite]) -> None:
    """After the second death the source has failed; a later search works."""
    pages, register = site
    searching = asyncio.create_task(register.search(RegisterQuery(name="hold on")))
    for times in (1, 2):
        await until(lambda times=times: len(pages.asked) == times, "the request")
        os.kill(_process("--remote-debugging-pipe"), signal.SIGKILL)
    with pytest.raises(BrowserCrashed, match="browser that reads the register ended"):
        await searching
    assert (await register.search(RegisterQuery(name="nobody"))).by_name.state is SourceState.NOTHING


@pytest.mark.faults
@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, None])
async def test_no_browser_outlives_its_process(way: signal.Signals | None, sandbox: Sandbox) -> None:
    """Whether the process is killed or ends without having closed anything."""
    program = f"""
import asyncio, sys
from registration.companies.website.client import CompaniesOfficeWebsite

async def main():
    register = await CompaniesOfficeWebsite({sandbox.url!r}).__aenter__()
    await register.details("5870122")
    print("read", flush=True)
    await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), stdin=PIPE, stdout=PIPE, env=base_environment(allow_external=False)
    )
    assert process.stdout
    assert process.stdin
    assert await process.stdout.readline() == b"read\n"
    left = set(browsers(process.pid))
    assert len(left) > 3
    if way is None:
        process.stdin.write(b"\n")
    else:
        process.send_signal(way)
    await process.wait()
    await until(lambda: not running(left), "the browser")
