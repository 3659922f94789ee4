"""A policy waits for a role that no request has.

`auth.role()` is `anon`, `authenticated` or `service_role`: it is the database role of a request,
not a role of the application. A comparison with `admin` is never true, so the policy lets nobody
through. What a person is in the application stands in a table of memberships, or in `app_metadata`.

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
    for select to authenticated using ((select auth.role()) = 'admin' and body <> '');
```

## Use instead
```sql
drop policy if exists "administrators read notes" on public.notes;
create policy "administrators read notes" on public.notes
    for select to authenticated
    using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin' and body <> '');
```
"""

from airlock.checks._conditions import call_name, comparisons
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import constant
from airlock.model.finding import Level

_KNOWN = frozenset({"anon", "authenticated", "service_role", "supabase_admin", "postgres"})


def judge(policy: Policy) -> Hits:
    """Find `auth.role()` compared with another word."""
    for condition in policy.conditions:
        for found in comparisons(condition):
            sides = ((found.left, found.right), (found.right, found.left))
            for call, other in sides:
                role = constant(other)
                if call_name(call) != ("auth", "role") or role is None or role in _KNOWN:
                    continue
                yield Hit(
                    message=f"{policy.label} waits for the role {role!r}, which no request has",
                    at=policy.place(found.node),
                    table=policy.table,
                    subject=f"{policy.table} {policy.name}",
                )


RULE = Rule(
    level=Level.WARNING,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    words=frozenset({"role"}),
    peers=("pgrls/SEC037",),
)
