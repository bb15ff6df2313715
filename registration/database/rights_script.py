"""The script with which a platform's owner lets us use its database: roles, a schema for our tables,
rights, policies.
"""

import re
from textwrap import fill
from typing import Final

from registration.database.own_schema import OWN_SCHEMA, PLATFORM_SCHEMA
from registration.database.platform_rights import EVIDENCE, NEEDED, UsedColumns
from registration.database.row_security import HELPERS, POLICY, ROWS
from registration.database.session import APPLICATION_ROLE
from registration.errors import Refused

RECOVERY_ROLE: Final = "registration_recovery"
_ROLE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def rights_script(role: str, owner: str) -> str:
    """The script for the platform's owner to read and run, any number of times: rights of `role`, and a schema for
    `owner`.

    Our transactions act as `registration_app`, to which any other role is granted. Raises Refused for a name that needs
    quoting.
    """
    for name in (role, owner):
        if not _ROLE_NAME.fullmatch(name):
            raise Refused(f"{name!r} is no name for a role: small letters, digits and _ only, at most 63")
    evidence_only = [table for table in EVIDENCE if table not in NEEDED]
    return "\n".join(
        [
            _HEAD.format(role=role, owner=owner),
            "begin;",
            "set local lock_timeout = '5s';",
            _NOT_OUR_OWN,
            *_roles(role, owner),
            "",
            "-- The rows of one organisation, in the columns that are used.",
            *(line for table, used in NEEDED.items() for line in _of_table(role, table, used)),
            f"grant references (id) on {PLATFORM_SCHEMA}.restaurants to {owner};",
            "commit;",
            "",
            _EVIDENCE_HEAD,
            "begin;",
            "set local lock_timeout = '5s';",
            *(line for table in evidence_only for line in _of_table(role, table, EVIDENCE[table])),
            *(line for table, used in EVIDENCE.items() if table in NEEDED for line in _grants(role, table, used)),
            "commit;",
        ]
    )


def _roles(role: str, owner: str) -> list[str]:
    """Roles without passwords, their memberships, the schema, and the rights that the platform's own policies need."""
    groups = (APPLICATION_ROLE,) if role == APPLICATION_ROLE else (APPLICATION_ROLE, role)
    made = [_MAKE_ROLE.format(role=owner, attributes="login")]
    made += [
        _MAKE_ROLE.format(role=role, attributes="login" if role == APPLICATION_ROLE else "nologin") for role in groups
    ]
    made += [_MAKE_ROLE.format(role=RECOVERY_ROLE, attributes="nologin bypassrls")]
    made += [_MEMBER.format(role=role, member=owner) for role in (APPLICATION_ROLE, RECOVERY_ROLE)]
    made += [_MEMBER.format(role=role, member=APPLICATION_ROLE) for role in groups[1:]]
    helpers = [_HELPER.format(function=function, role=role) for function in HELPERS]
    return [
        *made,
        _SCHEMA.format(schema=OWN_SCHEMA, owner=owner),
        f"grant usage on schema {PLATFORM_SCHEMA} to {owner}, {role};",
        "",
        "-- Policies of the platform that are for every role are also asked for ours, and answer no.",
        *helpers,
        _PROFILES.format(role=role),
    ]


def _of_table(role: str, table: str, used: UsedColumns) -> list[str]:
    name, rows = f"{PLATFORM_SCHEMA}.{table}", ROWS[table]
    lines = ["", f"revoke all on {name} from {role};", *_grants(role, table, used)]
    for right in used.commands():
        policy = f"{OWN_SCHEMA}_{right}"
        checks = {"insert": f"with check ({rows})", **dict.fromkeys(("select", "delete"), f"using ({rows})")}
        both = f"using ({rows}) with check ({rows})"
        lines.append(f"drop policy if exists {policy} on {name};")
        lines.append(_wrapped(f"create policy {policy} on {name} for {right} to {role} {checks.get(right, both)};"))
    return lines


def _grants(role: str, table: str, used: UsedColumns) -> list[str]:
    granted = [f"{right} ({', '.join(columns)})" for right, columns in used.rights().items()]
    granted += ["delete"] if used.delete else []
    return [_wrapped(f"grant {one} on {PLATFORM_SCHEMA}.{table} to {role};") for one in granted]


def _wrapped(statement: str) -> str:
    return fill(statement, 118, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


_HEAD = """\
-- What the restaurant registration may do in this database: for the owner of the platform's tables to read and run.
-- It can be run again. It changes no row, no table and no policy of the platform, and switches row-level security
-- neither on nor off. {role} sees the rows of one organisation at a time, which each transaction names.
-- Afterwards give the roles that sign in their passwords: \\password {owner} and \\password registration_app."""
_EVIDENCE_HEAD = """\
-- The platform's own records of what it did, as evidence of it; without these rights less can be proven. No column that
-- can hold a password or a key is among them."""
_NOT_OUR_OWN = f"""\
do $$ begin
    if exists (select from pg_policies where schemaname = '{PLATFORM_SCHEMA}' and policyname = '{POLICY}') then
        raise exception 'the tables of this database were made by the registration itself: nothing is to be given';
    end if;
end $$;"""
_MAKE_ROLE = """\
do $$ begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} {attributes};
    end if;
end $$;"""
_MEMBER = """\
do $$ begin
    if not pg_has_role('{member}', '{role}', 'member') then
        grant {role} to {member};
    end if;
end $$;"""
_SCHEMA = """\
do $$ begin
    if to_regnamespace('{schema}') is null then
        if not (select rolsuper from pg_roles where rolname = current_user) then
            grant {owner} to current_user;
        end if;
        create schema {schema} authorization {owner};
    end if;
end $$;"""
_HELPER = """\
do $$ begin
    if not has_function_privilege('{role}', to_regprocedure('{function}'), 'execute') then
        grant execute on function {function} to {role};
    end if;
end $$;"""
_PROFILES = f"""\
do $$ begin
    if to_regclass('{PLATFORM_SCHEMA}.profiles') is not null then
        grant select (id, role, organisation_id) on {PLATFORM_SCHEMA}.profiles to {{role}};
    end if;
end $$;"""
