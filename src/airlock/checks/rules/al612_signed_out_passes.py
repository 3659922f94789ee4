"""A policy lets through whoever is not signed in.

`auth.uid() is null or …` is true for everybody without an account: the function returns NULL for
them, so the rest of the condition is never asked. The policy guards a row against everybody but
strangers.

A policy TO `authenticated` alone is not found: there the function is never NULL. A restrictive one
is only noted: it asks those who are signed in for more, and leaves others to the permissive ones.

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
    for select using ((select auth.uid()) is null or user_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import branches, is_caller
from airlock.checks._policies import ON, SIGNED_OUT, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, kind_of
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find a branch that asks for nobody, in a policy for people without an account."""
    if not SIGNED_OUT.intersection(policy.roles):
        return
    for condition in policy.conditions:
        for branch in branches(condition):
            if kind_of(branch) != "null_test":
                continue
            test = branch.null_test
            if enum(test, "nulltesttype") == "IS_NULL" and is_caller(test.arg):
                yield Hit(
                    message=f"{policy.label} lets everybody through who is not signed in",
                    level=Level.ERROR if policy.permissive else Level.NOTE,
                    at=policy.place(test),
                    table=policy.table,
                    subject=f"{policy.table} {policy.name}",
                )
                return


RULE = Rule(
    level=Level.ERROR,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    words=frozenset({"isnull", "null"}),
    peers=("pgrls/SEC004", "pgrls/SEC038"),
)
