"""The database: schema, migrations, roles, and transactions that belong to one organisation."""
