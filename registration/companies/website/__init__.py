"""The register's website as the source of companies."""
