"""The effect ledger: how nothing is done twice on the outside."""

from registration.effects.entries import LedgerEntries
from registration.effects.ledger import Ledger
from registration.effects.model import Effect, Entry, Probe

__all__ = ["Effect", "Entry", "Ledger", "LedgerEntries", "Probe"]
