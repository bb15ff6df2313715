"""`registration answer` at a terminal: the questions of a gate, one after the other."""
