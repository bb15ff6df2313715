"""`make faults`: tries to break what the product promises, by kills, outages and every kind of bad answer."""
