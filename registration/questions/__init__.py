"""What is asked at the gates: one question per waiting job, built from what is known about it. Pure."""
