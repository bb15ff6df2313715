"""Words that stand where a register has no value: "No trading name", "Not provided", "-"."""

import re

_NOUNS = (
    r"(?:trading|business)[ -]names?|web ?sites?|web ?pages?|(?:phone|telephone|mobile|fax|contact)(?: numbers?)?"
    r"|e-?mails?(?: address(?:es)?)?|gst(?: numbers?)?|(?:postal |office |delivery |invoice |service )?address(?:es)?"
    r"|(?:industry |business )?classifications?|bic codes?|data|details?|information|value"
)
_SAID = r"(?:provided|recorded|registered|supplied|available|specified|listed|given|entered|held|found|on record)"
_PLACEHOLDER = re.compile(
    rf"no (?:{_NOUNS})(?:\(s\)|\(es\))?(?: (?:is |are |has been |have been )?{_SAID})?"
    rf"|(?:not|none|nothing) (?:applicable|known|disclosed|shown|displayed|set|{_SAID})"
    r"|none|nil|null|undefined|unknown|n/?a|-+|\N{EN DASH}|\N{EM DASH}|\.+",
    re.IGNORECASE,
)
_FRAME = "()[]. \t\N{NO-BREAK SPACE}"


def is_placeholder(text: str) -> bool:
    """Whether the whole text says that there is no value. A bar called "No Name Bar" has a name."""
    plain = " ".join(text.split())
    framed = plain.strip(_FRAME)
    return not framed or any(_PLACEHOLDER.fullmatch(one) for one in (plain, framed))
