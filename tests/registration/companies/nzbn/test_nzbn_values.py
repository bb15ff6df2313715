"""Single values of the NZBN API."""

import pytest
from pydantic import TypeAdapter

from registration.companies.nzbn.values import Text


@pytest.mark.parametrize("said", ["Smith &amp; Sons", "Smith &amp;amp; Sons", " Smith &#38;\n Sons "])
def test_a_name_that_was_entered_with_entities_is_read_as_it_is_called(said: str) -> None:
    """Escaped once or twice, by whatever form it was entered with."""
    assert TypeAdapter[str | None](Text).validate_python(said) == "Smith & Sons"
