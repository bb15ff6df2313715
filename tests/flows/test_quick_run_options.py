"""What the quick run's form may say about a new batch."""

from typing import Any

import pytest
from pydantic import ValidationError

from flows.parameters import QuickRunOptions
from registration.batches.models import BatchOptions
from registration.errors import Refused


@pytest.mark.parametrize("said", [{"name": "x" * 5_000_000}, {"max_parallel": 10**12}, {"max_parallel": -1}])
def test_what_no_batch_can_have_is_refused_by_the_form(said: dict[str, Any]) -> None:
    """Its schema says so, and the server looks at that first."""
    with pytest.raises(ValidationError):
        QuickRunOptions(**said)


@pytest.mark.parametrize("name", ["Mon\x00day", "Mon\x1b]0;x"])
def test_a_name_that_cannot_be_kept_is_refused_in_words(name: str) -> None:
    """The run fails with them."""
    with pytest.raises(Refused, match="control characters"):
        QuickRunOptions(name=name).batch_options()


def test_empty_and_nought_are_none() -> None:
    """As the form shows them at first."""
    assert QuickRunOptions().batch_options() == BatchOptions()
