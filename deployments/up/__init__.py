"""`make up`: the whole stack, left running until Ctrl-C, its data kept."""
