"""The gates: rounds of questions, their forms, and the pause in which people answer."""
