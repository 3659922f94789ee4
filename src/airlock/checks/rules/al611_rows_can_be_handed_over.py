"""A policy checks whose row it was, but not whose row it becomes.

USING says which rows a person may change, WITH CHECK what they may be afterwards. Where WITH CHECK
does not ask for the owner too, people write rows in the name of others: they set `user_id` to
somebody else's, or move a row into another tenant. Without WITH CHECK, Postgres uses USING for
both.

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
drop policy if exists "people change their notes" on public.notes;
create policy "people change their notes" on public.notes
    for update to authenticated
    using (user_id = (select auth.uid()))
    with check (true);
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

from airlock.checks._conditions import asks_caller, columns, owners, truth
from airlock.checks._policies import ON, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find a WITH CHECK that is always true, or leaves out the columns that tie a row to people."""
    using, check = policy.using, policy.check
    if using is None or check is None or truth(using):
        return
    tied = {name for name, _ in owners(using, policy.table.name)}
    kept = {name for name, _ in columns(check, policy.table.name)}
    loose = tied and tied.isdisjoint(kept) and not asks_caller(check) and policy.permissive
    if truth(check) or (loose and truth(check) is None):
        what = ", ".join(sorted(tied))
        yield Hit(
            message=f"{policy.label} checks {what or 'a row'} before a change and not after it",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=("splinter/0024", "pgrls/SEC020", "pgrls/SEC028", "pgrls/SEC040"),
)
