"""The owner of a table passes its row-level security by.

Policies do not count for the role that owns the table, unless row-level security is forced: tests
and jobs that run as the owner see every row, so that a wrong policy goes unnoticed. On Supabase the
owner is `postgres`, which passes every policy by anyhow, so this matters to projects whose
application signs in as the owner.

## Example
```sql
create table if not exists internal.notes (
    user_id uuid primary key,
    body text not null
);
alter table internal.notes enable row level security;
drop policy if exists "people read their notes" on internal.notes;
create policy "people read their notes" on internal.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
create table if not exists internal.notes (
    user_id uuid primary key,
    body text not null
);
alter table internal.notes enable row level security;
alter table internal.notes force row level security;
drop policy if exists "people read their notes" on internal.notes;
create policy "people read their notes" on internal.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._known import known
from airlock.checks._policies import is_own
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, commands, relation
from airlock.kinds.table import Table
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a table for which it is enabled, and in no file forced."""
    table = relation(act.node.relation)
    for sort, _ in commands(act.node):
        if sort == "AT_EnableRowSecurity":
            yield Hit(
                message=_message(table),
                table=table,
                fix=_fix(table),
                unless=known(Knows.FORCED, table),
            )


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    for node in schema.catalog:
        if isinstance(node, Table) and node.row_security and not node.force_row_security:
            table = Name(*node.id.path)
            if is_own(table, schema.context) and table.schema not in {"storage", "realtime"}:
                yield Flaw(subject=node.id, message=_message(table), fix=_fix(table))


def _message(table: Name) -> str:
    return f"the policies of {table} do not count for its owner"


def _fix(table: Name) -> str:
    return f"alter table {table} force row level security;"


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    schema=audit,
    opt_in=True,
    blames=("alter_table_stmt", "create_stmt"),
    words=frozenset({"enable"}),
    peers=("pgrls/SEC002", "pgrls/SEC048"),
)
