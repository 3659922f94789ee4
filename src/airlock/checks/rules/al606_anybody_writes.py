"""A policy lets people write whatever rows they like.

Its condition is true for every row, or there is none, so that everybody who has the policy's role
changes and deletes what belongs to others: for `anon`, and for a policy without TO, that is whoever
has the project's public key, without signing in. The most frequent cause is a policy meant for
`service_role`: that role passes row-level security by and needs no policy.

An INSERT that anybody may make can be meant, as for a contact form; then bound what it may say.

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
    for all to authenticated using (true);
```

```sql
drop policy if exists "people add notes" on public.notes;
create policy "people add notes" on public.notes for insert to authenticated;
```

## Use instead
```sql
drop policy if exists "people manage their notes" on public.notes;
create policy "people manage their notes" on public.notes
    for all to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import truth
from airlock.checks._policies import ON, SIGNED_OUT, Policy, in_schema, in_text, protects
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_WRITES = {"insert": "add", "update": "change", "delete": "delete"}


def judge(policy: Policy) -> Hits:
    """Find a permissive policy for writes whose conditions ask nothing."""
    if not policy.permissive or not protects(policy):
        return
    asked = [truth(each) for each in policy.conditions]
    forgotten = policy.check is None and policy.using is None
    if not (policy.low or forgotten) or policy.command == "select":
        return
    if policy.command == "insert":
        asked = [truth(policy.check)] if policy.check is not None else []
    elif policy.using is not None and not truth(policy.using):
        return
    if not forgotten and not all(asked):
        return
    inserts = policy.command == "insert"
    level = Level.ERROR if not inserts and SIGNED_OUT.intersection(policy.roles) else Level.WARNING
    what = _WRITES.get(policy.command, "change and delete")
    yield Hit(
        message=f"{policy.label} lets {_who(policy)} {what} any row",
        table=policy.table,
        subject=f"{policy.table} {policy.name}",
        level=level,
    )


def _who(policy: Policy) -> str:
    if SIGNED_OUT.intersection(policy.roles):
        return "everybody, signed in or not,"
    return "every account" if policy.low else f"all of {', '.join(policy.roles)}"


RULE = Rule(
    level=Level.ERROR,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=(
        "splinter/0024",
        "pgrls/SEC006",
        "pgrls/SEC008",
        "pgrls/SEC028",
        "pgrls/SEC039",
        "rlsgate/anon-access",
    ),
)
