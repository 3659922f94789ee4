"""A column gets another name while programs use the old one.

Between the migration and the moment in which the last old program is gone, their queries fail; so
do the clients of the Data API that send the old name. Add a column of the new name, write both,
copy the old values, read the new one, and drop the old one a release later. Where only the readers
matter, a view with both names does.

A table that a pending migration makes is left alone, and so is a column that is known to be new.

## Example
```sql
do $$
begin
    if exists (
        select from pg_attribute
        where attrelid = 'public.orders'::regclass and attname = 'total'
    ) then
        alter table public.orders rename column total to total_cents;
    end if;
end
$$;
```

## Use instead
```sql
alter table public.orders add column if not exists total_cents bigint;
```
"""

from airlock.checks._tables import is_new_column
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, relation
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a column, of a table or a view, that is called otherwise."""
    node = act.node
    if enum(node, "rename_type") != "OBJECT_COLUMN" or node.subname == node.newname:
        return
    table = relation(node.relation)
    if is_new_column(act, table, node.subname):
        return
    yield Hit(
        message=f"programs that use {table}.{spell(node.subname)} fail from here on",
        table=table,
        subject=f"{table}.{node.subname}",
    )


RULE = Rule(
    level=Level.WARNING,
    on=("rename_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/renaming-column",
        "pgrubic/US003",
        "strong_migrations/rename_column",
        "django-migration-linter/RENAME_COLUMN",
        "atlas/BC102",
        "bytebase/migration-compatibility",
        "postgres-language-server/renamingColumn",
    ),
)
