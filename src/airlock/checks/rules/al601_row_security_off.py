"""A table that the Data API serves has no row-level security.

Whoever has the project's public key, which every browser gets, reads and writes all of its rows as
far as the grants of `anon` and `authenticated` go. Enable row-level security in the migration that
creates the table, and write a policy for what people may see.

Row-level security that a later pending migration enables counts. Where a schema was asked, a table
on which nothing is granted to people is only warned of: a GRANT is all that keeps them out. Outside
of Supabase such a table is no finding, since nothing serves it.

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
from airlock.checks._later import is_undone
from airlock.checks._rights import readers
from airlock.checks.act import Act, Context
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, enum, relation
from airlock.kinds.table import Table
from airlock.model.finding import Level
from airlock.model.names import quote
from airlock.sources.sqltext import Node


def check(act: Act) -> Hits:
    """Find a table in a schema of the API for which no file enables it."""
    var = act.node.relation if act.kind == "create_stmt" else _copied(act)
    if not act.context.supabase or var is None or var.relpersistence == "t" or is_undone(act):
        return
    table = relation(var)
    if _is_served(table, act.context):
        yield Hit(
            message=_message(table),
            at=act.offset(var.location),
            table=table,
            fix=_fix(table),
            unless=known(Knows.ROW_SECURITY, table),
        )


def _copied(act: Act) -> Node | None:
    """Return what CREATE TABLE … AS and SELECT INTO make, a materialized view left out."""
    if act.kind == "select_stmt":
        return act.node.into_clause.rel if act.node.HasField("into_clause") else None
    return act.node.into.rel if enum(act.node, "objtype") == "OBJECT_TABLE" else None


def _is_served(table: Name, context: Context) -> bool:
    """Whether the API serves it; it serves the tables of queues through a schema beside theirs."""
    if table.schema == "pgmq":
        return table.name.startswith("q_") and "pgmq_public" in context.exposed
    return table.schema in context.exposed


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    for node in schema.catalog:
        if not isinstance(node, Table) or node.row_security:
            continue
        table = Name(*node.id.path)
        if _is_served(table, schema.context):
            granted = bool(readers(schema.catalog, node.id))
            if not granted and not schema.context.supabase:
                continue  # There is no API, as far as is known.
            yield Flaw(
                subject=node.id,
                message=_message(table) if granted else f"{table} has no row-level security",
                level=Level.ERROR if granted else Level.WARNING,
                fix=_fix(table),
            )


def _message(table: Name) -> str:
    return f"{table} is served by the Data API without row-level security"


def _fix(table: Name) -> str:
    return f"alter table {quote(*table)} enable row level security;"


RULE = Rule(
    level=Level.ERROR,
    on=("create_stmt", "create_table_as_stmt", "select_stmt"),
    act=check,
    schema=audit,
    blames=("create_stmt", "create_table_as_stmt", "AT_DisableRowSecurity"),
    peers=(
        "splinter/0013",
        "splinter/0007",
        "splinter/0019",
        "pgrls/SEC001",
        "pgrls/SEC032",
        "pgrls/SEC041",
        "pgrls/SEC043",
        "rlsgate/row-security-off",
        "pglinter/B",
    ),
)
