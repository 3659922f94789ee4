"""A policy has no TO, so it counts for every role.

Its condition is asked for people who are not signed in, too, and is all that stands between them
and the rows. With TO `authenticated`, Postgres does not even look at it for them.

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
    for select using (user_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._policies import ON, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import quote


def judge(policy: Policy) -> Hits:
    """Find a permissive policy for `public`, and one for `anon` that lets it write."""
    writes = policy.command != "select"
    if policy.permissive and ("public" in policy.roles or ("anon" in policy.roles and writes)):
        yield Hit(
            message=f"{policy.label} counts for everybody, signed in or not",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
            fix=f"alter policy {quote(policy.name)} on {policy.table} to authenticated;",
        )


RULE = Rule(
    level=Level.NOTE,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    opt_in=True,
    blames=ON,
    peers=("pgrls/SEC003", "pgrls/SEC039"),
)
