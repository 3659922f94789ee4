"""A policy asks whether there is an administrator, not whether the caller is one.

A sub-select on `auth.users` that is not tied to `auth.uid()` finds a row as soon as any account
fits. From the first administrator on, everybody is let through.

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
drop policy if exists "administrators read notes" on public.notes;
create policy "administrators read notes" on public.notes
    for select to authenticated
    using (exists (select 1 from auth.users u where u.raw_app_meta_data ->> 'role' = 'admin'));
```

## Use instead
```sql
drop policy if exists "administrators read notes" on public.notes;
create policy "administrators read notes" on public.notes
    for select to authenticated
    using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin' and body <> '');
```
"""

from airlock.checks._conditions import unbound_users
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find an EXISTS on auth.users whose WHERE neither asks who calls nor names the table."""
    for condition in policy.conditions:
        for place in unbound_users(condition, policy.table.name):
            yield Hit(
                message=f"{policy.label} lets everybody through as soon as any account fits",
                at=policy.place(place),
                table=policy.table,
                subject=f"{policy.table} {policy.name}",
            )
            return


RULE = Rule(
    level=Level.ERROR,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    words=frozenset({"users"}),
    peers=("pgrls/SEC036",),
)
