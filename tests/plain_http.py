"""HTTP clients of test servers, without TLS: loading the trusted certificates would take 25 ms per client."""

import httpx

from tests.waiting import HANG


def plain_http(url: str) -> httpx.AsyncClient:
    """A client of a server on this machine."""
    return httpx.AsyncClient(base_url=url, timeout=HANG, trust_env=False, verify=False)
