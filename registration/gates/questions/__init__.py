"""The questions of a gate, as forms and as text."""
