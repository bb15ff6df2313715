"""Companies: the search for a restaurant in the companies register, and its stored results."""
