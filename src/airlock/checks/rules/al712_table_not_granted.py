"""A new table in public is granted to nobody, so the Data API does not see it.

Projects on Supabase that were made since 30 October 2026 grant nothing on new tables by themselves:
without a GRANT, a request for the table fails with "permission denied", signed in or not. A project
whose new tables are still exposed says so by `expose_new_tables` in `airlock.toml`.

A table that only the server's own code uses over a direct connection needs none.

## Example
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._known import known
from airlock.checks._later import is_undone
from airlock.checks._policies import LOW
from airlock.checks._rights import ROWS, entries
from airlock.checks.act import Act, Context
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, relation
from airlock.kinds.table import Table
from airlock.model.finding import Level
from airlock.model.node import Id

_SERVER = "service_role"


def check(act: Act) -> Hits:
    """Find a table in a schema of the API that no file grants; a partition needs no grant."""
    table, node = relation(act.node.relation), act.node
    if not _matters(table, act.context) or node.relation.relpersistence == "t":
        return
    if not node.HasField("partbound") and not is_undone(act):
        yield Hit(
            message=_message(table),
            at=act.offset(node.relation.location),
            table=table,
            fix=_fix(table),
            unless=(*known(Knows.GRANT, table), *known(Knows.REVOKE, table)),
        )


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    for node in schema.catalog:
        if not isinstance(node, Table) or Id("partition", node.id.path) in schema.catalog:
            continue
        table = Name(*node.id.path)
        if _matters(table, schema.context) and not _is_granted(schema, node.id):
            yield Flaw(subject=node.id, message=_message(table), fix=_fix(table))


def _is_granted(schema: Schema, table: Id) -> bool:
    """Whether the API has any right to rows, if only to some columns of them."""
    found = [*(entries(schema.catalog, table) or ())]
    for id in schema.catalog.children.get(table, ()):
        found += (entries(schema.catalog, id) or ()) if id.kind == "column" else ()
    return any(who in LOW or who == _SERVER for who, what, _, _ in found if what in ROWS)


def _matters(table: Name, context: Context) -> bool:
    return context.supabase and not context.expose_new_tables and table.schema in context.exposed


def _message(table: Name) -> str:
    return f"the Data API does not see {table}: nothing is granted on it"


def _fix(table: Name) -> str:
    return f"grant select on {table} to authenticated;"


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt",),
    act=check,
    schema=audit,
    blames=("create_stmt", "grant_stmt"),
    peers=(),
)
