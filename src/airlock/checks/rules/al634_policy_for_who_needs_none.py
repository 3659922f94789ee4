"""A policy is for a role that passes row-level security by.

`service_role` sees and changes every row whatever the policies say, so a policy for it changes
nothing. It is harmless; people read it as if it were what lets the server in, and write the next
one without TO.

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
drop policy if exists "the server manages notes" on public.notes;
create policy "the server manages notes" on public.notes
    for all to service_role using (true) with check (true);
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
from airlock.kinds.role import Role
from airlock.model.finding import Level
from airlock.model.names import quote
from airlock.model.node import Id

_SUPABASE = frozenset({"service_role", "postgres", "supabase_admin"})


def judge(policy: Policy) -> Hits:
    """Find a policy all of whose roles have BYPASSRLS."""
    if policy.roles and all(_passes(policy, role) for role in policy.roles):
        yield Hit(
            message=f"{policy.label} changes nothing: {policy.roles[0]} needs no policy",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
            fix=f"drop policy if exists {quote(policy.name)} on {policy.table};",
        )


def _passes(policy: Policy, role: str) -> bool:
    known = policy.catalog.nodes.get(Id("role", (role,))) if policy.catalog else None
    if isinstance(known, Role):
        return known.bypassrls or known.superuser
    return policy.context.supabase and role in _SUPABASE


RULE = Rule(
    level=Level.NOTE,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=("pgrls/SEC023",),
)
