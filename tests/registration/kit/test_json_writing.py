"""JSON that may be printed on a terminal."""

import json

from hypothesis import given
from hypothesis import strategies as st

from registration.kit.documents import json_text


@given(st.text(st.characters()))
def test_every_text_comes_back_and_nothing_in_it_is_obeyed(text: str) -> None:
    """Control characters, marks of direction and lone surrogates are written as escapes."""
    document = json_text({"name": text})
    assert json.loads(document) == {"name": text}
    assert not set(document) & {"\x1b", "\x9b", "\x7f", "\u202e", "\u2066"}
    assert document.encode()


def test_letters_stay_as_they_are() -> None:
    """People read it."""
    assert json_text({"name": "Whetū 🍕"}) == '{\n  "name": "Whetū 🍕"\n}'
