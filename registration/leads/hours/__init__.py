"""Scraped opening hours, read from the forms in which pages publish them."""
