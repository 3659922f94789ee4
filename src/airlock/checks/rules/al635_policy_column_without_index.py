"""A policy compares a column that no index starts with.

Postgres adds the policy's condition to each query of the table. Without an index on that column it
reads the whole table for each of them, however few rows the person owns.

## Example
```sql
create table if not exists public.notes (
    id bigint generated always as identity primary key,
    user_id uuid not null
);
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

from collections.abc import Iterator

from airlock.checks._conditions import owners
from airlock.checks._policies import Policy, held
from airlock.checks.rule import Flaw, Flaws, Rule, Schema
from airlock.checks.syntax import Name
from airlock.kinds.constraint import Constraint
from airlock.kinds.index import Index
from airlock.model.catalog import Catalog
from airlock.model.finding import Level
from airlock.model.node import Id
from airlock.sources.sqltext import tree


def audit(schema: Schema) -> Flaws:
    """Find columns that policies compare with who calls, and that start no index."""
    told: set[tuple[Name, str]] = set()
    for policy in held(schema):
        if policy.table.schema == "storage":
            continue
        indexed: set[str] | None = None
        for name in _compared(policy):
            indexed = set(_leading(schema.catalog, policy.table)) if indexed is None else indexed
            if name in indexed or (policy.table, name) in told:
                continue
            told.add((policy.table, name))
            yield Flaw(
                subject=Id("column", (*policy.table, name)),
                message=f"{policy.label} compares {name}, which no index starts with",
                fix=f"create index concurrently on {policy.table} ({name});",
            )


def _compared(policy: Policy) -> Iterator[str]:
    if policy.using is not None:
        yield from (name for name, _ in owners(policy.using, policy.table.name))


def _leading(catalog: Catalog, table: Name) -> Iterator[str]:
    """Yield the first column of each index of a table."""
    for id in catalog.children.get(Id("table", tuple(table)), ()):
        node = catalog.nodes[id]
        if isinstance(node, Index):
            parsed = tree(node.definition)
            params = parsed.node.index_params if parsed else ()
            yield from (each.index_elem.name for each in params[:1])
        elif isinstance(node, Constraint) and node.type in {"p", "u", "x"}:
            parsed = tree(f"alter table x add {node.definition}")
            if parsed:
                constraint = getattr(parsed.node.cmds[0].alter_table_cmd, "def").constraint
                yield from (each.string.sval for each in constraint.keys[:1])


RULE = Rule(
    level=Level.NOTE,
    schema=audit,
    blames=("create_policy_stmt", "create_stmt", "drop_stmt"),
    peers=("pgrls/PERF003",),
)
