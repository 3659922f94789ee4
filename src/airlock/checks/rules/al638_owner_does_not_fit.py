"""A policy compares an account with a column that is too short for it.

An account's id is a `uuid`, 36 characters as text. A `varchar(20)` or `char(32)` holds none, so the
comparison is true for no row, and nobody sees anything.

## Example
```sql
create table if not exists public.notes (
    user_id varchar(32) primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid())::text);
```

## Use instead
```sql
create table if not exists public.notes (
    user_id uuid primary key,
    body text not null
);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

import re
from collections.abc import Iterator

from airlock.checks._conditions import bare, call_name, column_name, comparisons
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import columns, relation, type_of
from airlock.kinds._column import Column
from airlock.model.finding import Level
from airlock.model.node import Id

_LENGTH = 36
_SHORT = re.compile(r"character(?: varying)?\((\d+)\)")
_TEXTS = frozenset({"varchar", "bpchar"})


def judge(policy: Policy) -> Hits:
    """Find `auth.uid()` compared with a column of fewer characters, as far as that is known."""
    for condition in policy.conditions:
        for found in comparisons(condition):
            sides = ((found.left, found.right), (found.right, found.left))
            for column, caller in sides:
                name = column_name(bare(column))[-1:]
                if found.operator != "=" or call_name(caller) != ("auth", "uid") or not name:
                    continue
                if any(length < _LENGTH for length in _lengths(policy, name[0])):
                    yield Hit(
                        message=f"{policy.label} is never true: {name[0]} holds no account's id",
                        at=policy.place(found.node),
                        table=policy.table,
                        subject=f"{policy.table} {policy.name}",
                    )
                    return


def _lengths(policy: Policy, name: str) -> Iterator[int]:
    """Yield how many characters a column of the policy's table holds."""
    if policy.catalog is not None:
        column = policy.catalog.nodes.get(Id("column", (*policy.table, name)))
        found = _SHORT.fullmatch(column.type) if isinstance(column, Column) else None
        if found:
            yield int(found[1])
    elif policy.act is not None:
        for act in policy.act.file.acts:
            if act.kind == "create_stmt" and relation(act.node.relation) == policy.table:
                for each in columns(act.node):
                    kind = type_of(each.type_name)
                    if each.colname == name and kind.name in _TEXTS:
                        yield from kind.modifiers


RULE = Rule(
    level=Level.WARNING,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=(*ON_CONDITIONS, "create_stmt", "alter_table_stmt"),
    peers=(),
)
