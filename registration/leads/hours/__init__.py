"""Reads scraped opening hours in the formats in which pages publish them."""
