"""Images that a person gives for a restaurant: known by their bytes, of limited size, stored as data URIs."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from registration.errors import Refused
from registration.kit.documents import read_bytes

MOST_BYTES = 5 * 1024 * 1024
_SIGNATURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/avif": re.compile(rb"....ftypavi[fs]", re.DOTALL),
}


def image_kind(content: bytes) -> str | None:
    """The media type by the first bytes; None for anything else, also for SVG, which can hold scripts."""
    return next((kind for kind, signature in _SIGNATURES.items() if signature.match(content)), None)


@dataclass(frozen=True)
class GivenImage:
    """An image and its media type."""

    kind: str
    content: bytes

    @property
    def data_uri(self) -> str:
        """The image as the platform stores images in its database."""
        return f"data:{self.kind};base64,{base64.b64encode(self.content).decode()}"

    @property
    def description(self) -> str:
        """The image in words, for an event: `image/png, 12 kB, sha256 …`."""
        digest = hashlib.sha256(self.content).hexdigest()[:12]
        return f"{self.kind}, {max(1, len(self.content) // 1000)} kB, sha256 {digest}"


def read_image(content: bytes, source: str) -> GivenImage:
    """The image in these bytes. Raises Refused if they are too many, or of no known kind of image."""
    if len(content) > MOST_BYTES:
        raise too_large(source)
    if (kind := image_kind(content)) is None:
        raise Refused(
            f"{source} is no picture",
            code="NOT_AN_IMAGE",
            hint="give a PNG, JPEG, GIF, WebP or AVIF; an SVG can hold scripts and is not taken",
        )
    return GivenImage(kind, content)


def read_image_file(path: Path) -> GivenImage:
    """The image in a file. Raises Refused as `read_image` does, or if the file cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise too_large(path.name)
        content = read_bytes(path, MOST_BYTES)
    except OSError as error:
        raise Refused(
            f"{path} cannot be read: {error.strerror}",
            code="IMAGE_NOT_READABLE",
            hint="name a file, or an address that begins with https://",
        ) from error
    return read_image(content, path.name)


def too_large(source: str) -> Refused:
    """The refusal of an image that is too large."""
    megabytes = MOST_BYTES // (1024 * 1024)
    return Refused(
        f"{source} is larger than {megabytes} MiB", code="IMAGE_TOO_LARGE", hint="give a smaller version of the picture"
    )
