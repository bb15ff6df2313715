"""The options of a new batch in the quick run's form."""

from typing import Any

import pytest
from pydantic import ValidationError

from flows.parameters import QuickRunOptions
from registration.batches.models import BatchOptions
from registration.errors import Refused


@pytest.mark.parametrize("said", [{"name": "x" * 5_000_000}, {"max_parallel": 10**12}, {"max_parallel": -1}])
def test_an_impossible_option_is_refused_by_the_form(said: dict[str, Any]) -> None:
    """The schema forbids it, and the server checks the schema first."""
    with pytest.raises(ValidationError):
        QuickRunOptions(**said)


@pytest.mark.parametrize("name", ["Mon\x00day", "Mon\x1b]0;x"])
def test_a_name_that_cannot_be_stored_is_refused_with_a_message(name: str) -> None:
    """The run fails with the reason."""
    with pytest.raises(Refused, match="control characters"):
        QuickRunOptions(name=name).batch_options()


def test_empty_and_zero_are_none() -> None:
    """As the form shows them at first."""
    assert QuickRunOptions().batch_options() == BatchOptions()
