"""A policy says what another one of the same table says.

Both are asked, and neither changes what the other does. Whoever later takes one away believes that
the rows are closed now.

## Given
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
```

## Example
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
drop policy if exists "notes belong to people" on public.notes;
create policy "notes belong to people" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._policies import ON, Policy, in_schema_by_table, in_text_by_table, is_twin
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import quote


def judge(policy: Policy, others: tuple[Policy, ...]) -> Hits:
    """Find a policy that differs from one before it by its name alone."""
    for other in others:
        if is_twin(policy, other):
            yield Hit(
                message=f"{policy.label} says what {quote(other.name)} says",
                table=policy.table,
                subject=f"{policy.table} {policy.name}",
                fix=f"drop policy if exists {quote(policy.name)} on {policy.table};",
            )
            return


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text_by_table(judge),
    schema=in_schema_by_table(judge),
    blames=ON,
    peers=("pgrls/HYG003",),
)
