"""The NZBN API as the source of companies."""
