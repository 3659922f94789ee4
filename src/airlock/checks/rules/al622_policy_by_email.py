"""A policy knows people by their e-mail address.

Whoever changes the address loses the rows, and whoever takes it over later gets them; `A@x.org` and
`a@x.org` are two addresses to `=`. An account's `auth.uid()` never changes.

An invitation that is addressed to somebody without an account can mean the address; then compare it
in lower case.

## Given
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    email text not null unique,
    body text not null
);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
```

## Example
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (email = (select auth.email()));
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import bare, calls, comparison, comparisons, is_caller
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import called, constant
from airlock.model.finding import Level
from airlock.sources.sqltext import Node


def judge(policy: Policy) -> Hits:
    """Find a condition that asks for the caller's address."""
    for condition in policy.conditions:
        found = [call for call in calls(condition) if called(call) == ("auth", "email")]
        found += [
            each.node
            for each in comparisons(condition)
            if each.operator == "=" and (_is_address(each.left) or _is_address(each.right))
        ]
        if found:
            yield Hit(
                message=f"{policy.label} knows people by their e-mail address",
                at=policy.place(found[0]),
                table=policy.table,
                subject=f"{policy.table} {policy.name}",
            )
            return


def _is_address(node: Node) -> bool:
    found = comparison(bare(node))
    return (
        found is not None
        and found.operator == "->>"
        and constant(found.right) == "email"
        and is_caller(found.left)
    )


RULE = Rule(
    level=Level.NOTE,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("pgrls/SEC034",),
)
