"""Restaurants: import from CSV, and the extraction of menu and branding."""
