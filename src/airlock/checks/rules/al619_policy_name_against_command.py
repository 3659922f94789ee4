"""A policy's name says one command, and it is for another.

Without FOR, or with FOR ALL, a policy called "Users can update …" also lets them insert and delete.
The name is what people read in a review and in the dashboard, so the other commands stay open
without anybody having decided it.

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
drop policy if exists "Users can update their notes" on public.notes;
create policy "Users can update their notes" on public.notes
    for all to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
drop policy if exists "Users can update their notes" on public.notes;
create policy "Users can update their notes" on public.notes
    for update to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._policies import ON, Policy, in_schema, in_text, named_commands
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import quote


def judge(policy: Policy) -> Hits:
    """Find a name that says commands of which the policy has none, or that it has beside others."""
    said, real = named_commands(policy.name), policy.commands
    if not said or not policy.permissive:
        return
    if policy.command == "all":
        more = sorted(real - said)
        if more:
            yield _hit(policy, f"also lets people {', '.join(more)}")
    elif said.isdisjoint(real):
        yield _hit(policy, f"is for {policy.command}")


def _hit(policy: Policy, what: str) -> Hit:
    return Hit(
        message=f"the policy {quote(policy.name)} on {policy.table} {what}",
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
    )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=(),
)
