"""A policy's condition is false for every row.

`using (false)` lets nothing through, as no policy at all would. As a permissive policy beside
others it changes nothing; as the only one it is an empty page for everybody.

Some projects write it to say that nobody gets through on purpose.

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
drop policy if exists "nobody reads notes" on public.notes;
create policy "nobody reads notes" on public.notes for select to authenticated using (false);
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import truth
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find a condition that is the constant false."""
    if any(truth(each) is False for each in policy.conditions):
        yield Hit(
            message=f"{policy.label} lets no row through",
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
    peers=("pgrls/SEC010",),
)
