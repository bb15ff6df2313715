"""`make chaos`: kills, outages and bad answers, and whether the product's promises hold."""
