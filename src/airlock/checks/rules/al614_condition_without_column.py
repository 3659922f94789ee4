"""A policy's condition asks for no column of its table.

It lets all rows through or none, by who asks alone. That is meant for administrators; elsewhere the
column that ties a row to somebody was left out.

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
drop policy if exists "people read notes" on public.notes;
create policy "people read notes" on public.notes
    for select to authenticated using ((select auth.jwt()) ->> 'aal' = 'aal2');
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import columns, truth
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find conditions that are no constants and name no column."""
    found = list(policy.conditions)
    if not found or any(truth(each) is not None for each in found):
        return
    if not any(True for each in found for _ in columns(each, policy.table.name)):
        yield Hit(
            message=f"{policy.label} asks for no column of {policy.table}",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


RULE = Rule(
    level=Level.NOTE,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    opt_in=True,
    blames=ON_CONDITIONS,
    peers=("pgrls/SEC005",),
)
