"""A policy trusts what people write about themselves.

`user_metadata` in a token, `raw_user_meta_data` in `auth.users`, is what a person's own browser may
change with one call of the API. Whoever sets `role` to `admin` there is an administrator to this
policy. What only the server may change is `app_metadata`.

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
    for select to authenticated
    using ((select auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin' or body = '');
```

## Use instead
```sql
drop policy if exists "administrators read notes" on public.notes;
create policy "administrators read notes" on public.notes
    for select to authenticated
    using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin' or body = '');
```
"""

from airlock.checks._conditions import held
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import column_of
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_WORDS = ("user_metadata", "raw_user_meta_data")


def judge(policy: Policy) -> Hits:
    """Find a condition that reads it, by a key of a token or a column of auth.users."""
    for condition in policy.conditions:
        for node in (*held(condition, "A_Const"), *held(condition, "ColumnRef")):
            if _is_meant(node):
                yield Hit(
                    message=f"{policy.label} trusts what people write about themselves",
                    at=policy.place(node),
                    table=policy.table,
                    subject=f"{policy.table} {policy.name}",
                )
                return


def _is_meant(node: Node) -> bool:
    if node.DESCRIPTOR.name == "ColumnRef":
        return column_of(node)[-1] in _WORDS
    return node.HasField("sval") and any(word in node.sval.sval for word in _WORDS)


RULE = Rule(
    level=Level.ERROR,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("splinter/0015", "pgrls/SEC033"),
)
