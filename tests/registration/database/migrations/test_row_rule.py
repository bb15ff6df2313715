"""The rule of an installation that an older version made, evaluated for each row, becomes that of a new one."""

from pydantic import SecretStr
from sqlalchemy import Engine, text

from registration.database import schema
from registration.database.row_security import POLICY

_FOR_EACH_ROW = "organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid"
_RULES = text(
    """
    select c.oid::regclass::text, pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)
    from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = :policy order by 1
    """
)


def test_an_older_rule_becomes_that_of_a_new_installation(owner: SecretStr, superuser: Engine) -> None:
    """In every table, for reading and for writing; rules about other tables stay."""
    schema.upgrade(owner)
    with superuser.connect() as connection:
        new = [tuple(row) for row in connection.execute(_RULES, {"policy": POLICY})]
    schema.downgrade(owner, "registration_evidence")
    older = [table for table, reading, _ in new if reading.startswith("(organisation_id = ")]
    assert len(older) > 20
    with superuser.begin() as connection:
        for table in older:
            rule = f"using ({_FOR_EACH_ROW}) with check ({_FOR_EACH_ROW})"
            connection.execute(text(f"alter policy {POLICY} on {table} {rule}"))
        before = [tuple(row) for row in connection.execute(_RULES, {"policy": POLICY})]
    assert before != new
    schema.upgrade(owner)
    with superuser.connect() as connection:
        assert [tuple(row) for row in connection.execute(_RULES, {"policy": POLICY})] == new
