"""A policy reads auth.users, which the people that it is for may not read.

A policy's condition runs with the rights of who asks. `anon` and `authenticated` have none on
`auth.users`, so each of their queries on the table fails with "permission denied for table users".
What a policy needs of an account stands in `auth.uid()` and `auth.jwt()`.

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
    for select to authenticated
    using (body = (select u.email from auth.users u where u.id = (select auth.uid())));
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import tables, unbound_users
from airlock.checks._policies import LOW, ON, Policy, in_schema, in_text
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import Name
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find a policy for people that names auth.users; functions it calls are not looked into."""
    if not policy.context.supabase or not LOW.intersection(policy.roles):
        return
    for condition in policy.conditions:
        if any(True for _ in unbound_users(condition, policy.table.name)):
            return
        for table in tables(condition):
            if (table.schemaname, table.relname) == ("auth", "users"):
                yield Hit(
                    message=f"{policy.label} reads auth.users, which its roles may not",
                    at=policy.place(table),
                    table=policy.table,
                    unless=tuple(
                        Fact(Knows.GRANT, Name("auth", "users"), role) for role in policy.low
                    ),
                    subject=f"{policy.table} {policy.name}",
                )
                return


RULE = Rule(
    level=Level.ERROR,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    words=frozenset({"users"}),
    peers=(),
)
