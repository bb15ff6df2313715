"""The pages of the console: one package each, with its addresses and what it shows."""
