"""A table that the Data API serves has no row-level security.

Whoever has the project's public key, which every browser gets, reads and writes all of its rows as
far as the grants of `anon` and `authenticated` go. Enable row-level security in the migration that
creates the table, and write a policy for what people may see.

Row-level security that a later pending migration enables counts.

## Example
```sql
create table if not exists public.orders (
    id bigint generated always as identity primary key,
    total_cents bigint not null
);
grant select on public.orders to authenticated;
```

## Use instead
```sql
create table if not exists public.orders (
    id bigint generated always as identity primary key,
    total_cents bigint not null
);
alter table public.orders enable row level security;
grant select on public.orders to authenticated;
drop policy if exists "everybody reads what is for sale" on public.orders;
create policy "everybody reads what is for sale" on public.orders
    for select to authenticated using (total_cents > 0);
```
"""

from airlock.checks._known import known
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, relation
from airlock.kinds.table import Table
from airlock.model.finding import Level
from airlock.model.names import quote


def check(act: Act) -> Hits:
    """Find a table in a schema of the API for which no file enables it."""
    table = relation(act.node.relation)
    if table.schema in act.context.exposed and act.node.relation.relpersistence != "t":
        yield Hit(
            message=_message(table),
            at=act.offset(act.node.relation.location),
            table=table,
            fix=_fix(table),
            unless=known(Knows.ROW_SECURITY, table),
        )


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    for node in schema.catalog:
        if not isinstance(node, Table) or node.row_security:
            continue
        table = Name(*node.id.path)
        if table.schema in schema.context.exposed:
            yield Flaw(subject=node.id, message=_message(table), fix=_fix(table))


def _message(table: Name) -> str:
    return f"{table} is served by the Data API without row-level security"


def _fix(table: Name) -> str:
    return f"alter table {quote(*table)} enable row level security;"


RULE = Rule(
    level=Level.ERROR,
    on=("create_stmt",),
    act=check,
    schema=audit,
    blames=("create_stmt", "alter_table_stmt", "grant_stmt"),
    peers=("splinter/0013", "pgrls/SEC001", "pglinter/S"),
)
