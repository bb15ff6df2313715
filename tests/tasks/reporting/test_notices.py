"""The text of notices: a channel may have its own markup, and names of restaurants may contain any text."""

from uuid import uuid4

import pytest

from registration.batches.models import Batch
from tasks.reporting.events import payload


def _batch(name: str) -> Batch:
    return Batch(
        id=uuid4(),
        organisation_id=uuid4(),
        name=name,
        max_parallel=None,
        failure_threshold=0.5,
        confirm_queries=False,
        default_config={},
        started_at=None,
        cancel_requested_at=None,
        cancelled_at=None,
        halted_reason=None,
    )


@pytest.mark.parametrize("mark", ["<!channel>", "<http://evil.example|login>", "@everyone", "[x](http://x.nz)", "<b>"])
def test_what_is_shown_calls_nobody_and_leads_nowhere(mark: str) -> None:
    """Slack, Teams, Discord and mails get plain text; programs get the names unchanged."""
    told = payload(_batch(f"Monday {mark}"), f"Kai {mark} failed", {"restaurant": f"Kai {mark}"})
    for shown in (told["text"], told["subject"]):
        assert not set(shown) & set("<>@[]`*_")
        assert "://" not in shown
        assert shown.startswith("Monday ")
    assert (told["batch"], told["restaurant"]) == (f"Monday {mark}", f"Kai {mark}")
