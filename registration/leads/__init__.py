"""Leads become restaurants."""
