"""A restrictive policy restricts nothing.

A restrictive policy takes away from what the permissive ones allow. One whose condition is always
true takes nothing away, so the floor that it was written to be is not there.

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
drop policy if exists "only members" on public.notes;
create policy "only members" on public.notes
    as restrictive for select to authenticated using (true);
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "nobody reads empty notes" on public.notes;
create policy "nobody reads empty notes" on public.notes
    as restrictive for select to authenticated using (body <> '');
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import truth
from airlock.checks._policies import ON, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find one whose every condition is true, or that has none."""
    if not policy.permissive and all(truth(each) for each in policy.conditions):
        yield Hit(
            message=f"restrictive {policy.label} restricts nothing",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=("pgrls/SEC031",),
)
