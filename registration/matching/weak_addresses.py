"""Registered addresses of accountants, lawyers and registered-office services: many companies, none of them there."""

import re
import unicodedata
from collections.abc import Iterable

from registration.matching.address_signs import DASH, usual_signs
from registration.matching.words import core_words

_SERVICES = re.compile(
    r"\b(?:accountants?|accounting|accountancy|chartered|taxation|tax\s+agents?|solicitors?|lawyers?|barristers?|advisors"
    r"|advisers|advisory|bookkeep\w*|business\s+services|registered\s+office|virtual\s+office|trustees"
    r"|bdo|kpmg|deloitte|pwc|pricewaterhouse\w*|ernst\s+(?:&|and)\s+young|grant\s+thornton|baker\s+tilly|crowe|rsm|findex"
    r"|moore\s+markhams|nexia|uhy|bellingham\s+wallace|gilligan\s+sheppard|hayes\s+knight|markhams)(?!\w)",
    re.IGNORECASE,
)
_STROKE = "[/|]"
_CARE_OF = re.compile(
    rf"(?<![\w'’])(?:c\s*{_STROKE}(?!\s*\d)|c{_STROKE}(?=\s+\d|0\s*{DASH}|0\s+[^\W\d])|c{DASH}\s*{_STROKE}"
    rf"|c\.\s?o\b|c:o\b|c{DASH}o\b|co\s*{_STROKE}|(?:in\s+)?care(?:\s|{DASH}|{_STROKE})*of\b|p\s*{_STROKE}\s*a\b"
    rf"|f\.?a\.?o\b|(?<!\d\s)att(?:n|ent|ention)?(?=[\s.:;,-]))|(?:^|[,;\n])\s*(?:c\s?o\s|%\s*[^\W\d])",
    re.IGNORECASE,
)
"""As "C/-", "c/o", "C/ Smith", "℅", "Care-of", "Attn: Smith"; "C/12" is a unit."""

_FIRM = re.compile(
    r"(?:^|[,;\n])\s*(?P<firm>[^,;\n\d]*?(?:\b(?:limited|ltd|llp|partners|partnership|associates)"
    r"|(?:&|\band)\s+co(?:mpany)?)\b\.?)(?=\s*(?:[,;\n]|$)|\s+[^,;\n]*\d)",
    re.IGNORECASE,
)
"""A part of the address that names a firm, at its beginning."""


def is_service_address(address: str, own_names: Iterable[str] = ()) -> bool:
    """Whether the address is in somebody's care: an accountant, a lawyer, a registered-office service, any other firm.

    A company's own name in its address ("KIM LIMITED, 9 Queen Street") is nobody's care.
    """
    text = usual_signs(unicodedata.normalize("NFKC", address))
    if _SERVICES.search(text) or _CARE_OF.search(text):
        return True
    own = [core_words(name).words for name in own_names]
    return any(core_words(firm["firm"]).words not in own for firm in _FIRM.finditer(text))
