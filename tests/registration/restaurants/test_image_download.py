"""Images from files and addresses: known by their bytes, limited in size, never from a private network."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from registration.errors import Refused
from registration.restaurants.image_download import download_image, resolve_host
from registration.restaurants.images import MOST_BYTES, GivenImage, image_kind, read_image, read_image_file
from tests.registration.serving import served

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
HOST = "images.kai.co.nz"
KINDS = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/gif": b"GIF89a",
    "image/webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "image/avif": b"\x00\x00\x00\x20ftypavif",
}


def _site() -> FastAPI:
    app = FastAPI()

    @app.get("/{path:path}")
    async def answer(path: str, request: Request) -> Response:
        match path:
            case "large.png":
                return Response(PNG + b"0" * MOST_BYTES)
            case "logo.svg":
                return Response(b"<svg onload='x'/>", media_type="image/png")
            case "missing.png":
                return Response(status_code=404)
            case "moved.png":
                return RedirectResponse("/logo.png")
            case "inside.png":
                return RedirectResponse("http://inside.kai.co.nz/logo.png")
            case "local.png":
                return RedirectResponse("http://169.254.169.254/latest/meta-data")
            case "round.png":
                return RedirectResponse("/round.png")
            case _:
                # The name of the host is asked for, though the connection goes to its address.
                return Response(PNG + request.headers["host"].encode(), media_type="text/html")

    return app


@pytest_asyncio.fixture
async def port() -> AsyncGenerator[str]:
    """The port of a site with pictures."""
    async with served(_site()) as address:
        yield address.rpartition(":")[2]


async def _resolve(host: str, _port: int) -> Sequence[str]:
    """The site's host is this machine, another one is in a private network."""
    return ["127.0.0.1"] if host == HOST else ["10.0.0.1"]


async def _download(url: str) -> GivenImage:
    return await download_image(url, resolve=_resolve, is_allowed=lambda address: address == "127.0.0.1")


@pytest.mark.parametrize("kind, content", KINDS.items())
def test_the_kind_is_known_by_the_bytes(kind: str, content: bytes) -> None:
    """Whatever a server or a file's name says."""
    assert image_kind(content) == kind
    assert read_image(content, "logo").data_uri.startswith(f"data:{kind};base64,")


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"<html>", b"%PDF-1.4", b"\x89PN"])
def test_anything_else_is_refused(content: bytes) -> None:
    """An SVG can hold scripts."""
    with pytest.raises(Refused, match="is no picture") as refused:
        read_image(content, "logo")
    assert refused.value.hint


def test_a_file_is_read(tmp_path: Path) -> None:
    """Up to five megabytes."""
    file = tmp_path / "logo.svg"
    file.write_bytes(PNG)
    assert read_image_file(file).kind == "image/png"
    file.write_bytes(PNG + b"0" * MOST_BYTES)
    with pytest.raises(Refused, match="larger than 5 MiB"):
        read_image_file(file)
    with pytest.raises(Refused, match="cannot be read"):
        read_image_file(tmp_path / "none.png")


async def test_an_address_is_fetched(port: str) -> None:
    """Also after a redirect; the host is named in the request."""
    for path in ("logo.png", "moved.png"):
        image = await _download(f"http://{HOST}:{port}/{path}")
        assert (image.kind, image.content) == ("image/png", PNG + f"{HOST}:{port}".encode())


@pytest.mark.parametrize(
    "path, code",
    [
        ("large.png", "IMAGE_TOO_LARGE"),
        ("logo.svg", "NOT_AN_IMAGE"),
        ("missing.png", "IMAGE_NOT_FETCHED"),
        ("round.png", "IMAGE_NOT_FETCHED"),
        ("inside.png", "ADDRESS_NOT_PUBLIC"),
        ("local.png", "ADDRESS_NOT_PUBLIC"),
    ],
)
async def test_what_a_site_must_not_answer(port: str, path: str, code: str) -> None:
    """A redirect into a private network is not followed."""
    with pytest.raises(Refused) as refused:
        await _download(f"http://{HOST}:{port}/{path}")
    assert (refused.value.code, bool(refused.value.hint)) == (code, True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/logo.png",
        "http://localhost/logo.png",
        "http://[::1]/logo.png",
        "http://2130706433/logo.png",
        "http://printer.local/logo.png",
        "http://user:secret@kai.co.nz/logo.png",
        "file:///etc/passwd",
        "http://inside.kai.co.nz/logo.png",
    ],
)
async def test_a_private_network_is_out_of_reach(url: str) -> None:
    """By address, by name, and by a name that resolves to a private address."""
    with pytest.raises(Refused) as refused:
        await _download(url)
    assert refused.value.code == "ADDRESS_NOT_PUBLIC"


async def test_one_private_address_among_several_is_enough() -> None:
    """The connection could go to any of them."""

    async def both(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.216.34", "192.168.1.1"]

    with pytest.raises(Refused, match="local network"):
        await download_image("http://kai.co.nz/logo.png", resolve=both)


async def test_an_unknown_host_is_named() -> None:
    """By the resolver of this machine."""
    assert "127.0.0.1" in await resolve_host("127.0.0.1", 80)
    with pytest.raises(Refused, match="its host is not known"):
        await download_image("http://no-such-host.invalid.example/logo.png")
