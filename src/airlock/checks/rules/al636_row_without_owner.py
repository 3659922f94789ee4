"""The column by which a policy knows the owner may be empty.

A row whose owner is NULL belongs to nobody: `user_id = auth.uid()` is not true for anybody, so it
is there, counts for unique constraints, and nobody sees it. NOT NULL keeps such rows out.

## Example
```sql
create table if not exists public.notes (
    id bigint generated always as identity primary key,
    user_id uuid
);
create index if not exists notes_user_id_idx on public.notes (user_id);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```

## Use instead
```sql
create table if not exists public.notes (
    id bigint generated always as identity primary key,
    user_id uuid not null
);
create index if not exists notes_user_id_idx on public.notes (user_id);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
drop policy if exists "people read their notes" on public.notes;
create policy "people read their notes" on public.notes
    for select to authenticated using (user_id = (select auth.uid()));
```
"""

from airlock.checks._conditions import owners
from airlock.checks._policies import ON_CONDITIONS, Policy, in_schema, in_text
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import (
    column_constraints,
    columns,
    commands,
    relation,
    strings,
    table_constraints,
)
from airlock.kinds._column import Column
from airlock.model.finding import Level
from airlock.model.node import Id

_FILLED = frozenset({"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"})


def judge(policy: Policy) -> Hits:
    """Find such a column that is nullable, as the catalog or the same file says."""
    for condition in policy.conditions:
        for name, node in owners(condition, policy.table.name):
            if _may_be_empty(policy, name):
                yield Hit(
                    message=f"{policy.label} hides rows from everybody whose {name} is empty",
                    at=policy.place(node),
                    table=policy.table,
                    subject=f"{policy.table} {policy.name}",
                    fix=f"alter table {policy.table} alter column {name} set not null;",
                )
                return


def _may_be_empty(policy: Policy, name: str) -> bool:
    if policy.catalog is not None:
        column = policy.catalog.nodes.get(Id("column", (*policy.table, name)))
        return isinstance(column, Column) and not column.not_null
    return policy.act is not None and _stays_nullable(policy.act, policy, name)


def _stays_nullable(act: Act, policy: Policy, name: str) -> bool:
    found = False
    for each in act.file.acts:
        if each.kind == "create_stmt" and relation(each.node.relation) == policy.table:
            for column in columns(each.node):
                if column.colname == name:
                    sorts = {sort for sort, _ in column_constraints(column)}
                    found = sorts.isdisjoint(_FILLED)
            for constraint in table_constraints(each.node):
                found = found and name not in strings(constraint.keys)
        elif each.kind == "alter_table_stmt" and relation(each.node.relation) == policy.table:
            for sort, command in commands(each.node):
                found = found and not (sort == "AT_SetNotNull" and command.name == name)
    return found


RULE = Rule(
    level=Level.NOTE,
    on=ON_CONDITIONS,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=(*ON_CONDITIONS, "create_stmt", "alter_table_stmt"),
    peers=("pgrls/SEC030",),
)
