"""Row-level security is on and no policy lets anybody through.

Everybody but the table's owner and roles that pass row-level security by gets no rows at all, and
no error: the page is simply empty. A restrictive policy alone lets nobody through either; it only
narrows what a permissive one allows.

It is meant where only the server side (`service_role`) uses the table. Then say so in a comment
that allows this.

## Example
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
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
from airlock.checks._policies import is_own
from airlock.checks.act import Act
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, commands, relation
from airlock.kinds.policy import Policy
from airlock.kinds.table import Table
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a table for which it is enabled, and that gets no permissive policy."""
    table = relation(act.node.relation)
    for sort, _ in commands(act.node):
        if sort == "AT_EnableRowSecurity":
            yield Hit(
                message=_message(table),
                table=table,
                fix=_fix(table),
                unless=known(Knows.POLICY, table),
            )


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    served = {
        node.id.path[:2] for node in schema.catalog if isinstance(node, Policy) and node.permissive
    }
    for node in schema.catalog:
        if isinstance(node, Table) and node.row_security and node.id.path not in served:
            table = Name(*node.id.path)
            if is_own(table, schema.context) and table.schema not in {"storage", "realtime"}:
                yield Flaw(subject=node.id, message=_message(table), fix=_fix(table))


def _message(table: Name) -> str:
    return f"row-level security of {table} is on, and no policy lets anybody through"


def _fix(table: Name) -> str:
    return (
        f'create policy "people read their own" on {table}\n'
        "    for select to authenticated using (user_id = (select auth.uid()));"
    )


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    schema=audit,
    blames=("AT_EnableRowSecurity", "drop_stmt"),
    words=frozenset({"enable"}),
    peers=("splinter/0008", "pgrls/SEC009", "pgrls/SEC012"),
)
