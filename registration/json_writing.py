"""JSON that people and programs read: in Unicode, and what a terminal would obey is escaped."""

import json
import re
from typing import Any

_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def json_text(value: Any) -> str:
    """One document; ids and times as text. JSON itself escapes the control characters below the blank."""
    document = json.dumps(value, default=str, ensure_ascii=False, indent=2)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
