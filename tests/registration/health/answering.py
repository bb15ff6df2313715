"""Servers of a test that are not what they should be."""

import ssl
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from fastapi.responses import Response

from registration.health.finding import Finding
from tests.registration.serving import served


def answering(status: int, body: str = "", kind: str = "application/json") -> AbstractAsyncContextManager[str]:
    """The address of a server that has one answer to everything."""
    app = FastAPI()

    async def answer() -> Response:
        return Response(body, status, media_type=kind)

    app.add_api_route("/{path:path}", answer, methods=["GET", "HEAD"])
    return served(app)


def ahead(seconds: float) -> time_machine.travel:
    """This machine's clock is so far ahead of all others."""
    return time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True)


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    """The findings by what they are about."""
    return {one.about: one for one in findings}


def untrusted(folder: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    file = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
