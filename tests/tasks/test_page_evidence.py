"""The artifact of a page that was not understood."""

from uuid import uuid4

from tasks.company_search import page_artifact
from tasks.context import JobRef

EVIL = "Kai](https://evil.example/login) ![x](https://evil.example/x.png)"


def test_neither_the_restaurants_name_nor_the_pages_address_is_markup() -> None:
    """The UI renders link, text and description as Markdown."""
    job = JobRef(organisation_id=uuid4(), batch_id=uuid4(), job_id=uuid4(), restaurant=EVIL)
    told = page_artifact(job, {"url": "http://register.example/a)b>c", "evidence": {"not_kept": "no room"}})
    assert told["link"] == "http://register.example/a%29b%3Ec"
    assert told["link_text"].startswith("What the register showed for Kai)(https: //evil.example")
    assert told["description"] == ("[The page](<http://register.example/a%29b%3Ec>) was not understood. Kept: no room")
