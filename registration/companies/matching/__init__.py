"""The ranking of companies for a restaurant (pure)."""
