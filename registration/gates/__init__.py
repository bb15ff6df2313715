"""The two gates: what is asked, who answered, and what an answer was worth."""
