"""Signing in with a one-time link, and signing out."""
