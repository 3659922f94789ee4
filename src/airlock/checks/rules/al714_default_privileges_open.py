"""Tables that are made later are open to people by themselves.

Default privileges grant on each table that the role makes from now on, before anybody has thought
of its policies: a table without row-level security is public the moment it exists. Grant on each
table instead, in the migration that makes it.

## Example
```sql
alter default privileges in schema public grant select on tables to anon;
```

## Use instead
```sql
alter default privileges in schema public revoke select on tables from anon;
```
"""

from airlock.checks._policies import LOW
from airlock.checks._rights import ROWS, given
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Rule, Schema
from airlock.checks.syntax import enum, options, strings
from airlock.kinds.default_privileges import DefaultPrivileges
from airlock.model.finding import Level
from airlock.server.baseline import PLATFORM_ROLES
from airlock.server.baseline.lent import PLATFORM_SCHEMAS


def check(act: Act) -> Hits:
    """Find ALTER DEFAULT PRIVILEGES … GRANT … ON TABLES to a role of the API."""
    right = given(act.node.action)
    if not right.grants or not right.low or not right.reaches(ROWS):
        return
    if enum(act.node.action, "objtype") != "OBJECT_TABLE":
        return
    found = options(act.node.options)
    schemas = strings(found["schemas"].arg.list.items) if "schemas" in found else ()
    yield Hit(
        message=f"tables made later {_where(schemas)} are open to {', '.join(right.low)}",
        subject=", ".join(schemas),
    )


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands; what the platform sets itself is left out."""
    for node in schema.catalog:
        if not isinstance(node, DefaultPrivileges):
            continue
        role, where, sort = node.id.path
        if sort != "tables" or where in PLATFORM_SCHEMAS or _is_platform(role, where, schema):
            continue
        low = sorted({who for who, what, _, _ in node.entries if who in LOW and what in ROWS})
        if low:
            yield Flaw(
                subject=node.id,
                message=f"tables that {role} makes later {_where((where,) if where else ())} "
                f"are open to {', '.join(low)}",
                words=tuple(low[:1]),
            )


def _is_platform(role: str, where: str, schema: Schema) -> bool:
    if not schema.context.supabase:
        return False
    given_by_platform = schema.context.expose_new_tables and where == "public"
    return given_by_platform or (role in PLATFORM_ROLES and role != "postgres")


def _where(schemas: tuple[str, ...]) -> str:
    return f"in {', '.join(schemas)}" if schemas else "in any schema"


RULE = Rule(
    level=Level.WARNING,
    on=("alter_default_privileges_stmt",),
    act=check,
    schema=audit,
    blames=("alter_default_privileges_stmt",),
    peers=("pgrls/SEC044",),
)
