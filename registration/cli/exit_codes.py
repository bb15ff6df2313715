"""What the exit codes mean; scripts depend on them."""

DONE, FAILED, WRONG_USE, WAITING_FOR_A_PERSON = 0, 1, 2, 3
