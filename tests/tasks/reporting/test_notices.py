"""What notices say: whoever shows them may have marks of its own, and names of restaurants hold what they like."""

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
        stop_requested_at=None,
        cancelled_at=None,
        stopped_reason=None,
    )


@pytest.mark.parametrize("mark", ["<!channel>", "<http://evil.example|login>", "@everyone", "[x](http://x.nz)", "<b>"])
def test_what_is_shown_calls_nobody_and_leads_nowhere(mark: str) -> None:
    """Slack, Teams, Discord and mails are given a text; programs are given the names as they are."""
    told = payload(_batch(f"Monday {mark}"), f"Kai {mark} failed", {"restaurant": f"Kai {mark}"})
    for shown in (told["text"], told["subject"]):
        assert not set(shown) & set("<>@[]`*_")
        assert "://" not in shown
        assert shown.startswith("Monday ")
    assert (told["batch"], told["restaurant"]) == (f"Monday {mark}", f"Kai {mark}")
