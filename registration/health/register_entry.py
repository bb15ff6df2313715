"""Findings on the entry of one company: the fields that the register shows, and the source of the register."""

from registration.companies.details import CompanyDetails
from registration.health.finding import Finding, error, fine, warning
from registration.settings import Settings

_ENTRY = "entry of a company"
_WAY = "way to the companies register"
_ALWAYS_SHOWN = ("name", "number", "status")
_MAY_BE_MISSING = (
    "nzbn", "incorporation_date", "entity_type", "addresses", "directors", "shareholders", "gst_numbers", "phones",
    "emails", "trading_names", "websites", "industry_classifications",
)  # fmt: skip


def entry_finding(
    details: CompanyDetails | None, says: str, address: str | None = None, *, is_certain: bool = False
) -> Finding:
    """The finding on an entry. `details` None: it could not be read; `is_certain`: no other reader could read it
    either.
    """
    at = f"open {address} in a browser" if address else "try again later"
    if details is None:
        step = f"{at}; if a company is shown, its layout has changed, and the reader must be changed too"
        return error(_ENTRY, says, step) if is_certain else warning(_ENTRY, says, step)
    known = [*_ALWAYS_SHOWN, *(_plain(name) for name in _MAY_BE_MISSING if name not in details.missing)]
    says = f"{says}: {', '.join(known)}"
    if details.missing:
        says += f"; without: {', '.join(map(_plain, details.missing))}"
    absent = [name for name in details.gaps if name in details.missing]
    if absent:
        step = f"{at}; if it has {' and '.join(absent)}, its layout has changed, and the reader must be changed too"
        return warning(_ENTRY, says, step)
    return fine(_ENTRY, says)


def way_finding(settings: Settings) -> Finding:
    """The source of the register, and why it is used."""
    chosen = settings.register_source is not None
    api = settings.register_way == "nzbn"
    way = "the NZBN API, which has no search by address" if api else "the register's website"
    why = "there is a REGISTRATION_NZBN_KEY" if api else "there is no REGISTRATION_NZBN_KEY"
    return fine(_WAY, f"{way}, as {f'REGISTRATION_REGISTER_SOURCE is {settings.register_source}' if chosen else why}")


def _plain(field: str) -> str:
    return field.replace("_", " ")
