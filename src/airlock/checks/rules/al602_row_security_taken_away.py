"""Row-level security is turned off for a table that the Data API serves.

From then on whoever has the project's public key reads and writes all rows of the table, as far as
the grants of `anon` and `authenticated` go; its policies stay where they are and do nothing.

It is not found where the same file turns it on again: some backfills do both.

## Given
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Example
```sql
alter table public.notes disable row level security;
```

## Use instead
```sql
drop policy if exists "everybody reads notes" on public.notes;
create policy "everybody reads notes" on public.notes
    for select to authenticated using (true);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import commands, relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find DISABLE ROW LEVEL SECURITY without an ENABLE after it."""
    table = relation(act.node.relation)
    if table.schema not in act.context.exposed:
        return
    if any(sort == "AT_DisableRowSecurity" for sort, _ in commands(act.node)):
        again = any(
            sort == "AT_EnableRowSecurity"
            for later in act.after
            if later.kind == "alter_table_stmt" and relation(later.node.relation) == table
            for sort, _ in commands(later.node)
        )
        if not again:
            yield Hit(
                message=f"{table} loses its row-level security while the Data API serves it",
                table=table,
                fix=f"alter table {table} enable row level security;",
            )


RULE = Rule(
    level=Level.ERROR,
    on=("alter_table_stmt",),
    act=check,
    words=frozenset({"disable"}),
    peers=("splinter/0013", "pgrls/SEC001"),
)
