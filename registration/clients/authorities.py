"""Whom our HTTP clients trust: read once for a process, as reading it takes 25 ms in which nothing else happens."""

import ssl
from functools import cache

import httpx


@cache
def authorities(*, of_environment: bool) -> ssl.SSLContext:
    """For the `verify` of a client: the authorities of certifi.

    With `of_environment` those of SSL_CERT_FILE or SSL_CERT_DIR, if one is set, as a client takes them that uses the
    proxies of the environment too.
    """
    return httpx.create_ssl_context(trust_env=of_environment)
