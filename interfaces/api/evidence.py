"""Pages of the register that were not understood: described in JSON, and as files that run nothing."""

from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import Field

from interfaces.api.models.base import Body, Timestamp
from registration.companies.page_evidence import EvidenceKind
from registration.companies.page_evidence_queries import KeptEvidence

_TYPES: Final = {EvidenceKind.HTML: "text/plain; charset=utf-8", EvidenceKind.SCREENSHOT: "image/png"}
"""HTML of another site is served as text: it must not become a page of ours."""
_POLICY: Final = "default-src 'none'; sandbox"


class Evidence(Body):
    """A page of the register that was not understood, as HTML or as a picture, of one attempt of a step."""

    id: UUID
    page_id: UUID = Field(description="The HTML and the screenshot of one page have the same.")
    kind: EvidenceKind
    step: int
    visit: int = Field(description="The revision of the step in which the page was read.")
    url: str = Field(description="The address of the page in the register.")
    size: int = Field(description="In bytes.")
    sha256: str
    is_cut: bool = Field(description="The page had more HTML than is kept.")
    created_at: Timestamp
    content_url: str = Field(description="Where the bytes are.")

    @classmethod
    def of(cls, kept: KeptEvidence) -> "Evidence":
        """As it is kept, with its address in this API."""
        names = cls.model_fields.keys() - {"content_url"}
        values = {name: getattr(kept, name) for name in names}
        return cls(**values, content_url=f"/api/registration-jobs/{kept.job_id}/evidence/{kept.id}")


def evidence_response(kept: KeptEvidence, content: bytes, *, show_pictures: bool = False) -> Response:
    """The bytes as a download; with `show_pictures` a browser shows a screenshot. No header comes from the page."""
    is_shown = show_pictures and kept.kind is EvidenceKind.SCREENSHOT
    disposition = f'{"inline" if is_shown else "attachment"}; filename="{kept.file_name}"'
    headers = {
        "Content-Disposition": disposition,
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=_TYPES[kept.kind], headers=headers)
