"""All companies, and the search by words of their names or addresses."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter

from dev.sandbox.generated import GENERATED_COMPANIES, generated
from dev.sandbox.names import words
from dev.sandbox.register.companies import Company
from dev.sandbox.register.derived import company_of

DATA = Path(__file__).parent.parent / "data" / "companies.json"
RARE = 10
"""A word is rare if at most this many companies have it."""
WEAK_WORDS = frozenset({"limited", "ltd", "the", "and", "of", "nz", "new", "zealand", "co", "company", "holdings"})
SHORT_FORMS = {
    "street": "st", "road": "rd", "avenue": "ave", "lane": "ln", "place": "pl", "crescent": "cres", "drive": "dr",
    "terrace": "tce", "boulevard": "blvd", "parade": "pde", "highway": "hwy", "square": "sq", "mount": "mt",
    "north": "nth", "south": "sth",
}  # fmt: skip


class Directory:
    """The companies of the register."""

    def __init__(self, companies: Iterable[Company]) -> None:
        self._by_number = {company.number: company for company in companies}
        self._by_nzbn = {company.nzbn: company for company in self._by_number.values()}
        self._names = {number: _name_words(company) for number, company in self._by_number.items()}
        self._addresses = {number: _address_words(company) for number, company in self._by_number.items()}
        spread = Counter(word for found in self._names.values() for word in found)
        self._common = {word for word, companies in spread.items() if companies > RARE}

    @classmethod
    def load(cls) -> "Directory":
        """The companies of the data file and those of the generated restaurants."""
        written = TypeAdapter(list[Company]).validate_json(DATA.read_text())
        return cls([*written, *(company_of(generated(number)) for number in range(1, GENERATED_COMPANIES + 1))])

    def company(self, number: str) -> Company | None:
        """The company with this number."""
        return self._by_number.get(number)

    def by_nzbn(self, nzbn: str) -> Company | None:
        """The company with this New Zealand Business Number."""
        return self._by_nzbn.get(nzbn)

    def everything_about(self, text: str) -> list[Company]:
        """The company with this number or NZBN, then all companies that match by name, removed companies too."""
        numbered = self.company(text.strip()) or self.by_nzbn(text.strip())
        named = [company for company in self.search(text, "", with_removed=True) if company is not numbered]
        return [numbered, *named] if numbered else named

    def search(self, name: str, address: str, *, with_removed: bool) -> list[Company]:
        """Companies that match both texts, best first; an empty text matches all.

        A name matches with all of its significant words, or with half of them if one of these is rare; an address with
        all.
        """
        looked_for, wanted = set(words(name)) - WEAK_WORDS or set(words(name)), _address_tokens(address)
        found = [(self._rank(looked_for, wanted, number), company) for number, company in self._by_number.items()]
        fitting = [(rank, company) for rank, company in found if rank and (with_removed or not company.removed)]
        return [company for _, company in sorted(fitting, key=lambda pair: (-pair[0], pair[1].name, pair[1].number))]

    def _rank(self, looked_for: set[str], wanted: set[str], number: str) -> int:
        hits = looked_for & self._names[number]
        near = 2 * len(hits) >= len(looked_for) and bool(hits - self._common)
        if (hits == looked_for or near) and wanted <= self._addresses[number]:
            return 1 + len(hits)
        return 0


def _name_words(company: Company) -> set[str]:
    names = [company.name, *company.previous_names, *company.trading_names]
    return {word for name in names for word in words(name)}


def _address_words(company: Company) -> set[str]:
    return _address_tokens(f"{company.registered_address} {company.physical_address or ''}")


def _address_tokens(address: str) -> set[str]:
    return {SHORT_FORMS.get(word, word) for word in words(address)}
