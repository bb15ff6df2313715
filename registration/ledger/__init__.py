"""The effect ledger: how nothing is done twice on the outside."""

from registration.ledger.effect import Effect, Entry, Sought
from registration.ledger.entries import LedgerEntries
from registration.ledger.performing import Ledger

__all__ = ["Effect", "Entry", "Ledger", "LedgerEntries", "Sought"]
