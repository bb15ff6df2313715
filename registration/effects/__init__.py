"""The effect ledger: how nothing is done twice on the outside."""

from registration.effects.effect_rows import EffectRows
from registration.effects.ledger import Ledger
from registration.effects.models import Effect, EffectRow, Probe

__all__ = ["Effect", "EffectRow", "EffectRows", "Ledger", "Probe"]
