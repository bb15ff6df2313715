"""Which links are public: what the platform is asked to read must not lead into its own network."""

import pytest
from pydantic import TypeAdapter, ValidationError

from registration.kit.public_links import why_not_public
from registration.kit.values import WebUrl

_LINK: TypeAdapter[str] = TypeAdapter(WebUrl)

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://10.0.0.8:8080/x",
    "http://172.16.3.4/",
    "http://192.168.1.1/admin",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://localhost:3007/",
    "http://LOCALHOST./",
    "http://kai.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/computeMetadata/",
    "http://router.home.arpa/",
    "http://intranet/",
    "http://127。0。0。1/",
    "https://ubereats.com@127.0.0.1/",
    "https://user:secret@kai.example.nz/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_link_into_a_network_is_refused_with_a_reason(url: str) -> None:
    """Whatever way its address is written in; the lists and leads that it comes from are told so."""
    assert why_not_public(url)
    with pytest.raises(ValidationError, match="leads to no public page"):
        _LINK.validate_python(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ubereats.com/nz/store/kai?x=1",
        "https://kai.example",
        "http://kai.co.nz:8080/menu",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
        "https://café.nz/",
        "https://localhost.kai.nz/",
        "https://123.kai.nz/",
        "https://home.kai.nz",
    ],
)
def test_a_public_link_is_taken(url: str) -> None:
    """By name or by address, on any port."""
    assert why_not_public(url) is None
    assert _LINK.validate_python(url) == url
