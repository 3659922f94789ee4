"""Several policies of a table answer for the same command and role.

Postgres asks permissive policies of one command until one lets the row through: each is one more
condition for each row, and a row is as open as the loosest of them. A policy FOR ALL beside one FOR
SELECT is the frequent case: the narrow one restricts nothing that the other allows. One policy with
OR says the same and is read in one place.

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
drop policy if exists "people manage their notes" on public.notes;
create policy "people manage their notes" on public.notes
    for all to authenticated using (user_id = (select auth.uid()));
drop policy if exists "people read long notes" on public.notes;
create policy "people read long notes" on public.notes
    for select to authenticated using (length(body) > 1000);
```

## Use instead
```sql
drop policy if exists "people read their notes and long ones" on public.notes;
create policy "people read their notes and long ones" on public.notes
    for select to authenticated
    using (user_id = (select auth.uid()) or length(body) > 1000);
drop policy if exists "people delete their notes" on public.notes;
create policy "people delete their notes" on public.notes
    for delete to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._policies import (
    ON,
    Policy,
    in_schema_by_table,
    in_text_by_table,
    is_twin,
    overlaps,
)
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import few, quote


def judge(policy: Policy, others: tuple[Policy, ...]) -> Hits:
    """Find a policy that shares a command and a role with one that stands before it."""
    found = [each for each in others if overlaps(policy, each) and not is_twin(policy, each)]
    if not found:
        return
    shared = sorted({command for each in found for command in policy.commands & each.commands})
    whole = policy.command == "all" or any(each.command == "all" for each in found)
    yield Hit(
        message=(
            f"{policy.label} answers for {', '.join(shared)} as "
            f"{few([quote(each.name) for each in found])} does"
        ),
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
        level=Level.WARNING if whole else Level.NOTE,
    )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text_by_table(judge),
    schema=in_schema_by_table(judge),
    blames=ON,
    peers=("splinter/0006",),
)
