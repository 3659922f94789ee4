"""A policy asks only that somebody is signed in, and lets them change every row.

Anybody can open an account, unless sign-ups are closed. From then on this policy lets them change
or delete what belongs to everybody else: being signed in is no bond between a person and a row.

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
drop policy if exists "people change notes" on public.notes;
create policy "people change notes" on public.notes
    for update to authenticated using ((select auth.uid()) is not null);
```

## Use instead
```sql
drop policy if exists "people change their notes" on public.notes;
create policy "people change their notes" on public.notes
    for update to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import branches, is_signed_in
from airlock.checks._policies import LOW, ON, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find a condition of a policy for changes that is nothing but a test for an account."""
    if not policy.permissive or not policy.commands & {"update", "delete"}:
        return
    if policy.using is None or not LOW.intersection(policy.roles):
        return
    if any(is_signed_in(each) for each in branches(policy.using)):
        verb = "delete" if policy.command == "delete" else "change"
        yield Hit(
            message=f"{policy.label} lets every account {verb} every row",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=("rlsgate/authenticated-blanket", "pgrls/SEC005"),
)
