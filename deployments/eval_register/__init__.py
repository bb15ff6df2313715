"""How good the ranking of companies is: labelled restaurants, and how often the right company comes first."""
