"""A policy matches who calls by a pattern.

With LIKE, or with a regular expression, `%` and `_` in what is compared stand for anything: an
address such as `a_b@x.org` fits others, and a suffix such as `%example.com` fits `badexample.com`.
Compare with `=`.

## Given
```sql
create table if not exists public.notes (
    tenant text primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select, insert, update, delete on public.notes to authenticated;
```

## Example
```sql
drop policy if exists "colleagues read notes" on public.notes;
create policy "colleagues read notes" on public.notes
    for select to authenticated using (tenant like (select auth.jwt()) ->> 'org');
```

## Use instead
```sql
drop policy if exists "colleagues read notes" on public.notes;
create policy "colleagues read notes" on public.notes
    for select to authenticated using (tenant = (select auth.jwt()) ->> 'org');
```
"""

from airlock.checks._conditions import asks_caller, current_role, held
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, strings
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_SORTS = frozenset({"AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR"})
_OPERATORS = frozenset({"~", "~*", "!~", "!~*", "~~", "~~*", "!~~", "!~~*"})


def judge(policy: Policy) -> Hits:
    """Find LIKE, SIMILAR TO or a regular expression with the caller on a side."""
    for condition in policy.conditions:
        for node in held(condition, "A_Expr"):
            if _matches(node):
                yield Hit(
                    message=f"{policy.label} matches who calls by a pattern",
                    at=policy.place(node),
                    table=policy.table,
                    subject=f"{policy.table} {policy.name}",
                )
                return


def _matches(node: Node) -> bool:
    is_pattern = enum(node, "kind") in _SORTS or strings(node.name)[-1] in _OPERATORS
    return is_pattern and any(
        asks_caller(side) or current_role(side) for side in (node.lexpr, node.rexpr)
    )


RULE = Rule(
    level=Level.WARNING,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON_CONDITIONS,
    peers=("pgrls/SEC026",),
)
