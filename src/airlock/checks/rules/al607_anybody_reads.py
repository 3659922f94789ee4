"""A policy lets people read every row.

Its condition is true for each row, so that everybody who has the policy's role reads what belongs
to others. That is right for what is public, such as products or blog posts, and wrong for all else.

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
drop policy if exists "people read notes" on public.notes;
create policy "people read notes" on public.notes for select to authenticated using (true);
```

## Use instead
```sql
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import truth
from airlock.checks._policies import ON, SIGNED_OUT, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find a permissive policy whose condition asks nothing; writes by people are AL606's."""
    reads = policy.command == "select"
    if not policy.permissive or policy.command == "insert" or (policy.low and not reads):
        return
    if truth(policy.using) if policy.using is not None else reads:
        who = "every account" if policy.low else f"all of {', '.join(policy.roles)}"
        if SIGNED_OUT.intersection(policy.roles):
            who = "everybody, signed in or not,"
        yield Hit(
            message=f"{policy.label} lets {who} read every row",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


RULE = Rule(
    level=Level.NOTE,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    opt_in=True,
    blames=ON,
    peers=("pgrls/SEC008", "pgrls/SEC038", "pgrls/SEC049"),
)
