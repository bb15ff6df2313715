"""`make chaos`: kills, outages and bad answers, and whether the promises hold."""
