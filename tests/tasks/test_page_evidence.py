"""What a page that was not understood is shown as."""

from uuid import uuid4

from tasks.company_search import told_of_page
from tasks.context import JobRef

EVIL = "Kai](https://evil.example/login) ![x](https://evil.example/x.png)"


def test_neither_the_restaurants_name_nor_the_pages_address_is_markup() -> None:
    """The UI takes link, text and description for Markdown."""
    job = JobRef(organisation_id=uuid4(), batch_id=uuid4(), job_id=uuid4(), restaurant=EVIL)
    told = told_of_page(job, {"url": "http://register.example/a)b>c", "evidence": {"not_kept": "no room"}})
    assert told["link"] == "http://register.example/a%29b%3Ec"
    assert told["link_text"].startswith("What the register showed for Kai)(https: //evil.example")
    assert told["description"] == ("[The page](<http://register.example/a%29b%3Ec>) was not understood. Kept: no room")
