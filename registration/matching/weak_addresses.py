"""Registered addresses of accountants, lawyers and registered-office services: many companies, none of them there."""

import re

_SERVICES = re.compile(
    r"\b(?:accountants?|accounting|accountancy|chartered|taxation|tax\s+agents?|solicitors?|lawyers?|barristers?|advisors"
    r"|advisers|advisory|bookkeep\w*|business\s+services|registered\s+office|virtual\s+office|trustees|c/[-o]|care\s+of"
    r"|bdo|kpmg|deloitte|pwc|pricewaterhouse\w*|ernst\s+(?:&|and)\s+young|grant\s+thornton|baker\s+tilly|crowe|rsm|findex"
    r"|moore\s+markhams|nexia|uhy|bellingham\s+wallace|gilligan\s+sheppard|hayes\s+knight|markhams)(?!\w)",
    re.IGNORECASE,
)


def is_service_address(address: str) -> bool:
    """Whether the address names an accountant, a lawyer or a registered-office service, or is "care of" somebody."""
    return _SERVICES.search(address) is not None
