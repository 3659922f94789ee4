"""A role sees every row, whatever the policies say.

BYPASSRLS turns row-level security off for a role, and SUPERUSER every check there is. What signs in
as that role, or becomes it by SET ROLE, reads and changes the rows of everybody. On Supabase
`service_role` is there for that; a hosted project refuses SUPERUSER.

## Example
```sql
do $$
begin
    if not exists (select from pg_roles where rolname = 'report_reader') then
        create role report_reader bypassrls nologin;
    end if;
end
$$;
grant usage on schema public to report_reader;
```

## Use instead
```sql
do $$
begin
    if not exists (select from pg_roles where rolname = 'report_reader') then
        create role report_reader nologin;
    end if;
end
$$;
grant usage on schema public to report_reader;
```
"""

from airlock.checks._rights import role_name
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Rule, Schema
from airlock.checks.syntax import is_on, options
from airlock.kinds.role import Role
from airlock.model.finding import Level
from airlock.server.baseline import PLATFORM_ROLES

_WORDS = ("bypassrls", "superuser")


def check(act: Act) -> Hits:
    """Find a role that is made or altered so."""
    node = act.node
    role = node.role if act.kind == "create_role_stmt" else role_name(node.role)
    found = options(node.options)
    for word in _WORDS:
        if word in found and is_on(found[word]):
            yield Hit(message=_message(role, word), subject=role, fix=_fix(role, word))
            return


def audit(schema: Schema) -> Flaws:
    """Find a role that is so, but for the platform's and those of the server's own owner."""
    spared = {*PLATFORM_ROLES, "postgres", schema.catalog.role}
    for node in schema.catalog:
        if isinstance(node, Role) and (node.bypassrls or node.superuser):
            role = node.id.path[0]
            if role not in spared and not role.startswith("pg_"):
                word = "superuser" if node.superuser else "bypassrls"
                yield Flaw(subject=node.id, message=_message(role, word), fix=_fix(role, word))


def _message(role: str, word: str) -> str:
    return f"the role {role} passes every policy by: it has {word.upper()}"


def _fix(role: str, word: str) -> str:
    return f"alter role {role} no{word};"


RULE = Rule(
    level=Level.WARNING,
    on=("create_role_stmt", "alter_role_stmt"),
    act=check,
    schema=audit,
    blames=("create_role_stmt", "alter_role_stmt"),
    peers=("pgrls/SEC016",),
)
