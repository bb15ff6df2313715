"""The two gates: their questions, the submitted answers, and which answers were accepted."""
