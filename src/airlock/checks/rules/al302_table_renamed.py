"""A table or a view gets another name while programs use the old one.

Between the migration and the moment in which the last old program is gone, their queries fail.
Leave a view of the old name behind in the same file: simple views can be written to as well, and
`security_invoker` keeps row-level security as it was.

It says nothing where the file makes something of the old name again.

## Example
```sql
alter table if exists internal.purchases rename to orders;
```

## Use instead
```sql
do $$
begin
    if to_regclass('internal.orders') is null then
        alter table internal.purchases rename to orders;
    end if;
end
$$;
create or replace view internal.purchases with (security_invoker = true) as
    select id, customer_id, total_cents from internal.orders;
```
"""

from airlock.checks._drops import Dropped, is_made_again
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, relation
from airlock.model.finding import Level

_KINDS = {
    "OBJECT_TABLE": "table",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_SEQUENCE": "sequence",
}


def check(act: Act) -> Hits:
    """Find a relation whose old name is left empty."""
    kind = _KINDS.get(enum(act.node, "rename_type"))
    if kind is None:
        return
    name = relation(act.node.relation)
    if act.node.newname == name.name or is_made_again(act, Dropped(kind, name)):
        return
    yield Hit(message=f"programs that use {name} fail from here on", table=name)


RULE = Rule(
    level=Level.WARNING,
    on=("rename_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/renaming-table",
        "pgrubic/US022",
        "strong_migrations/rename_table",
        "django-migration-linter/RENAME_TABLE",
        "atlas/BC101",
        "bytebase/migration-compatibility",
        "postgres-language-server/renamingTable",
    ),
)
