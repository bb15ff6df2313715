"""Clients of the servers that tests start: without TLS, nobody is trusted, and reading whom to trust takes 25 ms."""

import httpx

from tests.waiting import HANG


def plain_http(url: str) -> httpx.AsyncClient:
    """A client of the server at this address, which is on this machine."""
    return httpx.AsyncClient(base_url=url, timeout=HANG, trust_env=False, verify=False)
