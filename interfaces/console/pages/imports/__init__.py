"""The import of restaurants: a list that is dropped or pasted, its verdicts line by line, and what was imported."""
